# SPDX-License-Identifier: MIT
"""The maintenance of one server, meant to run every minute.

What takes long runs in processes of its own, which outlive this one.  The steps do not
depend on each other: one that fails is told, and the next follows.
"""

from __future__ import annotations

from contextlib import ExitStack

from barman.backup.interrupted import fail_interrupted, under_way
from barman.errors import BarmanError, BusyError
from barman.model.backup import BackupStatus
from barman.report.cron import (
    ArchiverStarting,
    CheckBackupStarting,
    CronBusy,
    ReceiverStarting,
    SyncSkipped,
)
from barman.report.report import Problem
from barman.report.wal import ArchiverBusy
from barman.system.locks import holder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from barman.backup.surroundings import BackupSurroundings
    from barman.config.server_config import ServerConfig
    from barman.system.locks import Lock
    from barman.upkeep.processes import Processes
    from barman.upkeep.retention import Retention

    # Starts this program, with these words, in a session of its own.
    Spawn = Callable[[tuple[str, ...]], object]


class Cron:
    """Maintains one server."""

    def __init__(
        self,
        *,
        config: ServerConfig,
        around: BackupSurroundings,
        processes: Processes,
        retention: Callable[[], Retention],
    ) -> None:
        self._config = config
        self._around = around
        self._processes = processes
        self._retention = retention

    def run(self, spawn: Spawn) -> None:
        """Do every step, unless another run is at it."""
        with ExitStack() as held:
            try:
                held.enter_context(self._around.locks.cron())
            except BusyError:
                self._around.reporter.tell(CronBusy(self._config.name))
                return
            if self._config.passive:
                self._around.reporter.tell(SyncSkipped(self._config.name))
            else:
                self._attempt(lambda: self._archive(spawn))
                self._attempt(lambda: self._receive(spawn))
            self._attempt(self._fail_interrupted)
            self._attempt(lambda: self._check_backup(spawn))
            self._attempt(lambda: self._retention().enforce())

    def _attempt(self, step: Callable[[], object]) -> None:
        try:
            step()
        except BarmanError as error:
            self._around.reporter.tell(Problem(error.message, error.hint))

    def _archive(self, spawn: Spawn) -> None:
        name = self._config.name
        if _is_held(self._around.locks.archive_wal()):
            self._around.reporter.tell(ArchiverBusy(name))
            return
        self._around.reporter.tell(ArchiverStarting(name))
        spawn(("archive-wal", name))

    def _receive(self, spawn: Spawn) -> None:
        name = self._config.name
        if not self._config.streaming_archiver:
            self._processes.stop_if_running("receive-wal")
        elif not _is_held(self._around.locks.receive_wal()):
            self._around.reporter.tell(ReceiverStarting(name))
            spawn(("receive-wal", name))

    def _check_backup(self, spawn: Spawn) -> None:
        """See whether the WAL of the oldest backup that waits has come."""
        name = self._config.name
        for backup in self._around.catalogue.survey().backups:
            if backup.status is BackupStatus.WAITING_FOR_WALS:
                if not _is_held(self._around.locks.backup_id(backup.id)):
                    self._around.reporter.tell(CheckBackupStarting(name, backup.id))
                    spawn(("check-backup", name, str(backup.id)))
                return

    def _fail_interrupted(self) -> None:
        """Record what became of backups whose process has died."""
        if not under_way(self._around):
            return
        with ExitStack() as held:
            try:
                held.enter_context(self._around.locks.backup())
            except BusyError:
                return  # It is alive.
            fail_interrupted(self._around)


def _is_held(lock: Lock) -> bool:
    return holder(lock.path) is not None
