# SPDX-License-Identifier: MIT
"""What the program writes into its log: every message told, and traces of bugs.

The log is opened when there is something to write: a list that has nothing to say
pays neither for `logging` nor for the file.
"""

from __future__ import annotations

from barman.render.words import text
from barman.report.report import Level

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    from barman.report.report import Message

    class Log(Protocol):
        """Where lines are written: `logging.Logger` is one."""

        def log(
            self,
            level: int,
            msg: object,
            *args: object,
            exc_info: BaseException | None = None,
        ) -> None:
            """Write one line, and the trace of an exception if there is one."""


# The numbers of `logging`, which is not loaded to know them.
_NUMBERS = {
    Level.DEBUG: 10,
    Level.INFO: 20,
    Level.WARNING: 30,
    Level.ERROR: 40,
    Level.EXCEPTION: 40,
}
WARNING, ERROR = _NUMBERS[Level.WARNING], _NUMBERS[Level.ERROR]


class Journal:
    """Writes to a log that it opens when it must."""

    def __init__(self, open_log: Callable[[], Log], threshold: int) -> None:
        self._open_log = open_log
        self._threshold = threshold
        self._log: Log | None = None

    def open(self) -> None:
        """Open the log now, for parts that write to it by themselves."""
        if self._log is None:
            self._log = self._open_log()

    def record(self, message: Message) -> None:
        """Write what a message says."""
        self.write(_NUMBERS[message.level], text(message))

    def write(
        self, level: int, line: str, *, trace: BaseException | None = None
    ) -> None:
        """Write a line if the log's level asks for it."""
        if level < self._threshold:
            return
        self.open()
        if self._log is not None:
            self._log.log(level, "%s", line, exc_info=trace)
