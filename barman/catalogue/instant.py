# SPDX-License-Identifier: MIT
"""Instants as the files of every Barman version wrote them.

    2026-11-22 16:53:33.691370+00:00    what is written
    2026-11-22T16:53:33Z                any ISO 8601 form with a date and a time
    Sun Nov 22 16:53:33 2026            ctime, from a primary node's document

Times without a zone are local, in the zone passed or the system's; in the hour that
a clock going back repeats, the first one is meant.  A zone's abbreviation is accepted
only where it cannot be misread: UTC, or the name that the local zone has at that time.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from barman.model.pattern import Pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import tzinfo

_SECOND = r"(?P<second>\d\d)(?:[.,](?P<fraction>\d+))?"
_TIME = rf"(?P<hour>\d\d):?(?P<minute>\d\d)(?::?{_SECOND})?"
_ZONE = r"(?P<zone>[A-Za-z]+|[+-]\d\d(?::?\d\d(?::?\d\d)?)?)"
_ISO = Pattern(
    rf"(?P<year>\d{{4}})-?(?P<month>\d\d)-?(?P<day>\d\d)[T ]+{_TIME}(?: *{_ZONE})?",
    "a",
)
_CTIME = Pattern(
    r"(?:[A-Z][a-z]{2},? +)?(?P<month>[A-Z][a-z]{2}) +(?P<day>\d{1,2}) +"
    rf"{_TIME}(?: +{_ZONE})? +(?P<year>\d{{4}})",
    "a",
)
_MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec"
_UTC_NAMES = frozenset(("Z", "UTC", "GMT"))


def parse_instant(text: str, zone: tzinfo | None = None) -> datetime:
    """Return the aware time that `text` names; raise `ValueError`."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return _parse_other(text, zone)
    return moment if moment.tzinfo else _local(_with_time(moment, text), zone)


def render_instant(moment: datetime) -> str:
    """Return the form that is written, which always carries the offset."""
    if moment.tzinfo is None:
        raise ValueError(f"time without zone: {moment}")
    return moment.isoformat(" ")


def _with_time(moment: datetime, text: str) -> datetime:
    if len(text) <= len("2026-11-22"):
        raise ValueError(f"not a time of day: {text}")
    return moment


def _parse_other(text: str, zone: tzinfo | None) -> datetime:
    found = _ISO.fullmatch(text) or _CTIME.fullmatch(text)
    if found is None:
        raise ValueError(f"not a date and time: {text}")
    month = found["month"]
    moment = datetime(  # noqa: DTZ001  # the zone is put on it right below
        int(found["year"]),
        int(month) if month.isdigit() else _month(month),
        int(found["day"]),
        int(found["hour"]),
        int(found["minute"]),
        int(found["second"] or 0),
        int((found["fraction"] or "0")[:6].ljust(6, "0")),
    )
    name = found["zone"]
    if name is None:
        return _local(moment, zone)
    if name[0] in "+-":
        return moment.replace(tzinfo=_offset(name))
    return _named(moment, name, zone)


def _month(name: str) -> int:
    place = _MONTHS.index(name)
    if place % 3:
        raise ValueError(f"not a month: {name}")
    return place // 3 + 1


def _offset(text: str) -> timezone:
    digits = text[1:].replace(":", "").ljust(6, "0")
    hours, minutes, seconds = (int(digits[at : at + 2]) for at in (0, 2, 4))
    offset = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return timezone(-offset if text[0] == "-" else offset)


def _named(moment: datetime, name: str, zone: tzinfo | None) -> datetime:
    if name.upper() in _UTC_NAMES:
        return moment.replace(tzinfo=timezone.utc)
    for fold in (0, 1):
        local = _local(moment.replace(fold=fold), zone)
        if local.tzname() == name:
            return local
    raise ValueError(f"the time zone {name} is not known here")


def _local(moment: datetime, zone: tzinfo | None) -> datetime:
    # Without an argument astimezone() takes a naive time for the system's local time.
    return moment.astimezone() if zone is None else moment.replace(tzinfo=zone)
