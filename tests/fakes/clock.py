# SPDX-License-Identifier: MIT
"""A clock that stands still until somebody sleeps."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

NOON = datetime(2026, 1, 31, 12, 0, 0, tzinfo=timezone.utc)


class ClockFake:
    """Time passes by sleeping; `sleeps` holds how long each time."""

    def __init__(self, now: datetime = NOON) -> None:
        self.time = now
        self.sleeps: list[float] = []
        self._start = now

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return (self.time - self._start).total_seconds()

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.advance(seconds)

    def advance(self, seconds: float) -> None:
        """Let time pass without anybody sleeping."""
        self.time += timedelta(seconds=seconds)
