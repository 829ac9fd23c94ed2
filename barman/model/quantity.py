# SPDX-License-Identifier: MIT
"""Sizes, durations, percentages and times: as people read them and as they write them.

Two grammars that look alike differ: what is shown counts in
powers of 1024 (`MiB`); what is configured in powers of 1000 (`M`) or 1024 (`Mi`).
"""

from __future__ import annotations

from datetime import timedelta

from barman.errors import InvalidNameError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime, tzinfo

DAYS_PER_MONTH = 31
_SHOWN_UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB")
_UNITS: dict[str, int] = {
    "": 1,
    **{letter: 1000**power for power, letter in enumerate("kMGT", 1)},
    **{f"{letter}i": 1024**power for power, letter in enumerate("KMGT", 1)},
}
_UNIT_LETTERS = "kKMGTi"
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
    trimmed = text.strip()
    digits = trimmed.rstrip(_UNIT_LETTERS)
    unit = _UNITS.get(trimmed[len(digits) :])
    number = digits.rstrip()
    if unit is None or not is_count(number, digits=18):
        raise InvalidNameError(
            f"'{text}' is not a size",
            hint="A size is a number with k, M, G, T or Ki, Mi, Gi, Ti, or none.",
        )
    return int(number) * unit


def parse_span(text: str) -> timedelta:
    """Read `4 hours`, `1 Week`, `2 MONTHS` (of 31 days); raise `InvalidNameError`."""
    match text.lower().split() if text.isascii() else ():
        case [count, unit] if is_count(count, digits=6):
            hours = _HOURS.get(unit.removesuffix("s"))
            if hours is not None:
                return timedelta(hours=int(count) * hours)
    raise InvalidNameError(
        f"'{text}' is not a span of time",
        hint="A span is a number and hours, days, weeks or months.",
    )


def is_count(text: str, *, digits: int) -> bool:
    """Tell whether a text is a number of so many digits at most, and nothing else."""
    return text.isascii() and text.isdecimal() and len(text) <= digits
