# SPDX-License-Identifier: MIT
"""A backup method that copies nothing, fails where it is told, and says what it saw."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from barman.backup.backup_hooks import BackupHooks
from barman.backup.manager import BackupManager
from barman.backup.surroundings import BackupSurroundings
from barman.catalogue.backups import BackupCatalogue
from barman.model.backup import BackupStatus
from barman.model.frozen import replace
from barman.model.segment import SegmentSize, WalSegment
from barman.system.locks import Locks
from tests.fakes.catalogue import a_layout
from tests.fakes.clock import ClockFake
from tests.fakes.hooks import HooksFake
from tests.fakes.postgres import BEGIN, TIME
from tests.fakes.reporter import ReporterFake

if TYPE_CHECKING:
    from barman.model.backup import Backup

SIZE = SegmentSize()
SEGMENT = WalSegment.parse("000000010000000000000003")


class BackupMethodFake:
    """`failures` by step; `seen` holds each step with the status on disk at it."""

    mode = "rsync-concurrent"

    def __init__(self, scene: BackupScene) -> None:
        self.failures: dict[str, BaseException] = {}
        self.seen: list[tuple[str, str | None]] = []
        self._scene = scene

    def refuse_if_impossible(self, request) -> None:
        self._step("refuse")

    def begin(self, backup: Backup, request) -> Backup:
        self._step("begin")
        return replace(
            backup, timeline=1, begin_time=TIME, begin_lsn=BEGIN, begin_segment=SEGMENT
        )

    def copy(self, backup: Backup, request) -> Backup:
        self._step("copy")
        data = self._scene.layout.data_directory(backup.id)
        os.makedirs(data)
        with open(f"{data}/PG_VERSION", "w") as file:
            file.write("15\n")
        return replace(backup, copy_stats={"copy_time": 1.0})

    def end(self, backup: Backup) -> Backup:
        self._step("end")
        return replace(backup, end_lsn=BEGIN + 0x100, end_segment=SEGMENT)

    def abandon(self, backup: Backup) -> Backup:
        self._step("abandon")
        return backup

    def close(self) -> None:
        self._step("close")

    def _step(self, name: str) -> None:
        self.seen.append((name, self._scene.status_on_disk()))
        if name in self.failures:
            raise self.failures[name]


class WalCompletionFake:
    """Answers that every WAL is there, or is not."""

    def __init__(self, status: BackupStatus = BackupStatus.DONE) -> None:
        self.status = status
        self.calls: list[str] = []
        self.failure: BaseException | None = None

    def wait(self, backup: Backup, timeout: int | None) -> Backup:
        self.calls.append(f"wait {timeout}")
        if self.failure is not None:
            raise self.failure
        return replace(backup, status=self.status)

    def settle(self, backup: Backup) -> Backup:
        self.calls.append("settle")
        return replace(backup, status=self.status) if backup.error is None else backup


class BackupScene:
    """The parts around one backup, in a directory of the test."""

    def __init__(self, home) -> None:
        self.layout = a_layout(home)
        os.makedirs(self.layout.base)
        self.catalogue = BackupCatalogue(layout=self.layout, server_name="main")
        self.locks = Locks(str(home), "main")
        self.clock = ClockFake()
        self.reporter = ReporterFake()
        self.hooks = HooksFake()
        self.wal = WalCompletionFake()
        self.method = BackupMethodFake(self)
        self.preflight = lambda: None

    @property
    def around(self) -> BackupSurroundings:
        return BackupSurroundings(
            server_name="main",
            layout=self.layout,
            catalogue=self.catalogue,
            locks=self.locks,
            clock=self.clock,
            reporter=self.reporter,
        )

    def manager(self) -> BackupManager:
        return BackupManager(
            self.around,
            method=self.method,
            wal=self.wal,
            hooks=BackupHooks(
                hooks=self.hooks, layout=self.layout, catalogue=self.catalogue
            ),
            preflight=lambda: self.preflight(),
            identify=lambda: "7000000000000000001",
        )

    def status_on_disk(self) -> str | None:
        """The status of the newest backup as it is recorded."""
        backups = self.catalogue.list()
        return backups[-1].status.value if backups else None
