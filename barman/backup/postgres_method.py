# SPDX-License-Identifier: MIT
"""Base backups by pg_basebackup: PostgreSQL's own streaming, into plain directories.

Where the backup begins is in the label that pg_basebackup writes; where it ends is not
told, so the log's place after the copy is taken: it cannot be earlier.  That place is
the end of what was written, so one right at a boundary belongs to the segment before.
"""

from __future__ import annotations

from barman.backup.cluster_facts import (
    describe_cluster,
    outside,
    refuse_other_timeline,
)
from barman.backup.copy_progress import streamed
from barman.errors import BarmanError, CommandError, DataError, RefusedError
from barman.model.frozen import frozen, replace
from barman.model.label import BackupLabel
from barman.model.segment import WalSegment
from barman.postgres.commands import BaseBackup, basebackup_command
from barman.report import backup as report
from barman.system.files import file_error, make_directory, remove_tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barman.backup.request import BackupRequest
    from barman.catalogue.layout import Layout
    from barman.model.backup import Backup
    from barman.model.conninfo import Conninfo
    from barman.postgres.programs import Programs
    from barman.postgres.session import PostgresSession
    from barman.report.report import Reporter
    from barman.system.clock import Clock
    from barman.system.runner import LocalRunner


@frozen(kw_only=True)
class StreamSource:
    """How pg_basebackup reaches the server, and what it calls itself there."""

    conninfo: Conninfo
    application_name: str
    runner: LocalRunner
    programs: Programs


class PostgresMethod:
    """Lets pg_basebackup copy the cluster."""

    mode = "postgres"

    def __init__(
        self,
        source: StreamSource,
        *,
        session: PostgresSession,
        layout: Layout,
        clock: Clock,
        reporter: Reporter,
    ) -> None:
        self._source = source
        self._session = session
        self._layout = layout
        self._clock = clock
        self._reporter = reporter

    def refuse_if_impossible(self, request: BackupRequest) -> None:
        """Refuse what only rsync can do."""
        if request.reuse:
            raise RefusedError(
                "reuse_backup is not supported by postgres backup_method"
            )

    def begin(self, backup: Backup, request: BackupRequest) -> Backup:
        """Describe the cluster; pg_basebackup itself begins the backup later."""
        backup = describe_cluster(backup, self._session)
        files = [f for f in (backup.config_file, backup.hba_file) if f]
        files += [f for f in (backup.ident_file, *backup.included_files) if f]
        left_out = outside(files, backup.pgdata)
        if left_out and not request.external_configuration:
            self._reporter.tell(report.FilesLeftOut("pg_basebackup", left_out))
        lsn, timeline = self._session.current_lsn, self._session.timeline
        if lsn is None:
            raise DataError("the standby has not replayed anything yet")
        return replace(
            backup,
            timeline=timeline,
            begin_time=self._session.now(),
            begin_lsn=lsn,
            begin_segment=WalSegment.holding(
                lsn, timeline=timeline, size=backup.segment_size
            ),
        )

    def copy(self, backup: Backup, request: BackupRequest) -> Backup:
        """Run pg_basebackup, as often as is allowed; then read the label it wrote."""
        began = self._clock.monotonic()
        self._reporter.tell(
            report.CopyStarting(backup_id=backup.id, program="pg_basebackup")
        )
        attempt = 0
        while True:
            try:
                self._stream(backup, request)
                break
            except CommandError as error:
                if attempt >= request.retry_times:
                    raise _transfer_failure(backup, self._layout, error) from error
                self._remove_copy(backup)
                self._reporter.tell(
                    report.StreamRetrying(attempt=attempt, seconds=request.retry_sleep)
                )
                self._clock.sleep(request.retry_sleep)
                attempt += 1
        seconds = self._clock.monotonic() - began
        self._reporter.tell(report.CopyDone(seconds=seconds))
        statistics = {"copy_time": seconds, "total_time": seconds}
        return replace(self._labelled(backup), copy_stats=statistics)

    def end(self, backup: Backup) -> Backup:
        """Take the current place for the end, and have its segment archived."""
        self._reporter.tell(report.BackupFinalising())
        lsn, time = self._session.current_lsn, self._session.now()
        assert lsn is not None
        is_standby = self._session.is_in_recovery
        timeline = backup.timeline if is_standby else self._session.timeline
        refuse_other_timeline(backup, timeline)
        assert timeline is not None
        find = WalSegment.holding if is_standby else WalSegment.ending_at
        segment = find(lsn, timeline=timeline, size=backup.segment_size)
        if not is_standby:
            self._session.switch_wal()
            self._session.create_restore_point(f"barman_{backup.id}")
        return replace(backup, end_time=time, end_lsn=lsn, end_segment=segment)

    def abandon(self, backup: Backup) -> Backup:
        """Do nothing: the server ends the backup with pg_basebackup's connection."""
        return backup

    def close(self) -> None:
        """End the connection."""
        self._session.close()

    def _stream(self, backup: Backup, request: BackupRequest) -> None:
        directory = self._layout.backup_directory(backup.id)
        make_directory(directory)
        places = []
        for each in backup.tablespaces:
            place = self._layout.tablespace_directory(backup.id, each.oid)
            make_directory(place, mode=0o700)
            places.append((each.location, place))
        make_directory(self._layout.data_directory(backup.id), mode=0o700)
        program = self._source.programs.get("pg_basebackup", for_version=backup.version)
        command = basebackup_command(
            program,
            BaseBackup(
                conninfo=self._source.conninfo,
                destination=self._layout.data_directory(backup.id),
                tablespaces=tuple(places),
                fast=request.immediate_checkpoint,
                max_rate=request.bandwidth_limit,
                # Whoever reads it may be gone: then the next line ends the program.
                progress=True,
                application_name=self._source.application_name,
            ),
        )
        self._source.runner.run(command, on_stderr=self._tell_progress)

    def _tell_progress(self, line: str) -> None:
        progress = streamed(line)
        if progress is not None:
            self._reporter.tell(progress)

    def _remove_copy(self, backup: Backup) -> None:
        for each in backup.tablespaces:
            remove_tree(self._layout.tablespace_directory(backup.id, each.oid))
        remove_tree(self._layout.data_directory(backup.id))

    def _labelled(self, backup: Backup) -> Backup:
        path = f"{self._layout.data_directory(backup.id)}/backup_label"
        try:
            with open(path, encoding="utf-8", errors="surrogateescape") as source:
                text = source.read()
        except OSError as error:
            raise file_error("read", path, error) from error
        label = BackupLabel.parse(text)
        return replace(
            backup,
            label=text,
            timeline=label.timeline,
            begin_lsn=label.begin_lsn,
            begin_segment=label.begin_segment,
        )


def _transfer_failure(
    backup: Backup, layout: Layout, error: CommandError
) -> BarmanError:
    directory = layout.data_directory(backup.id)
    lines = error.stderr.splitlines()
    said = [line for line in lines if streamed(line) is None]
    reason = "\n".join(said) or error.message
    return CommandError(
        f"data transfer failure on directory '{directory}'\n{reason}",
        status=error.status,
        stderr=error.stderr,
    )
