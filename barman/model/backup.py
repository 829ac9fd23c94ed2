# SPDX-License-Identifier: MIT
"""A base backup: one entry of a server's catalogue.

Frozen: a change is `replace(backup, status=...)`, and writing it down is the
catalogue's work.  Offsets into segments are derived from LSNs and stand only in files.
"""

from __future__ import annotations

from barman.model.backup_id import BackupId
from barman.model.enumeration import Enum, unique
from barman.model.frozen import frozen
from barman.model.segment import SegmentSize

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from barman.model.lsn import Lsn
    from barman.model.postgres_version import PostgresVersion
    from barman.model.segment import WalSegment


@unique
class BackupStatus(Enum):
    """How far a backup has come."""

    EMPTY = "EMPTY"
    STARTED = "STARTED"
    WAITING_FOR_WALS = "WAITING_FOR_WALS"
    DONE = "DONE"
    SYNCING = "SYNCING"
    FAILED = "FAILED"

    @property
    def is_usable(self) -> bool:
        """Whether the copy is complete: DONE or WAITING_FOR_WALS."""
        return self in _USABLE

    @property
    def is_archiving(self) -> bool:
        """Whether WAL of the backup's timeline is needed by it, now or later."""
        return self in _ARCHIVING


_USABLE = frozenset((BackupStatus.DONE, BackupStatus.WAITING_FOR_WALS))
_ARCHIVING = _USABLE | {BackupStatus.STARTED, BackupStatus.SYNCING}


@unique
class BackupType(Enum):
    """What kind of copy it is, as lists show it."""

    FULL = "full"
    INCREMENTAL = "incremental"
    RSYNC = "rsync"
    SNAPSHOT = "snapshot"

    @property
    def letter(self) -> str:
        """The one-letter form of lists."""
        return self.value[0].upper()


@frozen(order=True)
class Tablespace:
    """A tablespace of the cluster when the backup was taken."""

    name: str
    oid: int
    location: str


@frozen(kw_only=True)
class Backup:
    """A base backup and everything that is recorded of it.

    `begin_time` is PostgreSQL's clock before the start checkpoint.  Sizes are bytes:
    `cluster_size` what the tablespaces held, `size` what was stored,
    `deduplicated_size` what no other backup shares.  `children_ids` are the direct
    children only.
    """

    id: BackupId
    server_name: str
    status: BackupStatus = BackupStatus.EMPTY
    mode: str
    name: str | None = None
    systemid: str | None = None
    version: PostgresVersion | None = None
    pgdata: str | None = None
    segment_size: SegmentSize = SegmentSize()
    timeline: int | None = None
    begin_time: datetime | None = None
    begin_lsn: Lsn | None = None
    begin_segment: WalSegment | None = None
    end_time: datetime | None = None
    end_lsn: Lsn | None = None
    end_segment: WalSegment | None = None
    tablespaces: tuple[Tablespace, ...] = ()
    config_file: str | None = None
    hba_file: str | None = None
    ident_file: str | None = None
    included_files: tuple[str, ...] = ()
    label: str | None = None
    data_checksums: str | None = None
    summarize_wal: str | None = None
    compression: str | None = None
    encryption: str | None = None
    cluster_size: int | None = None
    size: int | None = None
    deduplicated_size: int | None = None
    copy_stats: Mapping[str, object] | None = None
    error: str | None = None
    parent_id: BackupId | None = None
    children_ids: tuple[BackupId, ...] = ()
    snapshots_info: Mapping[str, object] | None = None

    @property
    def type(self) -> BackupType:
        """What kind of copy it is, derived from mode and parent."""
        if self.mode.startswith("snapshot"):
            return BackupType.SNAPSHOT
        if self.mode.startswith("rsync"):
            return BackupType.RSYNC
        return BackupType.INCREMENTAL if self.parent_id else BackupType.FULL

    @property
    def is_incremental(self) -> bool:
        """Whether it needs its parent to be restored."""
        return self.parent_id is not None

    @property
    def is_done_and_whole(self) -> bool:
        """Whether it counts for redundancy: DONE and restorable alone."""
        return self.status is BackupStatus.DONE and not self.is_incremental

    def required_segments(self) -> Iterator[WalSegment]:
        """Yield the segments it needs to be consistent; none if unknown."""
        if self.begin_segment is not None and self.end_segment is not None:
            yield from self.begin_segment.up_to(self.end_segment, self.segment_size)
