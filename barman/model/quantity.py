# SPDX-License-Identifier: MIT
"""Sizes, durations, percentages and times: as people read them and as they write them.

Two grammars that look alike differ: what is shown counts in
powers of 1024 (`MiB`); what is configured in powers of 1000 (`M`) or 1024 (`Mi`).
"""

from __future__ import annotations

import re
from datetime import timedelta

from barman.errors import InvalidNameError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime, tzinfo

DAYS_PER_MONTH = 31
_SHOWN_UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB")
_SIZE = r"\s*(\d{1,18})\s*(k|Ki|M|Mi|G|Gi|T|Ti)?\s*"  # compiled when first needed
_POWERS = {"K": 1, "M": 2, "G": 3, "T": 4}
_SPAN = r"\s*(\d{1,6})\s+(hour|day|week|month)s?\s*"
_HOURS = {"hour": 1, "day": 24, "week": 168, "month": 24 * DAYS_PER_MONTH}


def pretty_size(size: float) -> str:
    """Return `512 B`, `29.6 MiB`, `-200 B`."""
    if abs(size) < 1024:
        return f"{int(size)} B"
    power = 0
    while abs(size) >= 1024 and power < len(_SHOWN_UNITS) - 1:
        size /= 1024
        power += 1
    return f"{size:.1f} {_SHOWN_UNITS[power]}"


def pretty_duration(duration: timedelta | float) -> str:
    """Return `1 day, 2 hours, 3 seconds`, `less than one second`, `5 minutes ago`."""
    if isinstance(duration, timedelta):
        duration = duration.total_seconds()
    minutes, seconds = divmod(int(abs(duration)), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [
        f"{count} {unit}{'' if count == 1 else 's'}"
        for count, unit in (
            (days, "day"),
            (hours, "hour"),
            (minutes, "minute"),
            (seconds, "second"),
        )
        if count
    ]
    text = ", ".join(parts) or "less than one second"
    return f"{text} ago" if duration < 0 else text


def percentage(ratio: float) -> str:
    """Return a share of one as `99.97%`."""
    return f"{ratio:.2%}"


def ctime(moment: datetime, zone: tzinfo | None = None) -> str:
    """Return the C layout, `Sun Nov 22 16:50:34 2026`, in `zone` or else local time."""
    return moment.astimezone(zone).ctime()


def iso(moment: datetime, zone: tzinfo | None = None) -> str:
    """Return `2026-11-22 16:50:39.687220+00:00`, in `zone` or else local time."""
    return moment.astimezone(zone).isoformat(sep=" ")


def epoch(moment: datetime) -> str:
    """Return whole seconds since 1970 as text, as JSON's `*_timestamp` keys hold it."""
    return str(int(moment.timestamp()))


def parse_size(text: str) -> int:
    """Read `16Mi`, `5 G`, `1024` as bytes; raise `InvalidNameError`.

    >>> parse_size("1k"), parse_size("1Ki")
    (1000, 1024)
    """
    match = re.fullmatch(_SIZE, text, re.ASCII)
    if match is None:
        raise InvalidNameError(
            f"'{text}' is not a size",
            hint="A size is a number with k, M, G, T or Ki, Mi, Gi, Ti, or none.",
        )
    number, suffix = match.groups()
    if suffix is None:
        return int(number)
    unit: int = (1024 if suffix[1:] else 1000) ** _POWERS[suffix[0].upper()]
    return int(number) * unit


def parse_span(text: str) -> timedelta:
    """Read `4 hours`, `1 Week`, `2 MONTHS` (of 31 days); raise `InvalidNameError`."""
    match = re.fullmatch(_SPAN, text, re.ASCII | re.IGNORECASE)
    if match is None:
        raise InvalidNameError(
            f"'{text}' is not a span of time",
            hint="A span is a number and hours, days, weeks or months.",
        )
    return timedelta(hours=int(match[1]) * _HOURS[match[2].lower()])
