# SPDX-License-Identifier: MIT
"""A PostgreSQL session and a replication session in memory.

Facts are attributes that a test sets; acts are remembered in `acts`, move the log a
little, and raise what the test put into `failures` under their name.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from barman.errors import PostgresError
from barman.model.lsn import Lsn
from barman.model.postgres_version import PostgresVersion
from barman.model.segment import SegmentSize, WalSegment
from barman.postgres.values import (
    ArchiverStats,
    BeginPoint,
    EndPoint,
    Slot,
    SystemIdentity,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from barman.model.backup import Tablespace

SYSTEMID = "7000000000000000001"
BEGIN = Lsn.parse("0/3000028")
TIME = datetime(2026, 1, 1, 10, 10, 10, tzinfo=timezone.utc)
LABEL = "START WAL LOCATION: 0/3000028 (file 000000010000000000000003)\n"
STATS = ArchiverStats(
    archived_count=2,
    last_archived_wal="000000010000000000000002",
    last_archived_time=TIME,
    failed_count=0,
    last_failed_wal=None,
    last_failed_time=None,
    stats_reset=TIME,
    archived_per_second=0.5,
)


class PostgresSessionFake:
    """What `barman.postgres.session.PostgresSession` offers, without a server."""

    def __init__(self, **facts: Any) -> None:
        self.version = PostgresVersion(150000)
        self.systemid = SYSTEMID
        self.segment_size = SegmentSize()
        self.data_directory: str | None = "/pgdata"
        self.is_in_recovery = False
        self.timeline = 1
        self.current_lsn: Lsn | None = BEGIN
        self.is_superuser = True
        self.has_backup_privileges = True
        self.has_monitoring_privileges = True
        self.has_checkpoint_privileges = True
        self.slots: dict[str, Slot] = {}
        self.archiver_stats = STATS
        self.all_settings: dict[str, str] = {}
        self.all_tablespaces: tuple[Tablespace, ...] = ()
        self.all_included_files: tuple[str, ...] = ()
        self.size = 30_000_000
        self.acts: list[tuple[Any, ...]] = []
        self.failures: dict[str, PostgresError] = {}
        self.pings = 0
        self.in_backup = False
        for name, value in facts.items():
            assert hasattr(self, name), name
            setattr(self, name, value)

    @property
    def current_segment(self) -> WalSegment | None:
        if self.is_in_recovery or self.current_lsn is None:
            return None
        return WalSegment.ending_at(
            self.current_lsn, timeline=self.timeline, size=self.segment_size
        )

    def settings(self, *names: str) -> Mapping[str, str]:
        return {k: v for k, v in self.all_settings.items() if k in names}

    plain_settings = settings

    def tablespaces(self) -> tuple[Tablespace, ...]:
        return self.all_tablespaces

    def cluster_size(self) -> int:
        return self.size

    def included_files(self) -> tuple[str, ...]:
        return self.all_included_files

    def slot(self, name: str) -> Slot | None:
        return self.slots.get(name)

    def archiver(self) -> ArchiverStats:
        return self.archiver_stats

    def now(self) -> datetime:
        return TIME

    def begin_backup(
        self, label: str, *, fast: bool, exclusive: bool = False
    ) -> BeginPoint:
        self._act("begin_backup", label, fast, exclusive)
        self.in_backup = True
        return BeginPoint(self._lsn(), self.timeline, TIME)

    def end_backup(self) -> EndPoint:
        self._act("end_backup")
        if not self.in_backup:
            raise PostgresError("this session holds no backup")
        self.in_backup = False
        self._advance(0x100)
        time = TIME + timedelta(seconds=5)
        return EndPoint(self._lsn(), self.timeline, time, LABEL, None)

    def switch_wal(self) -> str | None:
        self._act("switch_wal")
        size, lsn = self.segment_size, self._lsn()
        if size.offset(lsn) == 0:
            return None
        closed = WalSegment.holding(lsn, timeline=self.timeline, size=size)
        self.current_lsn = closed.end(size)
        return str(closed)

    def create_restore_point(self, name: str) -> Lsn:
        self._act("create_restore_point", name)
        self._advance(0x60)
        return self._lsn()

    def checkpoint(self) -> None:
        self._act("checkpoint")
        self._advance(0x80)

    def ping(self, *, timeout: float = 60) -> None:
        self.pings += 1
        if "ping" in self.failures:
            raise self.failures["ping"]

    def close(self) -> None:
        self.in_backup = False
        self.acts.append(("close",))

    def _act(self, name: str, *values: object) -> None:
        self.acts.append((name, *values))
        if name in self.failures:
            raise self.failures[name]

    def _lsn(self) -> Lsn:
        assert self.current_lsn is not None
        return self.current_lsn

    def _advance(self, size: int) -> None:
        self.current_lsn = self._lsn() + size


class ReplicationSessionFake:
    """What `barman.postgres.replication.ReplicationSession` offers."""

    def __init__(self, **facts: Any) -> None:
        self.version = PostgresVersion(150000)
        self.identity = SystemIdentity(SYSTEMID, 1, BEGIN)
        self.slots: list[str] = []
        self.failures: dict[str, PostgresError] = {}
        for name, value in facts.items():
            assert hasattr(self, name), name
            setattr(self, name, value)

    def identify(self) -> SystemIdentity:
        self._fail("identify")
        return self.identity

    def create_slot(self, name: str) -> None:
        self._fail("create_slot")
        self.slots.append(name)

    def drop_slot(self, name: str) -> None:
        self._fail("drop_slot")
        self.slots.remove(name)

    def close(self) -> None:
        """Nothing to end."""

    def _fail(self, name: str) -> None:
        if name in self.failures:
            raise self.failures[name]
