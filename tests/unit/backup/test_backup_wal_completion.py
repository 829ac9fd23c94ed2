# SPDX-License-Identifier: MIT
"""The WAL of a backup: waiting for it, judging it, dropping what precedes the first."""

from __future__ import annotations

import os

import pytest

from barman.backup.surroundings import BackupSurroundings
from barman.backup.wal_completion import WalCompletion
from barman.catalogue.backups import BackupCatalogue
from barman.catalogue.wal_entry import WalEntry
from barman.catalogue.wal_tree import WalTree
from barman.errors import RefusedError
from barman.model.backup import BackupStatus
from barman.model.backup_id import BackupId
from barman.report import backup as report
from barman.system.signals import Terminated
from tests.fakes.backups import a_backup
from tests.fakes.catalogue import put_wal, segment_name
from tests.fakes.wal import Archive

ID = BackupId("20260101T000000")


class ArchiverFake:
    """Each run does the next thing that it was given."""

    def __init__(self, *runs) -> None:
        self.runs = list(runs)
        self.count = 0

    def archive(self, *, quiet=False):
        assert quiet
        self.count += 1
        return self.runs.pop(0)() if self.runs else ()


class Scene:
    def __init__(self, home, *runs, worm_mode=False) -> None:
        self.archive = Archive(home)
        self.layout = self.archive.layout
        self.catalogue = BackupCatalogue(layout=self.layout, server_name="main")
        self.reporter = self.archive.reporter
        self.archiver = ArchiverFake(*runs)
        self.completion = WalCompletion(
            BackupSurroundings(
                server_name="main",
                layout=self.layout,
                catalogue=self.catalogue,
                locks=self.archive.locks,
                clock=self.archive.clock,
                reporter=self.reporter,
            ),
            index=self.archive.index,
            tree=WalTree(self.layout),
            archiver=self.archiver,
            hooks=self.archive.hooks,
            worm_mode=worm_mode,
        )

    def recorded(self, status="WAITING_FOR_WALS", **facts):
        backup = a_backup(ID.text, segment=3, length=1, status=status, **facts)
        self.catalogue.save(backup)
        return self.catalogue.get(ID)

    def put(self, *numbers: int, content: bytes = b"wal"):
        for number in numbers:
            name = segment_name(number)
            put_wal(self.layout, name, content)
            self.archive.index.append([WalEntry(name, 3, 1e9, None, None)])
        return tuple(map(segment_name, numbers))

    def status(self) -> str:
        return self.catalogue.get(ID).status.value


@pytest.mark.parametrize(
    ("present", "status"),
    [
        ((), "WAITING_FOR_WALS"),
        ((1, 2), "WAITING_FOR_WALS"),
        ((3,), "WAITING_FOR_WALS"),
        ((3, 4), "DONE"),
        ((3, 4, 5), "DONE"),
        ((4,), "FAILED"),
    ],
)
def test_inv_001_what_the_archive_says(tmp_path, present, status):
    scene = Scene(tmp_path)
    scene.recorded()
    scene.put(*present)
    assert scene.completion.check(ID).status.value == status == scene.status()


def test_inv_001_an_empty_file_is_no_segment(tmp_path):
    scene = Scene(tmp_path)
    scene.recorded()
    scene.put(3, content=b"")
    scene.put(4)
    backup = scene.completion.check(ID)
    reason = (
        "At least one WAL file is missing."
        f" The first missing WAL file is {segment_name(3)}"
    )
    assert (backup.status, backup.error) == (BackupStatus.FAILED, reason)
    assert scene.reporter.reports == [report.BackupLacksWal(reason)]


def test_a_done_backup_goes_back_when_its_wal_vanished(tmp_path):
    scene = Scene(tmp_path)
    scene.recorded("DONE")
    scene.put(3)
    assert scene.completion.check(ID).status is BackupStatus.WAITING_FOR_WALS


