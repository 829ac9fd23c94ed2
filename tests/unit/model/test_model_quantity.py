# SPDX-License-Identifier: MIT
from datetime import datetime, timedelta, timezone

import pytest

from barman.errors import InvalidNameError
from barman.model.quantity import (
    ctime,
    epoch,
    iso,
    parse_size,
    parse_span,
    percentage,
    pretty_duration,
    pretty_size,
)

ROME = timezone(timedelta(hours=1))
MOMENT = datetime(2026, 11, 2, 16, 50, 34, 687220, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 B"),
        (512, "512 B"),
        (-200, "-200 B"),
        (1023, "1023 B"),
        (1024, "1.0 KiB"),
        (47839997, "45.6 MiB"),
        (-3 * 1024**3, "-3.0 GiB"),
        (36.9 * 1024, "36.9 KiB"),
        (2 * 1024**4, "2.0 TiB"),
        (1024**8, "1.0 YiB"),
        (5000 * 1024**8, "5000.0 YiB"),
    ],
)
def test_sizes_are_shown_in_powers_of_1024(size: float, text: str) -> None:
    assert pretty_size(size) == text


@pytest.mark.parametrize(
    ("duration", "text"),
    [
        (0, "less than one second"),
        (0.9, "less than one second"),
        (1, "1 second"),
        (60, "1 minute"),
        (3661, "1 hour, 1 minute, 1 second"),
        (timedelta(days=1, hours=2, seconds=3), "1 day, 2 hours, 3 seconds"),
        (timedelta(days=30), "30 days"),
        (-120, "2 minutes ago"),
    ],
)
def test_durations_name_only_what_they_have(
    duration: timedelta | float, text: str
) -> None:
    assert pretty_duration(duration) == text


def test_a_share_has_two_decimals() -> None:
    assert percentage(0.9997) == "99.97%"


def test_times_are_shown_in_the_zone_asked_for() -> None:
    assert ctime(MOMENT, ROME) == "Mon Nov  2 17:50:34 2026"
    assert iso(MOMENT, ROME) == "2026-11-02 17:50:34.687220+01:00"
    assert epoch(MOMENT) == "1793638234"


def test_times_without_a_zone_asked_for_are_shown_in_local_time() -> None:
    assert ctime(MOMENT) == MOMENT.astimezone().ctime()
    assert iso(MOMENT) == str(MOMENT.astimezone())


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("0", 0),
        ("1024", 1024),
        ("1k", 1000),
        ("1Ki", 1024),
        ("5 G", 5 * 1000**3),
        ("2Mi", 2 * 1024**2),
        ("3T", 3 * 1000**4),
        (" 3 Ti ", 3 * 1024**4),
    ],
)
def test_sizes_are_read(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "K", "1K", "1m", "1GB", "-1", "1.5M", "1 M i"])
def test_other_sizes_are_refused(text: str) -> None:
    with pytest.raises(InvalidNameError):
        parse_size(text)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("0 days", timedelta()),
        ("4 hours", timedelta(hours=4)),
        ("1 Week", timedelta(days=7)),
        ("2 MONTHS", timedelta(days=62)),
        (" 1   day ", timedelta(days=1)),
    ],
)
def test_spans_are_read_with_months_of_31_days(text: str, span: timedelta) -> None:
    assert parse_span(text) == span


@pytest.mark.parametrize("text", ["", "1", "1day", "1.5 days", "-1 day", "1 year"])
def test_other_spans_are_refused(text: str) -> None:
    with pytest.raises(InvalidNameError):
        parse_span(text)
