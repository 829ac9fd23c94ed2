# SPDX-License-Identifier: MIT
"""The running tasks of one server: those that hold its locks."""

from __future__ import annotations

from barman.errors import RefusedError
from barman.report.listing import ProcessesListed
from barman.report.processes import ProcessNotStopped, ProcessStopped
from barman.system.processes import stop_process

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from barman.report.report import Reporter
    from barman.system.clock import Clock
    from barman.system.locks import Locks


class Processes:
    """Tells of and stops the tasks of one server.

    `interrupt` asks a process to end and tells whether it has ended.
    """

    def __init__(
        self,
        *,
        server_name: str,
        locks: Locks,
        clock: Clock,
        reporter: Reporter,
        interrupt: Callable[[int, Clock], bool] = stop_process,
    ) -> None:
        self._server_name = server_name
        self._locks = locks
        self._clock = clock
        self._reporter = reporter
        self._interrupt = interrupt

    def list(self) -> None:
        """Tell the running tasks."""
        self._reporter.tell(
            ProcessesListed(
                server_name=self._server_name,
                processes=tuple((p.task, p.pid) for p in self._locks.holders()),
            )
        )

    def stop(self, task: str) -> None:
        """Interrupt the first process of a task; raise `RefusedError` without one."""
        if not self.stop_if_running(task):
            raise RefusedError(
                f"No active '{task}' process found for server '{self._server_name}'",
                hint=f"Run 'barman list-processes {self._server_name}' to see them.",
            )

    def stop_if_running(self, task: str) -> bool:
        """Interrupt the first process of a task; return whether there was one."""
        for process in self._locks.holders():
            if process.task == task:
                ended = self._interrupt(process.pid, self._clock)
                said = ProcessStopped if ended else ProcessNotStopped
                self._reporter.tell(said(task, process.pid))
                return True
        return False
