# SPDX-License-Identifier: MIT
from datetime import datetime, timedelta, timezone

import pytest
from dateutil import tz

from barman.errors import InvalidNameError
from barman.model.target_time import parse_target_time

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=tz.tzstr("CET-1CEST,M3.5.0,M10.5.0/3"))


def read(text: str) -> tuple[str, bool]:
    found = parse_target_time(text, now=NOW)
    return found.time.isoformat(" "), found.zone_assumed


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026-11-22 16:59:01+00:00", "2026-11-22 16:59:01+00:00"),
        ("2026-11-22T10:00:00Z", "2026-11-22 10:00:00+00:00"),
        ("2026-11-22 10:00:00.5+0530", "2026-11-22 10:00:00.500000+05:30"),
        ("2026-11-22 10:00-03", "2026-11-22 10:00:00-03:00"),
        ("2026-07-22 10:00 CEST", "2026-07-22 10:00:00+02:00"),
        ("2026-10-25 02:30 CET", "2026-10-25 02:30:00+01:00"),
    ],
)
def test_a_zone_that_is_given_is_used(text: str, time: str) -> None:
    assert read(text) == (time, False)


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026-11-22 16:59:01", "2026-11-22 16:59:01+01:00"),
        ("2026-07-22", "2026-07-22 00:00:00+02:00"),
        ("Sun Nov 22 16:50:34 2026", "2026-11-22 16:50:34+01:00"),
        ("10:30", "2026-11-22 10:30:00+01:00"),
    ],
)
def test_inv_097_without_a_zone_this_hosts_is_assumed(text: str, time: str) -> None:
    assert read(text) == (time, True)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("13am", ""),
        ("2026-11-22 13am", ""),
        ("24:00", "hour must be in 0..23"),
        ("2026-11-22 24:00", "hour must be in 0..23"),
        ("2026-02-30", "day is out of range"),
        ("2026-11-22 10:00:60", "second must be in 0..59"),
        ("", ""),
        ("tomorrow", ""),
        ("2026-11", "the date is not whole"),
        ("10", "the date is not whole"),
        ("Sunday 10:00", "the date is not whole"),
        ("0001-01-01 00:00+23:00", ""),
        ("99999999999999999999", ""),
        ("2026-11-22 10:00 EST", "unknown time zone 'EST'"),
    ],
)
def test_inv_098_malformed_times_are_refused(text: str, why: str) -> None:
    with pytest.raises(InvalidNameError) as caught:
        read(text)
    message = f"Unable to parse the target time parameter '{text}': {why}"
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2026-03-29 02:30", "the clock skipped it"),
        ("2026-10-25 02:30", "the clock showed it twice"),
    ],
)
def test_inv_097_what_the_clock_skips_or_repeats_is_refused(
    text: str, why: str
) -> None:
    with pytest.raises(InvalidNameError, match=why):
        read(text)


def test_inv_097_the_instant_is_the_same_in_every_zone() -> None:
    here = parse_target_time("2026-07-22 10:00", now=NOW).time
    there = parse_target_time("2026-07-22 08:00Z", now=NOW).time
    assert here == there == datetime(2026, 7, 22, 8, tzinfo=timezone.utc)
    assert here - there == timedelta()
