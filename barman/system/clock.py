# SPDX-License-Identifier: MIT
"""The clock: the only place below the programs that knows what time it is."""

from __future__ import annotations

import time
from datetime import datetime

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    class Clock(Protocol):
        """Tells the time and waits."""

        def now(self) -> datetime:
            """Return the time, aware, in the local zone."""

        def monotonic(self) -> float:
            """Return seconds that never go backwards, from any start."""

        def sleep(self, seconds: float) -> None:
            """Wait."""


class SystemClock:
    """The clock of the operating system."""

    def now(self) -> datetime:
        """Return the time, aware, in the local zone."""
        return datetime.now().astimezone()

    def monotonic(self) -> float:
        """Return seconds that never go backwards, from any start."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)
