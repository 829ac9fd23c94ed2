# SPDX-License-Identifier: MIT
from __future__ import annotations

import pytest

from barman.catalogue.keeps import Keeps
from barman.model.backup_id import BackupId
from barman.model.keep import KeepTarget
from tests.fakes.catalogue import a_layout, put, read

ID = BackupId("20261122T165333")
OTHER = BackupId("20260101T000000")


@pytest.fixture
def layout(tmp_path):
    return a_layout(tmp_path)


@pytest.fixture
def keeps(layout):
    return Keeps(layout)


@pytest.mark.parametrize("target", list(KeepTarget))
def test_a_backup_is_kept_and_released(keeps, layout, target):
    keeps.keep(ID, target)
    assert read(layout.keep_path(ID)).decode() == target.value
    assert keeps.target(ID) is target
    assert keeps.release(ID) is True
    assert keeps.target(ID) is None
    assert keeps.release(ID) is False


@pytest.mark.parametrize(
    ("content", "target"),
    [
        ("standalone", KeepTarget.STANDALONE),
        ("standalone\n", KeepTarget.FULL),
        ("full", KeepTarget.FULL),
        ("whatever", KeepTarget.FULL),
        (b"\xff", KeepTarget.FULL),
        ("", None),
    ],
)
@pytest.mark.parametrize("old", [False, True])
def test_what_the_text_means(keeps, layout, content, target, old):
    put(layout.old_keep_path(ID) if old else layout.keep_path(ID), content)
    assert keeps.target(ID) is target
    assert keeps.text(ID) is not None


def test_those_kept_among_some_backups(keeps, layout):
    put(layout.old_keep_path(OTHER), "standalone")
    keeps.keep(ID, KeepTarget.FULL)
    put(layout.keep_path(BackupId("gone")), "full")
    put(layout.keep_path(BackupId("empty")), "")
    ids = [ID, OTHER, BackupId("empty"), BackupId("free")]
    assert keeps.targets(ids) == {ID: KeepTarget.FULL, OTHER: KeepTarget.STANDALONE}
