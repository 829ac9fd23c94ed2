# SPDX-License-Identifier: MIT
"""Backups for tests: `a_backup("20260101T000000", segment=6)` and mappings of them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from barman.model.backup import Backup, BackupStatus
from barman.model.backup_id import BackupId
from barman.model.segment import SegmentSize, WalSegment

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=timezone.utc)
SIZE = SegmentSize()


def a_backup(
    id: str,
    *,
    segment: int | None = None,
    timeline: int = 1,
    length: int = 0,
    age: float | None = None,
    parent: str | None = None,
    status: str = "DONE",
    mode: str = "postgres",
    name: str | None = None,
    systemid: str | None = None,
) -> Backup:
    """Return a backup that spans `length` segments more than its first one."""
    begin = end = None
    if segment is not None:
        begin = WalSegment.numbered(segment, timeline=timeline, size=SIZE)
        end = WalSegment.numbered(segment + length, timeline=timeline, size=SIZE)
    return Backup(
        id=BackupId(id),
        server_name="main",
        mode=mode,
        status=BackupStatus[status],
        name=name,
        systemid=systemid,
        timeline=timeline,
        begin_segment=begin,
        begin_lsn=begin and begin.start(SIZE) + 40,
        end_segment=end,
        end_lsn=end and end.start(SIZE) + 4096,
        end_time=None if age is None else NOW - timedelta(days=age),
        parent_id=BackupId(parent) if parent else None,
    )


def by_id(*backups: Backup) -> dict[BackupId, Backup]:
    """Return backups as the catalogue gives them to the model."""
    return {backup.id: backup for backup in backups}
