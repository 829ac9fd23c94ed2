# SPDX-License-Identifier: MIT
from datetime import datetime, timezone

import pytest

from barman.errors import InvalidNameError, RefusedError
from barman.model.lsn import Lsn
from barman.model.target import (
    RecoveryTarget,
    TargetKind,
    parse_timeline,
)

TIME = datetime(2026, 11, 22, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("target", "kind", "pitr", "exclusive"),
    [
        (RecoveryTarget(), None, False, False),
        (RecoveryTarget(timeline=2), None, True, False),
        (RecoveryTarget(timeline="latest"), None, True, False),
        (RecoveryTarget(time=TIME), TargetKind.TIME, True, True),
        (RecoveryTarget(xid="731"), TargetKind.XID, True, True),
        (RecoveryTarget(lsn=Lsn(0)), TargetKind.LSN, True, True),
        (RecoveryTarget(name="before"), TargetKind.NAME, True, False),
        (RecoveryTarget(immediate=True), TargetKind.IMMEDIATE, True, False),
    ],
)
def test_what_a_target_is(target, kind, pitr, exclusive) -> None:
    assert (target.kind, target.is_point_in_time, target.can_be_exclusive) == (
        kind,
        pitr,
        exclusive,
    )


def test_several_targets_are_refused() -> None:
    with pytest.raises(RefusedError) as caught:
        RecoveryTarget(time=TIME, immediate=True)
    assert str(caught.value) == (
        "You cannot specify multiple targets for the recovery operation"
    )


def test_an_action_needs_something_to_reach() -> None:
    with pytest.raises(RefusedError) as caught:
        RecoveryTarget(action="pause")
    assert str(caught.value) == (
        "Can't enable recovery target action when PITR is not required"
    )
    assert RecoveryTarget(action="promote", timeline="current").is_point_in_time


@pytest.mark.parametrize(
    "fields",
    [
        {"time": datetime(2026, 11, 22)},
        {"xid": ""},
        {"xid": "12x"},
        {"xid": "1" * 21},
        {"name": ""},
        {"name": "é" * 32},
        {"timeline": 2, "action": "stop"},
        {"timeline": 0},
        {"timeline": 1 << 32},
        {"timeline": "newest"},
    ],
)
def test_values_that_postgresql_would_refuse_are_refused(fields) -> None:
    with pytest.raises(InvalidNameError):
        RecoveryTarget(**fields)


@pytest.mark.parametrize(
    ("text", "timeline"), [("1", 1), ("16", 16), ("current", "current")]
)
def test_timelines_are_read(text, timeline) -> None:
    assert parse_timeline(text) == timeline


@pytest.mark.parametrize("text", ["", "0", "-1", "A", "Latest", "99999999999"])
def test_other_timelines_are_refused(text) -> None:
    with pytest.raises(InvalidNameError):
        parse_timeline(text)


@pytest.mark.parametrize(
    ("target", "timeline"),
    [
        (RecoveryTarget(), 2),
        (RecoveryTarget(time=TIME), 5),
        (RecoveryTarget(lsn=Lsn(0)), 5),
        (RecoveryTarget(timeline=3, time=TIME), 3),
        (RecoveryTarget(timeline="current", xid="7"), 2),
        (RecoveryTarget(timeline="latest"), 5),
        (RecoveryTarget(timeline="latest", immediate=True), 5),
    ],
)
def test_the_timeline_that_recovery_follows(target, timeline) -> None:
    assert target.follows(own=2, latest=5) == timeline


def test_inv_102_immediate_ends_on_the_backups_timeline() -> None:
    assert RecoveryTarget(immediate=True).follows(own=2, latest=5) == 2


@pytest.mark.parametrize(
    ("target", "text"),
    [
        (RecoveryTarget(time=TIME), "2026-11-22 00:00:00+00:00"),
        (RecoveryTarget(xid="731"), "731"),
        (RecoveryTarget(lsn=Lsn(0)), "0/0"),
        (RecoveryTarget(name="before"), "before"),
        (RecoveryTarget(immediate=True), ""),
        (RecoveryTarget(), ""),
    ],
)
def test_the_value_of_the_setting(target, text) -> None:
    assert target.text == text
