# SPDX-License-Identifier: MIT
"""The program's own reporter: passes on what is told, logs messages, keeps the score.

The words of an area are loaded when the first of its reports is told: an area is the
name of the module in `barman/report` (doc/design/reports.md).
"""

from __future__ import annotations

from barman.report.report import Message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    from barman.report.report import Report

    class Renderer(Protocol):
        """What turns reports into text."""

        def tell(self, report: Report) -> None:
            """Say `report` now or at the end."""

        def finish(self, status: int) -> int:
            """Say what is left, and return the exit status of the program."""


class Teller:
    """Passes reports to a renderer and messages to the log.

    A patient one goes on when nobody reads the output any more.
    """

    def __init__(
        self,
        renderer: Renderer,
        *,
        load_area: Callable[[str], object],
        log: Callable[[Message], object],
        patient: bool = False,
    ) -> None:
        self._renderer = renderer
        self._load_area = load_area
        self._log = log
        self._patient = patient
        self._areas: set[str] = set()
        self.failed = False

    def tell(self, report: Report) -> None:
        """Log a message and pass every report on."""
        area = type(report).__module__.rpartition(".")[2]
        if area not in self._areas:
            self._areas.add(area)
            self._load_area(area)
        self.failed = self.failed or report.failed
        if isinstance(report, Message):
            self._log(report)
        try:
            self._renderer.tell(report)
        except BrokenPipeError:
            # Nobody listens any more; work that has begun is finished all the same.
            if not self._patient:
                raise

    def finish(self, status: int) -> int:
        """End the output; return `status`, or 1 where it is 0 and something failed."""
        return self._renderer.finish(status or int(self.failed))
