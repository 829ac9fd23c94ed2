# SPDX-License-Identifier: MIT
from __future__ import annotations

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from barman.catalogue.instant import parse_instant, render_instant

UTC = timezone.utc
ROME = ZoneInfo("Europe/Rome")
PLAIN = datetime(2026, 11, 22, 16, 53, 33)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-22 16:53:33+00:00", PLAIN.replace(tzinfo=UTC)),
        (
            "2026-11-22 16:53:33.691370+00:00",
            PLAIN.replace(microsecond=691370, tzinfo=UTC),
        ),
        ("2026-11-22T16:53:33Z", PLAIN.replace(tzinfo=UTC)),
        ("20261122T165333+0530", PLAIN.replace(tzinfo=timezone(timedelta(hours=5.5)))),
        ("2026-11-22 16:53:33-03", PLAIN.replace(tzinfo=timezone(timedelta(hours=-3)))),
        ("2026-11-22 16:53:33.5 UTC", PLAIN.replace(microsecond=500000, tzinfo=UTC)),
        (
            "2026-11-22 16:53:33,123456789+00:00",
            PLAIN.replace(microsecond=123456, tzinfo=UTC),
        ),
        ("2026-11-22 16:53", datetime(2026, 11, 22, 16, 53, tzinfo=ROME)),
        ("2026-11-22 16:53:33.691", PLAIN.replace(microsecond=691000, tzinfo=ROME)),
        ("Sun Nov 22 16:53:33 2026", PLAIN.replace(tzinfo=ROME)),
        ("Sun Nov  1 16:53:33 2026", PLAIN.replace(day=1, tzinfo=ROME)),
        ("Sun Nov 22 16:53:33 UTC 2026", PLAIN.replace(tzinfo=UTC)),
        ("2026-11-22 16:53:33 CET", PLAIN.replace(tzinfo=ROME)),
    ],
)
def test_every_form_is_read(text, expected):
    moment = parse_instant(text, ROME)
    assert moment.tzinfo is not None
    assert (moment, moment.utcoffset()) == (expected, expected.utcoffset())


def test_inv_129_local_times_of_the_repeated_hour_and_their_abbreviations():
    """Europe/Rome went back from 03:00 CEST to 02:00 CET on 25 October 2026."""
    hour = timedelta(hours=1)
    assert parse_instant("2026-10-25 02:30:00", ROME).utcoffset() == 2 * hour
    assert parse_instant("2026-10-25 02:30:00 CEST", ROME).utcoffset() == 2 * hour
    assert parse_instant("2026-10-25 02:30:00 CET", ROME).utcoffset() == hour


def test_inv_129_what_is_written_carries_the_offset():
    assert render_instant(PLAIN.replace(tzinfo=UTC)) == "2026-11-22 16:53:33+00:00"
    with pytest.raises(ValueError, match="without zone"):
        render_instant(PLAIN)


def test_without_a_zone_the_system_s_is_meant():
    moment = parse_instant("2026-11-22 16:53:33")
    assert moment.replace(tzinfo=None) == PLAIN
    assert moment == PLAIN.astimezone()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2026-11-22",
        "20261122",
        "2026-13-22 10:00:00",
        "2026-02-30 10:00:00",
        "2026-11-22 24:30:00",
        "2026-11-22 10:00:00 EST",
        "Sun Foo 22 16:53:33 2026",
        "Sun ovD 22 16:53:33 2026",
        "2026-11-22 16:53:33+99:00",
        "1795366436.3",
    ],
)
def test_what_names_no_instant_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        parse_instant(text, ROME)
