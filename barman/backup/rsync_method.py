# SPDX-License-Identifier: MIT
"""Base backups by rsync, over SSH or on this machine, while PostgreSQL is running.

The session that began the backup must live until it ends, or PostgreSQL forgets the
backup (pg_backup_start, non-exclusive).  `global/pg_control` is copied last: it says
how far recovery must go at least.  The backup label comes from PostgreSQL, never from
the data directory, where an old one may lie.
"""

from __future__ import annotations

from barman.backup.cluster_facts import (
    describe_cluster,
    missing_tablespaces,
    outside,
    refuse_other_timeline,
)
from barman.backup.control_file import copy_control_file, refuse_other_cluster
from barman.backup.rsync_trees import ExternalFile, Sharing, external_files, trees
from barman.backup.tree_copy import CopyOptions, TreeCopier
from barman.errors import BarmanError, DataError
from barman.model.frozen import frozen, replace
from barman.model.neighbours import previous_usable
from barman.model.segment import WalSegment
from barman.postgres.keepalive import Keepalive
from barman.report import backup as report
from barman.system.files import make_directory, write_atomically
from barman.system.rsync import RsyncOptions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barman.backup.request import BackupRequest
    from barman.catalogue.backups import BackupCatalogue
    from barman.catalogue.layout import Layout
    from barman.model.backup import Backup
    from barman.postgres.session import PostgresSession
    from barman.postgres.values import EndPoint
    from barman.report.report import Reporter
    from barman.system.clock import Clock
    from barman.system.host import Host
    from barman.system.runner import LocalRunner

_CONTROL_FILE = "global/pg_control"


@frozen(kw_only=True)
class RsyncSource:
    """Where rsync reads: the host of the cluster, and how the files get here.

    `tablespace_limits` are kB/s by name, for those that have a limit of their own.
    """

    host: Host
    runner: LocalRunner
    network_compression: bool = False
    tablespace_limits: tuple[tuple[str, int], ...] = ()


