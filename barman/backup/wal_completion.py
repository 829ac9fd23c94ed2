# SPDX-License-Identifier: MIT
"""From WAITING_FOR_WALS to DONE: the WAL that a copied backup needs.

A backup is DONE only when every segment from its begin to its end is archived.  The
decision is the model's; here the archive is asked, and the answer written down.
"""

from __future__ import annotations

import os

from barman.errors import BusyError
from barman.model.backup import BackupStatus
from barman.model.frozen import replace
from barman.model.required import completeness
from barman.model.trim import trim_before_first
from barman.model.wal_file import WalFile
from barman.report import backup as report
from barman.wal.trim import WalTrimmer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barman.backup.surroundings import BackupSurroundings
    from barman.catalogue.wal_index import WalIndex
    from barman.catalogue.wal_tree import WalTree
    from barman.hooks.script import Hooks
    from barman.model.backup import Backup
    from barman.model.backup_id import BackupId
    from barman.model.segment import WalSegment
    from barman.wal.archiver import WalArchiver

PAUSE_SECONDS = 0.1


class WalCompletion:
    """Waits for the WAL of backups, checks it, and drops what precedes the first."""

    def __init__(
        self,
        around: BackupSurroundings,
        *,
        index: WalIndex,
        tree: WalTree,
        archiver: WalArchiver,
        hooks: Hooks,
        worm_mode: bool,
    ) -> None:
        self._layout = around.layout
        self._catalogue = around.catalogue
        self._locks = around.locks
        self._clock = around.clock
        self._reporter = around.reporter
        self._index = index
        self._tree = tree
        self._archiver = archiver
        self._hooks = hooks
        self._worm_mode = worm_mode

    def wait(self, backup: Backup, timeout: int | None) -> Backup:
        """Archive until the backup's last segment is there, then check the backup.

        A user who interrupts ends the wait alone.
        """
        assert backup.end_segment is not None
        name = str(backup.end_segment)
        self._reporter.tell(
            report.WalAwaited(
                server_name=backup.server_name, wal_name=name, timeout=timeout
            )
        )
        began = self._clock.monotonic()
        try:
            while not self._tree.contains(name):
                if timeout and self._clock.monotonic() - began >= timeout:
                    self._reporter.tell(report.WaitExpired(name, timeout))
                    return backup
                if not self._archiver.archive(quiet=True):
                    self._clock.sleep(PAUSE_SECONDS)
        except KeyboardInterrupt as interruption:
            if type(interruption) is not KeyboardInterrupt:
                raise
            self._reporter.tell(report.WaitAbandoned())
            return backup
        return self.check(backup.id)

    def settle(self, backup: Backup) -> Backup:
        """Archive once, check the backup, and drop WAL that nothing precedes."""
        if not backup.status.is_usable:
            return backup
        self._archiver.archive(quiet=True)
        if backup.status is BackupStatus.WAITING_FOR_WALS:
            backup = self.check(backup.id)
        self.purge_before(backup)
        return backup

    def check(self, id: BackupId) -> Backup:
        """Record what the archive says of a backup; return it as it is now.

        Raises:
            RefusedError: the backup failed, and stays so.
        """
        try:
            with self._locks.backup_id(id):
                return self._check(self._catalogue.get(id))
        except BusyError:
            backup = self._catalogue.get(id)
            self._reporter.tell(report.CheckBackupBusy(backup.server_name, id))
            return backup

    def _check(self, backup: Backup) -> Backup:
        last = None
        if backup.begin_segment is not None:
            last = self._tree.last_segment(backup.begin_segment.timeline)
        found = completeness(backup, last, self._holds)
        if found.status is backup.status:
            return backup
        backup = replace(backup, status=found.status, error=found.error)
        self._catalogue.save(backup)
        if found.error is not None:
            self._reporter.tell(report.BackupLacksWal(found.error))
        return backup

    def _holds(self, segment: WalSegment) -> bool:
        """Tell whether a segment is archived, and not as an empty file."""
        try:
            path = self._layout.wal_path(WalFile(str(segment)))
            return os.path.getsize(path) > 0
        except OSError:
            return False

    def purge_before(self, first: Backup) -> None:
        """Remove WAL that precedes a first backup: nothing can be recovered with it."""
        backups = {each.id: each for each in self._catalogue.list()}
        due = trim_before_first(first, backups)
        if due is None or not list(self._index.chosen(due.goes())):
            return
        if self._worm_mode:
            self._reporter.tell(report.EarlierWalKept())
            return
        self._reporter.tell(report.EarlierWalFound())
        trimmer = WalTrimmer(
            layout=self._layout,
            index=self._index,
            hooks=self._hooks,
            reporter=self._reporter,
        )
        trimmer.trim(
            due,
            on_removed=lambda name: self._reporter.tell(
                report.EarlierWalRemoved(first.server_name, name)
            ),
        )
