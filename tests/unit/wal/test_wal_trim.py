# SPDX-License-Identifier: MIT
"""Trimming: by name, with hooks, mendable."""

from __future__ import annotations

import os

import pytest

from barman.errors import RefusedError
from barman.model.trim import Trim
from barman.report.wal import WalFileMissing
from barman.wal.trim import WalTrimmer
from tests.fakes.hooks import HooksFake
from tests.fakes.wal import Archive, segment_name

NAMES = [segment_name(number) for number in range(300)]


def filled(tmp_path, count: int, **options) -> Archive:
    archive = Archive(tmp_path, **options)
    for name in NAMES[:count]:
        archive.deliver(name)
    archive.archiver().archive()
    archive.hooks.ran.clear()
    return archive


def run(archive: Archive, limit: str) -> tuple[str, ...]:
    trimmer = WalTrimmer(
        layout=archive.layout,
        index=archive.index,
        hooks=archive.hooks,
        reporter=archive.reporter,
    )
    return trimmer.trim(Trim(limit))


def test_inv_069_files_go_by_name_never_by_directory(tmp_path) -> None:
    archive = filled(tmp_path, 270)
    assert run(archive, NAMES[260]) == tuple(NAMES[:260])
    assert sorted(archive.stored()) == NAMES[260:270]
    assert archive.indexed() == NAMES[260:270]


def test_an_empty_directory_goes_and_foreign_files_stay(tmp_path) -> None:
    archive = filled(tmp_path, 2)
    alien = os.path.join(archive.layout.wals, NAMES[0][:16], "alien")
    with open(alien, "w"):
        pass
    run(archive, NAMES[2])
    assert list(archive.stored()) == ["alien"]
    os.unlink(alien)
    archive.deliver(NAMES[3])
    archive.archiver().archive()
    run(archive, NAMES[4])
    assert os.listdir(archive.layout.wals) == ["main-xlog.db"]


def test_a_missing_file_is_told_and_loses_its_line(tmp_path) -> None:
    archive = filled(tmp_path, 2)
    os.unlink(archive.layout.wals + f"/{NAMES[0][:16]}/{NAMES[0]}")
    archive.reporter.reports.clear()
    assert run(archive, NAMES[1]) == (NAMES[0],)
    [missing] = archive.reporter.reports
    assert isinstance(missing, WalFileMissing)
    assert archive.indexed() == [NAMES[1]]


def test_a_veto_leaves_an_index_that_is_true(tmp_path) -> None:
    hooks = HooksFake(veto=NAMES[1])
    archive = Archive(tmp_path, hooks=hooks)
    hooks.veto = None
    for name in NAMES[:3]:
        archive.deliver(name)
    archive.archiver().archive()
    hooks.veto = NAMES[1]
    with pytest.raises(RefusedError):
        run(archive, NAMES[3])
    assert sorted(archive.stored()) == NAMES[1:3]
    assert archive.indexed() == NAMES[1:3]
