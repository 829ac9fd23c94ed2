# SPDX-License-Identifier: MIT
"""Fixtures that all tests share: the lab, opened when first used, one a process."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.lab import Cluster, Lab

MAJORS = (15, 16, 18)


def pytest_make_parametrize_id(config: pytest.Config, val: object) -> str | None:
    """Name bytes by their size: compressed ones may differ from worker to worker."""
    return f"{len(val)} bytes" if isinstance(val, bytes) else None


@pytest.fixture(scope="session")
def lab() -> Iterator[Lab]:
    """The session's lab; everything it started ends with the session."""
    from tests.lab import Lab

    with Lab.open() as opened:
        yield opened


@pytest.fixture(scope="session", params=MAJORS, ids=lambda major: f"pg{major}")
def major(request: pytest.FixtureRequest) -> int:
    """Each PostgreSQL version that this machine should have."""
    from tests.lab import installations

    version: int = request.param
    if version not in installations():
        pytest.skip(f"PostgreSQL {version} is not installed")
    return version


@pytest.fixture(scope="session")
def cluster(lab: Lab, major: int) -> Cluster:
    """The session's cluster of each version, shared: leave it as you found it."""
    return lab.cluster(major)