def test_a_failed_backup_is_not_checked(tmp_path):
    scene = Scene(tmp_path)
    scene.recorded("FAILED")
    with pytest.raises(RefusedError, match="validity of a failed backup"):
        scene.completion.check(ID)


def test_a_backup_that_somebody_works_on_is_left_alone(tmp_path):
    scene = Scene(tmp_path)
    scene.recorded()
    scene.put(3, 4)
    with scene.archive.locks.backup_id(ID):
        backup = scene.completion.check(ID)
    assert backup.status is BackupStatus.WAITING_FOR_WALS
    assert scene.reporter.reports == [report.CheckBackupBusy("main", ID)]


def test_wait_archives_until_the_end_is_there(tmp_path):
    scene = Scene(tmp_path)
    scene.archiver.runs = [lambda: scene.put(3), tuple, lambda: scene.put(4)]
    backup = scene.completion.wait(scene.recorded(), 60)
    assert backup.status is BackupStatus.DONE
    assert scene.archive.clock.sleeps == [0.1]
    assert scene.reporter.reports == [
        report.WalAwaited(server_name="main", wal_name=segment_name(4), timeout=60)
    ]


def test_inv_014_a_wait_ends_in_time_and_says_why(tmp_path):
    scene = Scene(tmp_path)
    backup = scene.completion.wait(scene.recorded(), 2)
    assert backup.status is BackupStatus.WAITING_FOR_WALS
    assert scene.reporter.reports[-1] == report.WaitExpired(segment_name(4), 2)
    assert scene.reporter.failed


def _raise(error):
    raise error


def test_ctrl_c_ends_the_wait_alone(tmp_path):
    scene = Scene(tmp_path, lambda: _raise(KeyboardInterrupt()))
    backup = scene.completion.wait(scene.recorded(), None)
    assert backup.status is BackupStatus.WAITING_FOR_WALS
    assert scene.reporter.reports[-1] == report.WaitAbandoned()


def test_a_signal_ends_the_program(tmp_path):
    scene = Scene(tmp_path, lambda: _raise(Terminated(15)))
    with pytest.raises(Terminated):
        scene.completion.wait(scene.recorded(), None)


def test_settling_drops_what_precedes_the_first_backup(tmp_path):
    scene = Scene(tmp_path)
    scene.recorded()
    scene.put(1, 2, 3, 4)
    backup = scene.completion.settle(scene.catalogue.get(ID))
    assert backup.status is BackupStatus.DONE
    assert list(scene.archive.index.names()) == [segment_name(3), segment_name(4)]
    assert scene.reporter.reports == [
        report.EarlierWalFound(),
        report.EarlierWalRemoved("main", segment_name(1)),
        report.EarlierWalRemoved("main", segment_name(2)),
    ]


def test_worm_mode_keeps_it(tmp_path):
    scene = Scene(tmp_path, worm_mode=True)
    scene.recorded()
    scene.put(2, 3, 4)
    scene.completion.settle(scene.catalogue.get(ID))
    assert len(list(scene.archive.index.names())) == 3
    assert scene.reporter.reports == [report.EarlierWalKept()]


@pytest.mark.parametrize("status", ["FAILED", "EMPTY"])
def test_a_failed_backup_drops_nothing(tmp_path, status):
    scene = Scene(tmp_path)
    backup = scene.recorded(status)
    scene.put(1, 2)
    assert scene.completion.settle(backup) == backup
    assert scene.archiver.count == 0
    assert len(list(scene.archive.index.names())) == 2


def test_one_damaged_record_forbids_to_drop_anything(tmp_path):
    scene = Scene(tmp_path)
    backup = scene.recorded()
    scene.put(2, 3, 4)
    with open(os.path.join(scene.layout.meta, "20250101T000000-backup.info"), "w") as f:
        f.write("damaged\n")
    with pytest.raises(Exception, match="20250101T000000"):
        scene.completion.settle(backup)
    assert len(list(scene.archive.index.names())) == 3
