# SPDX-License-Identifier: MIT
"""Whose the files of a restored cluster are, and who may read them.

Of `barman.recovery.restore`; PostgreSQL starts on neither foreign nor open directories.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.unit.recovery.plans import names
from tests.unit.recovery.test_recovery_restore import Bench

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

UNKNOWN = 54321


@pytest.fixture
def home() -> Iterator[Path]:
    """A place that every user reaches; pytest's own is private."""
    made = Path(tempfile.mkdtemp(prefix="barman-094-", dir="/tmp"))
    yield made
    shutil.rmtree(made)


def as_user(uid: int, act: Callable[[], None]) -> None:
    """Run a function in a process of that user, and fail if it fails."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            if uid != os.geteuid():
                os.setgroups([])
                os.setgid(uid)
                os.setuid(uid)
            act()
            status = 0
        finally:
            os._exit(status)
    assert os.waitpid(child, 0)[1] == 0


def mode(path: str) -> int:
    return stat.S_IMODE(os.lstat(path).st_mode)


@pytest.mark.parametrize("uid", [os.geteuid(), UNKNOWN], ids=["own", "unknown"])
@pytest.mark.parametrize(
    ("kept", "given"), [(0o700, 0o700), (0o750, 0o750), (0o755, 0o750), (0o777, 0o750)]
)
def test_inv_094_all_files_are_of_the_restoring_user_and_private(
    home: Path, uid: int, kept: int, given: int
) -> None:
    if uid != os.geteuid() != 0:
        pytest.skip("only root can become another user")
    os.chown(home, uid, uid)

    def restore() -> None:
        bench = Bench(home)
        os.chmod(bench.data, kept)
        for name, bits in (("base/1/1", 0o600), ("pg_hba.conf", 0o644)):
            os.chmod(f"{bench.data}/{name}", bits)
        bench.run(standby=True)

    as_user(uid, restore)
    root = f"{home}/pg"
    places = [(top, [*d, *f]) for top, d, f in os.walk(root)]
    places += [(top, [*d, *f]) for top, d, f in os.walk(f"{home}/ts one")]
    owners = {
        os.lstat(f"{top}/{name}").st_uid for top, found in places for name in found
    }
    assert owners == {uid} == {os.stat(root).st_uid}
    assert mode(root) == given
    assert {
        name: mode(f"{root}/{name}")
        for name in ("PG_VERSION", "base/1/1", "pg_hba.conf", "global/pg_control")
    } == {
        "PG_VERSION": 0o640,
        "base/1/1": 0o600,
        "pg_hba.conf": 0o644,
        "global/pg_control": 0o600,
    }
    segments = [f"pg_wal/{name}" for name in names(3, 4)]
    for name in (
        "standby.signal",
        *segments,
        *(f"{root}/pg_wal/archive_status/{n}.done" for n in names(3, 4)),
    ):
        assert mode(os.path.join(root, name)) == 0o600
    assert mode(f"{home}/ts one") & 0o027 == 0
