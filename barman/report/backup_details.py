# SPDX-License-Identifier: MIT
"""Everything that is known of one backup, and what follows from it."""

from __future__ import annotations

from barman.model.backup import BackupType
from barman.model.frozen import frozen
from barman.report.report import Report

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barman.model.backup import Backup
    from barman.model.backup_id import BackupId
    from barman.model.retention import Verdict


@frozen(kw_only=True)
class WalFigures:
    """Archived WAL counted: files and bytes, against the segment size."""

    count: int = 0
    size: int = 0
    segment_size: int

    @property
    def compression_ratio(self) -> float:
        """The share of the segments' bytes that compression saves."""
        if not self.count:
            return 0.0
        return 1 - self.size / (self.count * self.segment_size)


@frozen(kw_only=True)
class Saving:
    """What sharing with other backups saves: a share of one, and bytes."""

    share: float
    size: int


@frozen(kw_only=True)
class CopyFigures:
    """How long the copy took, in seconds, and with how many workers."""

    seconds: float
    analysis_seconds: float = 0.0
    workers: int = 1
    throughput: float | None = None


@frozen(kw_only=True)
class BackupShown(Report):
    """A backup with its WAL and its neighbours in the catalogue.

    `spanned` is the WAL between begin and end, `after` what follows up to the next
    backup's end; `wal_seconds` lies between the first and the last of both.
    `verdict` is None where no retention policy is enforced.
    """

    backup: Backup
    spanned: WalFigures
    after: WalFigures
    last_wal_name: str | None = None
    wal_seconds: float | None = None
    reachable_timelines: tuple[int, ...] = ()
    verdict: Verdict | None = None
    previous_id: BackupId | None = None
    next_id: BackupId | None = None
    root_id: BackupId | None = None
    chain_size: int = 1

    @property
    def stored_size(self) -> int:
        """Bytes that no other backup shares."""
        return self.backup.deduplicated_size or 0

    @property
    def wals_per_second(self) -> float:
        """The rate at which WAL files were archived."""
        count = self.spanned.count + self.after.count
        return count / self.wal_seconds if self.wal_seconds else 0.0

    @property
    def saving(self) -> Saving | None:
        """What reuse or an incremental backup saved; None where nothing is shared."""
        backup = self.backup
        whole = {
            BackupType.RSYNC: backup.size,
            BackupType.INCREMENTAL: backup.cluster_size,
        }.get(backup.type)
        if not whole or backup.deduplicated_size is None:
            return None
        share = 1 - backup.deduplicated_size / whole
        return Saving(share=share, size=int(share * (backup.cluster_size or whole)))

    @property
    def copy(self) -> CopyFigures | None:
        """How the copy went, where it was measured."""
        stats = self.backup.copy_stats or {}
        seconds = _number(stats.get("copy_time"))
        if not seconds:
            return None
        return CopyFigures(
            seconds=seconds,
            analysis_seconds=_number(stats.get("analysis_time")),
            workers=int(_number(stats.get("number_of_workers"))) or 1,
            throughput=self.stored_size / seconds,
        )


def _number(value: object) -> float:
    return float(value) if isinstance(value, (int, float)) else 0.0
