# SPDX-License-Identifier: MIT
"""What PostgreSQL says of itself, as values."""

from __future__ import annotations

from barman.model.frozen import frozen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime

    from barman.model.lsn import Lsn


@frozen()
class BeginPoint:
    """Where a backup begins; `time` is PostgreSQL's clock before the checkpoint."""

    lsn: Lsn
    timeline: int
    time: datetime


@frozen()
class EndPoint:
    """Where a backup ends; an exclusive one keeps its label in the data directory."""

    lsn: Lsn
    timeline: int
    time: datetime
    label_text: str | None = None
    tablespace_map: str | None = None


@frozen()
class Slot:
    """A replication slot; `wal_status` is known from PostgreSQL 13 on."""

    name: str
    type: str
    active: bool
    restart_lsn: Lsn | None = None
    wal_status: str | None = None

    @property
    def is_initialised(self) -> bool:
        """Whether it keeps WAL: it was used, or made to reserve it at once."""
        return self.restart_lsn is not None


@frozen(kw_only=True)
class ArchiverStats:
    """pg_stat_archiver, with the rate since the statistics were reset."""

    archived_count: int
    last_archived_wal: str | None
    last_archived_time: datetime | None
    failed_count: int
    last_failed_wal: str | None
    last_failed_time: datetime | None
    stats_reset: datetime | None
    archived_per_second: float | None

    @property
    def is_archiving(self) -> bool:
        """Whether something was archived, and nothing failed since."""
        if self.last_archived_time is None:
            return False
        failed = self.last_failed_time
        return failed is None or failed <= self.last_archived_time


@frozen()
class SystemIdentity:
    """What IDENTIFY_SYSTEM answers."""

    systemid: str
    timeline: int
    lsn: Lsn
