# SPDX-License-Identifier: MIT
"""Restores of one server: what waits is archived, the backup chosen, its plan made."""

from __future__ import annotations

import os
import re
from typing import Any

import pytest

from barman.catalogue.backups import BackupCatalogue
from barman.catalogue.wal_tree import WalTree
from barman.errors import BarmanError, ConfigError, DataError, NotFoundError
from barman.hooks.variables import HookEvent
from barman.model.frozen import replace
from barman.recovery.archive import read_archive
from barman.recovery.recovery import Recovery, RecoveryParts
from barman.recovery.request import RestoreRequest
from barman.report.recovery import BackupChosen, WaitingWalLeftOut
from barman.system.locks import LockBusyError, Locks
from barman.system.runner import LocalRunner
from tests.fakes.catalogue import put
from tests.fakes.hooks import HooksFake
from tests.fakes.wal import SIZE, Archive, segment_bytes, segment_name
from tests.unit.recovery.plans import ID, backup


class Bench:
    """A server with one whole backup whose WAL still waits in `incoming`."""

    def __init__(self, tmp_path: Any, **options: str) -> None:
        self.archive = Archive(tmp_path, **options)
        self.layout = self.archive.layout
        self.catalogue = BackupCatalogue(layout=self.layout, server_name="main")
        self.locks = Locks(str(tmp_path), "main")
        self.root = f"{tmp_path}/restored"
        begin = backup(3)
        for name in (3, 4):
            self.archive.deliver(segment_name(name))
        assert begin.begin_segment
        from barman.model.segment import WalSegment

        first, last = (WalSegment.parse(segment_name(n)) for n in (3, 4))
        self.backup = replace(
            begin,
            segment_size=SIZE,
            begin_segment=first,
            begin_lsn=first.start(SIZE),
            end_segment=last,
            end_lsn=last.start(SIZE) + 100,
        )
        self.catalogue.save(self.backup)
        data = self.layout.data_directory(self.backup.id)
        for name in ("backup_label", "global/pg_control"):
            put(f"{data}/{name}", name)

    def restore(self, selector: str = "latest", **wanted: Any) -> None:
        archive = self.archive
        parts = RecoveryParts(
            config=archive.config,
            barman_user="barman",
            layout=self.layout,
            catalogue=self.catalogue,
            index=archive.index,
            tree=WalTree(self.layout),
            locks=self.locks,
            archiver=archive.archiver(),
            hooks=archive.hooks,
            hooked=self._hooked,
            runner=LocalRunner(),
            clock=archive.clock,
            reporter=archive.reporter,
        )
        request = RestoreRequest(**{"destination": self.root, **wanted})
        Recovery(parts).restore(selector, request)

    def _hooked(self, of: Any) -> Any:
        from barman.hooks.variables import HookedBackup

        return HookedBackup(
            backup=of,
            directory=self.layout.backup_directory(of.id),
            info_path=self.catalogue.info_path(of.id),
            previous_id=None,
            next_id=None,
        )


@pytest.mark.parametrize("selector", ["latest", ID, "auto"])
def test_wal_that_waits_is_archived_first(tmp_path, selector: str) -> None:
    bench = Bench(tmp_path)
    bench.restore(selector)
    wal = [n for n in sorted(os.listdir(f"{bench.root}/pg_wal")) if len(n) == 24]
    assert wal == [segment_name(3), segment_name(4)]
    assert bench.archive.waiting() == []
    chosen = BackupChosen(bench.backup.id, "the newest")
    assert (chosen in bench.archive.reporter.reports) is (selector == "auto")


def test_a_store_that_takes_nothing_in_can_be_restored_from(tmp_path) -> None:
    bench = Bench(tmp_path)
    bench.archive.archiver().archive(quiet=True)
    bench.archive.deliver(segment_name(5))
    put(bench.layout.wal_path(_wal(5)) + "/in/the/way", "x")
    bench.restore()
    (told,) = [
        each
        for each in bench.archive.reporter.reports
        if isinstance(each, WaitingWalLeftOut)
    ]
    assert segment_name(5) in told.reason
    assert os.path.exists(f"{bench.root}/global/pg_control")


