# SPDX-License-Identifier: MIT
"""Where a server stands in its log, on a primary, a standby and an idle one."""

from __future__ import annotations

import pytest

from barman.model.lsn import Lsn
from barman.model.segment import SegmentSize
from barman.postgres.log_position import LogPosition, lsn_or_none
from tests.unit.postgres.link import LinkFake, Server

DSN = "host=/nowhere user=barman"


def position(*, recovering: bool, lsn: str | None) -> tuple[LogPosition, LinkFake]:
    link = LinkFake(
        {
            "bytes_per_wal_segment": [(16 << 20,)],
            "greatest(timeline_id": [(7,)],
            "pg_walfile_name": [("0000000A",)],
            "pg_current_wal_lsn": [(lsn,)],
            "SELECT pg_is_in_recovery()": [(recovering,)],
        }
    )
    return LogPosition(DSN, connect=Server(link)), link


def test_a_primary_knows_the_segment_that_it_writes() -> None:
    found, _ = position(recovering=False, lsn="0/3000000")
    assert not found.is_in_recovery
    assert found.timeline == 10
    assert found.current_lsn == Lsn.parse("0/3000000")
    # A boundary belongs to the segment before it.
    assert str(found.current_segment) == "0000000A0000000000000002"


def test_a_standby_writes_no_segment() -> None:
    found, _ = position(recovering=True, lsn="0/3000028")
    assert found.is_in_recovery
    assert found.timeline == 7
    assert found.current_lsn == Lsn.parse("0/3000028")
    assert found.current_segment is None


def test_nothing_was_replayed_yet() -> None:
    found, _ = position(recovering=True, lsn=None)
    assert found.current_lsn is None


def test_what_cannot_change_is_asked_once() -> None:
    found, link = position(recovering=False, lsn="0/1")
    assert [found.segment_size, found.segment_size] == [SegmentSize()] * 2
    assert sum("bytes_per_wal_segment" in text for text in link.sent) == 1
    assert [found.is_in_recovery, found.is_in_recovery] == [False, False]
    assert sum("pg_is_in_recovery" in text for text in link.sent) == 2


@pytest.mark.parametrize(("text", "lsn"), [(None, None), ("1/A", Lsn.parse("1/A"))])
def test_positions_are_values(text: str | None, lsn: Lsn | None) -> None:
    assert lsn_or_none(text) == lsn
