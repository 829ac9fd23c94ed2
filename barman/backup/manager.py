# SPDX-License-Identifier: MIT
"""The frame of every base backup, whatever the method.

The status on disk is always true: it is saved before and after each step, and what a
killed process left behind is marked FAILED by the next one, which can tell because it
holds the backup lock.  Nothing here deletes a backup's files: a failed backup stays for
whoever wants to know why.
"""

from __future__ import annotations

from contextlib import ExitStack

from barman.backup.interrupted import fail_interrupted
from barman.backup.manifest import write_manifest
from barman.backup.measure import measure
from barman.backup.new_id import new_id
from barman.errors import BarmanError, BusyError
from barman.model.backup import Backup, BackupStatus
from barman.model.frozen import replace
from barman.report import backup as report
from barman.report.report import Problem
from barman.system.files import fsync_directory, fsync_tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from barman.backup.backup_hooks import BackupHooks
    from barman.backup.method import BackupMethod
    from barman.backup.request import BackupRequest
    from barman.backup.surroundings import BackupSurroundings
    from barman.backup.wal_completion import WalCompletion


class BackupManager:
    """Takes the base backups of one server; drives a method, holds no server.

    `preflight` raises when the server cannot be backed up now; `identify` makes the
    directories and returns the system identifier, after checking that the catalogue
    belongs to this cluster.
    """

    def __init__(
        self,
        surroundings: BackupSurroundings,
        *,
        method: BackupMethod,
        wal: WalCompletion,
        hooks: BackupHooks,
        preflight: Callable[[], None],
        identify: Callable[[], str],
    ) -> None:
        self._around = surroundings
        self._method = method
        self._wal = wal
        self._hooks = hooks
        self._preflight = preflight
        self._identify = identify

    def take(self, request: BackupRequest) -> Backup:
        """Take a backup and return it as it is recorded; raise before anything is.

        A backup that fails is told, recorded and returned as FAILED.
        """
        with ExitStack() as stack:
            stack.callback(self._method.close)
            self._method.refuse_if_impossible(request)
            self._preflight()
            systemid = self._identify()
            try:
                stack.enter_context(self._around.locks.backup())
            except BusyError as error:
                raise BusyError("Another backup process is running") from error
            fail_interrupted(self._around)
            course = _Course(self._around, self._record_new(request, systemid))
            self._run(course, request)
            if request.manifest:
                self._add_manifest(course.backup)
            return self._settle(course.backup)

    def _record_new(self, request: BackupRequest, systemid: str) -> Backup:
        """Record a new backup under an id of its own."""
        around = self._around
        id = new_id(around.layout, around.clock.now())
        backup = Backup(
            id=id,
            server_name=around.server_name,
            mode=self._method.mode,
            name=request.name,
            systemid=systemid,
        )
        around.catalogue.save(backup)
        around.reporter.tell(
            report.BackupStarting(
                server_name=around.server_name,
                mode=self._method.mode,
                directory=around.layout.backup_directory(id),
            )
        )
        return backup

    def _run(self, course: _Course, request: BackupRequest) -> None:
        """Take the recorded backup from EMPTY to its end, whatever happens."""
        try:
            try:
                self._hooks.before(course.backup)
                self._copy(course, request)
                course.save(status=BackupStatus.WAITING_FOR_WALS)
            except (Exception, KeyboardInterrupt) as error:
                self._fail(course, error)
                if not isinstance(error, BarmanError):
                    raise
                return
            self._tell_completed(course)
            if request.wait:
                course.backup = self._wal.wait(course.backup, request.wait_timeout)
        finally:
            self._method.close()
            self._hooks.after(course.backup)

    def _copy(self, course: _Course, request: BackupRequest) -> None:
        around, method = self._around, self._method
        course.action = "issuing start backup command"
        course.backup = method.begin(course.backup, request)
        course.is_begun = True
        course.save(status=BackupStatus.STARTED)
        course.began = around.clock.now()
        self._tell_begun(course.backup)
        if self._is_first(course.backup):
            around.reporter.tell(report.FirstBackup(around.server_name))
        course.action = "copying files"
        course.backup = method.copy(course.backup, request)
        course.action = "issuing stop backup command"
        course.backup = method.end(course.backup)
        course.is_begun = False
        course.action = "making the backup durable"
        directory = around.layout.backup_directory(course.backup.id)
        fsync_tree(directory)
        fsync_directory(around.layout.base)
        size = measure(directory)
        course.save(size=size.size, deduplicated_size=size.deduplicated_size)
        around.reporter.tell(
            report.BackupMeasured(
                size=size.size, deduplicated_size=size.deduplicated_size
            )
        )

    def _is_first(self, backup: Backup) -> bool:
        return not any(
            each.status.is_usable
            for each in self._around.catalogue.survey().backups
            if each.id < backup.id
        )

    def _fail(self, course: _Course, error: BaseException) -> None:
        """Have PostgreSQL end the backup; record the failure and tell of it.

        Where even that cannot be recorded, the next backup will find this one under
        way without a process, and mark it.
        """
        tell = self._around.reporter.tell
        reason = str(error) or type(error).__name__
        if course.is_begun:
            tell(report.BackupFailing(course.action))
            tell(report.BackupEnding())
            course.backup = self._method.abandon(course.backup)
        first_line = reason.partition("\n")[0]
        hint = error.hint if isinstance(error, BarmanError) else None
        try:
            course.save(
                status=BackupStatus.FAILED,
                error=f"failure {course.action} ({first_line})",
            )
        finally:
            tell(report.BackupFailed(course.action, reason, hint))

    def _add_manifest(self, backup: Backup) -> None:
        """Write the manifest that pg_basebackup would have written.

        The backup is complete without.
        """
        if not (backup.mode.startswith("rsync") and backup.status.is_usable):
            return
        tell = self._around.reporter.tell
        try:
            write_manifest(self._around.layout.data_directory(backup.id))
        except BarmanError as error:
            tell(Problem(error.message, error.hint))
            return
        tell(
            report.ManifestWritten(server_name=backup.server_name, backup_id=backup.id)
        )

    def _settle(self, backup: Backup) -> Backup:
        """Archive what waits, and see whether the WAL is complete."""
        backup = self._wal.settle(backup)
        if backup.status is BackupStatus.WAITING_FOR_WALS:
            self._around.reporter.tell(report.BackupWaits())
        return backup

    def _tell_begun(self, backup: Backup) -> None:
        assert backup.begin_lsn is not None
        self._around.reporter.tell(
            report.BackupBegun(
                lsn=backup.begin_lsn,
                segment=backup.begin_segment,
                offset=backup.segment_size.offset(backup.begin_lsn),
            )
        )

    def _tell_completed(self, course: _Course) -> None:
        backup, tell = course.backup, self._around.reporter.tell
        assert backup.end_lsn is not None
        assert backup.end_segment is not None
        tell(
            report.BackupEnded(
                lsn=backup.end_lsn,
                segment=backup.end_segment,
                offset=backup.segment_size.offset(backup.end_lsn),
            )
        )
        elapsed = self._around.clock.now() - course.began
        tell(
            report.BackupCompleted(began=course.began, seconds=elapsed.total_seconds())
        )


class _Course:
    """Where a backup that is being taken stands."""

    def __init__(self, around: BackupSurroundings, backup: Backup) -> None:
        self.backup = backup
        self.action = "starting backup"
        self.is_begun = False
        self.began = around.clock.now()
        self._catalogue = around.catalogue

    def save(self, **changes: object) -> None:
        """Change the backup and write it down."""
        self.backup = replace(self.backup, **changes)
        self._catalogue.save(self.backup)