def _wal(number: int) -> Any:
    from barman.model.wal_file import WalFile

    return WalFile(segment_name(number))


def test_an_unknown_backup(tmp_path) -> None:
    with pytest.raises(NotFoundError) as caught:
        Bench(tmp_path).restore("nightly")
    assert str(caught.value) == "Unknown backup 'nightly' for server 'main'"


@pytest.mark.parametrize("selector", ["latest", "auto", "20260202T000000"])
def test_inv_100_an_older_backup_never_stands_in_for_an_unreadable_one(
    tmp_path, selector: str
) -> None:
    bench = Bench(tmp_path)
    broken = "20260202T000000"
    put(f"{bench.layout.base}/{broken}/backup.info", "status=NONSENSE\n")
    with pytest.raises(BarmanError, match=f"{broken}.*backup.info"):
        bench.restore(selector)
    assert not os.path.exists(bench.root)
    bench.restore(ID)
    assert os.path.exists(f"{bench.root}/global/pg_control")


def test_a_backup_is_not_deleted_while_it_is_restored(tmp_path) -> None:
    bench = Bench(tmp_path)
    looked: list[str] = []

    class Looking(HooksFake):
        def run_pre(self, event: HookEvent, variables: Any) -> None:
            if event is HookEvent.RECOVERY:
                with bench.locks.using_backup(ID):  # Another restore of it may go on.
                    looked.append(event.value)
                with pytest.raises(LockBusyError), bench.locks.backup_id(ID):
                    pass

    bench.archive.hooks = Looking()
    bench.restore()
    assert len(looked) == 1
    with bench.locks.backup_id(ID):
        pass


def test_backups_in_a_cloud_are_refused(tmp_path) -> None:
    bench = Bench(tmp_path)
    bench.layout = replace(bench.layout, base="s3://bucket/base")
    with pytest.raises(ConfigError, match="cloud storage"):
        bench.restore()


def test_the_archive_as_it_is_read(tmp_path) -> None:
    bench = Bench(tmp_path)
    bench.archive.deliver("00000002.history")
    bench.archive.deliver(segment_name(5, 2), segment_bytes(segment_name(5, 2)))
    bench.archive.archiver().archive(quiet=True)
    held = read_archive(bench.archive.index, WalTree(bench.layout))
    assert (held.timelines, held.latest_timeline) == ((1, 2), 2)
    assert set(held.names) == {
        *("00000002.history", segment_name(3), segment_name(4), segment_name(5, 2))
    }
    history = held.history(2)
    assert history is not None
    assert [str(fork.lsn) for fork in history.forks] == ["0/3000000"]
    assert held.history(1) is not None
    assert held.history(3) is None


@pytest.mark.parametrize("content", [b"no history\n", b"\xff\xfe", b"\x1f\x8b\x08junk"])
def test_a_damaged_history_matters_to_its_own_timeline_alone(
    tmp_path, content: bytes
) -> None:
    bench = Bench(tmp_path)
    path = os.path.join(bench.layout.wals, "00000007.history")
    os.makedirs(bench.layout.wals, exist_ok=True)
    with open(path, "wb") as file:
        file.write(content)
    held = read_archive(bench.archive.index, WalTree(bench.layout))
    assert held.histories == {}
    with pytest.raises(DataError, match=f'"{re.escape(path)}" is damaged: '):
        held.history(7)
    bench.restore()
    assert os.path.exists(f"{bench.root}/global/pg_control")


def test_an_empty_archive(tmp_path) -> None:
    archive = Archive(tmp_path)
    held = read_archive(archive.index, WalTree(archive.layout))
    assert (held.names, held.latest_timeline) == ((), None)