class RsyncMethod:
    """Copies the files of a cluster with rsync."""

    mode = "rsync-concurrent"

    def __init__(
        self,
        source: RsyncSource,
        *,
        session: PostgresSession,
        layout: Layout,
        catalogue: BackupCatalogue,
        clock: Clock,
        reporter: Reporter,
    ) -> None:
        self._source = source
        self._session = session
        self._layout = layout
        self._catalogue = catalogue
        self._clock = clock
        self._reporter = reporter

    def refuse_if_impossible(self, request: BackupRequest) -> None:
        """Accept every request: what rsync needs is checked before each backup."""

    def begin(self, backup: Backup, request: BackupRequest) -> Backup:
        """Describe the cluster and put PostgreSQL into backup mode."""
        backup = describe_cluster(backup, self._session)
        left_out = outside(backup.included_files, backup.pgdata)
        if left_out and not request.external_configuration:
            self._reporter.tell(report.FilesLeftOut("rsync", left_out))
        self._compare_cluster(backup)
        begin = self._session.begin_backup(
            f"Barman backup {backup.server_name} {backup.id}",
            fast=request.immediate_checkpoint,
        )
        segment = WalSegment.holding(
            begin.lsn, timeline=begin.timeline, size=backup.segment_size
        )
        return replace(
            backup,
            timeline=begin.timeline,
            begin_time=begin.time,
            begin_lsn=begin.lsn,
            begin_segment=segment,
        )

    def copy(self, backup: Backup, request: BackupRequest) -> Backup:
        """Copy tablespaces, data directory and external files, then pg_control."""
        began = self._clock.monotonic()
        program = "rsync/SSH" if self._source.host.rsync_shell else "local rsync"
        self._reporter.tell(
            report.CopyStarting(backup_id=backup.id, program=program, jobs=request.jobs)
        )
        reused = self._reused(backup, request)
        copier = self._copier(request, horizon(backup, reused))
        with Keepalive(
            self._session, request.keepalive_interval, lambda _: copier.stop()
        ) as keepalive:
            try:
                self._copy_all(backup, request, copier, reused)
            except BarmanError:
                keepalive.check()  # A lost session explains a copy that was stopped.
                raise
        keepalive.check()
        seconds = self._clock.monotonic() - began
        self._reporter.tell(report.CopyDone(seconds=seconds))
        return replace(backup, copy_stats=copier.statistics(seconds))

    def end(self, backup: Backup) -> Backup:
        """Take PostgreSQL out of backup mode and write the label that it gives."""
        self._reporter.tell(report.BackupEnding())
        end = self._session.end_backup()
        if not end.label_text:
            raise DataError("PostgreSQL gave no backup label: the copy is useless")
        refuse_other_timeline(backup, end.timeline)
        write_atomically(
            f"{self._layout.data_directory(backup.id)}/backup_label",
            end.label_text.encode("utf-8", "surrogateescape"),
            mode=0o600,
        )
        if not self._session.is_in_recovery:
            self._session.switch_wal()
            self._session.create_restore_point(f"barman_{backup.id}")
        return replace(_ended(backup, end), label=end.label_text)

    def abandon(self, backup: Backup) -> Backup:
        """End the backup in PostgreSQL; its session may be gone already."""
        try:
            return _ended(backup, self._session.end_backup())
        except BarmanError:
            return backup

    def close(self) -> None:
        """End the connections."""
        self._session.close()
        self._source.host.close()

    def _compare_cluster(self, backup: Backup) -> None:
        """Prove that the files and the session are of one cluster, before the copy."""
        host = self._source.host
        path = f"{backup.pgdata}/{_CONTROL_FILE}"
        refuse_other_cluster(host.read(path), path, backup.systemid)
        names = host.list_directory(f"{backup.pgdata}/pg_tblspc")
        if wrong := missing_tablespaces(self._session.tablespaces(), names):
            raise DataError(
                f"pg_tblspc and pg_tablespace disagree about: {', '.join(wrong)}",
                hint="A tablespace may have been made or dropped just now; try again.",
            )

    def _reused(self, backup: Backup, request: BackupRequest) -> Backup | None:
        if request.reuse is None:
            return None
        return previous_usable(backup, self._catalogue.survey().backups)

    def _copier(self, request: BackupRequest, horizon: int) -> TreeCopier:
        shell = self._source.host.rsync_shell
        return TreeCopier(
            CopyOptions(
                transport=RsyncOptions(
                    shell=shell,
                    remote_source=shell is not None,
                    network_compression=self._source.network_compression,
                ),
                jobs=request.jobs,
                start_batch_size=request.jobs_start_batch_size,
                start_batch_period=request.jobs_start_batch_period,
                retry_times=request.retry_times,
                retry_sleep=request.retry_sleep,
                reuse=request.reuse,
                horizon=horizon,
            ),
            runner=self._source.runner,
            clock=self._clock,
            reporter=self._reporter,
        )

    def _copy_all(
        self,
        backup: Backup,
        request: BackupRequest,
        copier: TreeCopier,
        reused: Backup | None,
    ) -> None:
        data_directory = self._layout.data_directory(backup.id)
        sharing = Sharing(
            limit=request.bandwidth_limit,
            tablespace_limits=dict(self._source.tablespace_limits),
            reused=reused,
        )
        external = [file for file in external_files(backup) if self._is_there(file)]
        planned = trees(backup, self._layout, sharing, external)
        for tree in planned:
            make_directory(tree.destination, mode=0o700)
        copier.copy(planned)
        for file in external:
            copier.copy_file(file.setting, file.path, f"{data_directory}/{file.name}")
        copy_control_file(
            copier,
            f"{backup.pgdata}/{_CONTROL_FILE}",
            f"{data_directory}/{_CONTROL_FILE}",
            systemid=backup.systemid,
        )

    def _is_there(self, file: ExternalFile) -> bool:
        """Tell whether a file is to be copied: only the ident file may be missing."""
        return file.setting != "ident_file" or self._source.host.exists(file.path)


def horizon(backup: Backup, reused: Backup | None) -> int:
    """Return from which time on an unchanged look is no proof, in epoch seconds.

    That is the begin of the reused backup; but where the clock went back, or the files
    are of another timeline, no time proves anything, and everything is compared.
    """
    if reused is None or reused.begin_time is None or backup.begin_time is None:
        return 0
    is_later = reused.begin_time < backup.begin_time
    if not is_later or reused.timeline != backup.timeline:
        return 0
    return int(reused.begin_time.timestamp())


def _ended(backup: Backup, end: EndPoint) -> Backup:
    return replace(
        backup,
        end_time=end.time,
        end_lsn=end.lsn,
        end_segment=WalSegment.holding(
            end.lsn, timeline=end.timeline, size=backup.segment_size
        ),
    )
