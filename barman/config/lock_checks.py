# SPDX-License-Identifier: MIT
"""The rules of AWS about locks of snapshots."""

from __future__ import annotations

from barman.model.pattern import Pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

_MODES = ("governance", "compliance")
_MOMENT = Pattern(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z", "a")
_LONGEST_LOCK = 36500
_LONGEST_COOL_OFF = 72


def lock_problems(values: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with the options `aws_snapshot_lock_*`."""
    mode = values["aws_snapshot_lock_mode"]
    duration = values["aws_snapshot_lock_duration"]
    end = values["aws_snapshot_lock_expiration_date"]
    cool_off = values["aws_snapshot_lock_cool_off_period"]
    if mode is not None:
        if mode.lower() not in _MODES:
            yield f"aws_snapshot_lock_mode '{mode}' is not one of: {', '.join(_MODES)}"
        if (duration is None) == (end is None):
            yield (
                "aws_snapshot_lock_mode requires either aws_snapshot_lock_duration "
                "or aws_snapshot_lock_expiration_date, and not both"
            )
        if mode.lower() == "governance" and cool_off is not None:
            yield (
                "aws_snapshot_lock_cool_off_period is not supported by "
                "aws_snapshot_lock_mode governance"
            )
    if duration is not None and not 1 <= duration <= _LONGEST_LOCK:
        yield f"aws_snapshot_lock_duration {duration} is not from 1 to {_LONGEST_LOCK}"
    if cool_off is not None and not 1 <= cool_off <= _LONGEST_COOL_OFF:
        yield (
            f"aws_snapshot_lock_cool_off_period {cool_off} is not from 1 to "
            f"{_LONGEST_COOL_OFF}"
        )
    if end is not None and _MOMENT.fullmatch(end) is None:
        yield (
            f"aws_snapshot_lock_expiration_date '{end}' is not of the form "
            "YYYY-MM-DDTHH:MM:SS.fffZ"
        )
