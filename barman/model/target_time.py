# SPDX-License-Identifier: MIT
"""The target time that a person types, as one instant.

Without a zone the text means the zone of this host.  Where that zone's clock skips or
repeats an hour the text means no instant, or two; both are refused, because the backup
is chosen by the same instant that PostgreSQL recovers to.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from dateutil import parser, tz

from barman.errors import InvalidNameError
from barman.model.frozen import frozen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import tzinfo

# What a text leaves out is taken from a default: two of them show what that is.
_DEFAULTS = [datetime.fromisoformat(day) for day in ("2000-01-01", "2004-02-02")]
# dateutil takes an hour of one word as it is and ignores the half of the day.
_BAD_HOUR = re.compile(r"\b(?:1[3-9]|2\d)\s*[ap]\.?m", re.IGNORECASE)
_HINT = "Give the offset from UTC: 2026-01-31 23:59:59+01:00."


@frozen()
class TargetTime:
    """An instant, and whether its zone had to be assumed."""

    time: datetime
    zone_assumed: bool


def parse_target_time(text: str, *, now: datetime) -> TargetTime:
    """Read any unambiguous timestamp; raise `InvalidNameError`.

    `now` gives the zone that is assumed, and the day of a text that has none.
    """
    if _BAD_HOUR.search(text):
        raise InvalidNameError(_message(text, "no such hour"))
    try:
        time = _parse(text, now)
        instant = time.replace(tzinfo=time.tzinfo or now.tzinfo)
        instant.utctimetuple()
    except InvalidNameError:
        raise
    except (ValueError, OverflowError) as error:
        raise InvalidNameError(_message(text, str(error))) from error
    if not tz.datetime_exists(instant):
        raise InvalidNameError(_message(text, "the clock skipped it"), hint=_HINT)
    if tz.datetime_ambiguous(instant):
        raise InvalidNameError(_message(text, "the clock showed it twice"), hint=_HINT)
    return TargetTime(instant, time.tzinfo is None)


def _parse(text: str, now: datetime) -> datetime:
    """Return what the text says, without a zone if it names none."""

    def zone(name: str | None, offset: int | None) -> tzinfo | None:
        if offset is not None:
            return tz.tzoffset(name, timedelta(seconds=offset))
        return None if name is None else _zone_named(name, text, now)

    dates = [
        parser.parse(text, default=default, tzinfos=zone).date()
        for default in _DEFAULTS
    ]
    if dates[0] != dates[1] and dates != [default.date() for default in _DEFAULTS]:
        raise InvalidNameError(_message(text, "the date is not whole"))
    midnight = datetime.combine(now.date(), _DEFAULTS[0].time())
    return parser.parse(text, default=midnight, tzinfos=zone)


def _zone_named(name: str, text: str, now: datetime) -> tzinfo:
    """Return the zone of a name that this host's zone bears in winter or summer."""
    for moment in (now.replace(month=1, day=1), now.replace(month=7, day=1)):
        if moment.tzname() == name:
            return tz.tzoffset(name, moment.utcoffset() or timedelta())
    raise InvalidNameError(_message(text, f"unknown time zone '{name}'"), hint=_HINT)


def _message(text: str, why: str) -> str:
    return f"Unable to parse the target time parameter '{text}': {why}"
