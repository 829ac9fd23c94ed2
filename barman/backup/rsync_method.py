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
)
from barman.backup.control_file import copy_control_file
from barman.backup.exclusions import of_data_directory, of_tablespace
from barman.backup.tree_copy import CopyOptions, Tree, TreeCopier
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
    from barman.report.report import Reporter
    from barman.system.clock import Clock
    from barman.system.host import Host
    from barman.system.runner import LocalRunner


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
        if left_out := outside(backup.included_files, backup.pgdata):
            self._reporter.tell(report.FilesLeftOut("rsync", left_out))
        self._compare_tablespaces(backup)
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
        previous = previous_usable(backup, self._catalogue.survey().backups)
        copier = self._copier(request, previous)
        trees = self._trees(backup, request, previous)
        for tree in trees:
            make_directory(tree.destination, mode=0o700)
        with Keepalive(
            self._session,
            request.keepalive_interval,
            on_loss=lambda _: self._source.runner.end_running(),
        ) as keepalive:
            copier.copy(trees)
            self._copy_external_files(backup, copier)
            copy_control_file(
                copier,
                f"{backup.pgdata}/global/pg_control",
                f"{self._layout.data_directory(backup.id)}/global/pg_control",
                systemid=backup.systemid,
            )
        keepalive.check()
        seconds = self._clock.monotonic() - began
        self._reporter.tell(report.CopyDone(seconds=seconds))
        return replace(
            backup, copy_stats=_statistics(copier, seconds=seconds, jobs=request.jobs)
        )

    def end(self, backup: Backup) -> Backup:
        """Take PostgreSQL out of backup mode and write the label that it gives."""
        self._reporter.tell(report.BackupEnding())
        end = self._session.end_backup()
        if not end.label_text:
            raise DataError("PostgreSQL gave no backup label: the copy is useless")
        if end.timeline != backup.timeline:
            raise DataError(
                f"the timeline changed from {backup.timeline} to {end.timeline}"
                " during the backup",
                hint="Take another backup.",
            )
        write_atomically(
            f"{self._layout.data_directory(backup.id)}/backup_label",
            end.label_text.encode("utf-8", "surrogateescape"),
            mode=0o600,
        )
        if not self._session.is_in_recovery:
            self._session.switch_wal()
            self._session.create_restore_point(f"barman_{backup.id}")
        return replace(
            backup,
            label=end.label_text,
            end_time=end.time,
            end_lsn=end.lsn,
            end_segment=WalSegment.holding(
                end.lsn, timeline=end.timeline, size=backup.segment_size
            ),
        )

    def abandon(self, backup: Backup) -> Backup:
        """End the backup in PostgreSQL; its session may be gone already."""
        try:
            end = self._session.end_backup()
        except BarmanError:
            return backup
        return replace(
            backup,
            end_time=end.time,
            end_lsn=end.lsn,
            end_segment=WalSegment.holding(
                end.lsn, timeline=end.timeline, size=backup.segment_size
            ),
        )

    def close(self) -> None:
        """End the connections."""
        self._session.close()
        self._source.host.close()

    def _compare_tablespaces(self, backup: Backup) -> None:
        names = self._source.host.list_directory(f"{backup.pgdata}/pg_tblspc")
        if wrong := missing_tablespaces(self._session.tablespaces(), names):
            raise DataError(
                f"pg_tblspc and pg_tablespace disagree about: {', '.join(wrong)}",
                hint="A tablespace may have been made or dropped just now; try again.",
            )

    def _copier(self, request: BackupRequest, previous: Backup | None) -> TreeCopier:
        horizon = (
            previous.begin_time.timestamp() if previous and previous.begin_time else 0
        )
        return TreeCopier(
            CopyOptions(
                transport=self._transport(),
                jobs=request.jobs,
                start_batch_size=request.jobs_start_batch_size,
                start_batch_period=request.jobs_start_batch_period,
                retry_times=request.retry_times,
                retry_sleep=request.retry_sleep,
                reuse=request.reuse,
                horizon=int(horizon),
            ),
            runner=self._source.runner,
            clock=self._clock,
            reporter=self._reporter,
        )

    def _transport(self) -> RsyncOptions:
        shell = self._source.host.rsync_shell
        return RsyncOptions(
            shell=shell,
            remote_source=shell is not None,
            network_compression=self._source.network_compression,
        )

    def _trees(
        self, backup: Backup, request: BackupRequest, previous: Backup | None
    ) -> list[Tree]:
        assert backup.pgdata is not None
        assert backup.version is not None
        reused = previous if request.reuse else None
        limits = dict(self._source.tablespace_limits)
        includes, excludes = of_tablespace(backup.version.major)
        known = {each.oid for each in reused.tablespaces} if reused else set()
        trees = [
            Tree(
                label=each.name,
                source=each.location.rstrip("/") + "/",
                destination=self._layout.tablespace_directory(backup.id, each.oid)
                + "/",
                includes=includes,
                excludes=excludes,
                reference=(
                    self._layout.tablespace_directory(reused.id, each.oid)
                    if reused and each.oid in known
                    else None
                ),
                bandwidth_limit=limits.get(each.name, request.bandwidth_limit),
            )
            for each in backup.tablespaces
        ]
        pgdata = Tree(
            label="pgdata",
            source=backup.pgdata.rstrip("/") + "/",
            destination=self._layout.data_directory(backup.id) + "/",
            excludes=of_data_directory(
                backup.pgdata,
                [(each.oid, each.location) for each in backup.tablespaces],
            ),
            reference=self._layout.data_directory(reused.id) if reused else None,
            bandwidth_limit=request.bandwidth_limit,
        )
        return [*trees, pgdata]

    def _copy_external_files(self, backup: Backup, copier: TreeCopier) -> None:
        """Copy configuration files that lie outside the data directory into it."""
        files = (
            ("config_file", backup.config_file),
            ("hba_file", backup.hba_file),
            ("ident_file", backup.ident_file),
        )
        for label, path in files:
            if path is None or not outside([path], backup.pgdata):
                continue
            if label == "ident_file" and not self._source.host.exists(path):
                continue
            name = path.rpartition("/")[2]
            copier.copy_file(
                label, path, f"{self._layout.data_directory(backup.id)}/{name}"
            )


def _statistics(copier: TreeCopier, *, seconds: float, jobs: int) -> dict[str, object]:
    """Return what is recorded of a copy; `serialized` counts workers one by one."""
    analysis = sum(copier.analysis.values())
    serialized = sum(copier.copying.values())
    return {
        "total_time": seconds,
        "number_of_workers": jobs,
        "analysis_time_per_item": dict(copier.analysis),
        "copy_time_per_item": dict(copier.copying),
        "serialized_copy_time_per_item": dict(copier.copying),
        "analysis_time": analysis,
        "copy_time": seconds - analysis,
        "serialized_copy_time": serialized,
    }
