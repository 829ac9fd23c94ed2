# SPDX-License-Identifier: MIT
"""`check --nagios`: one summary line with performance data, then what failed.

Everything else is silent.  There are two statuses only: 0 OK and 2 CRITICAL.
"""

from __future__ import annotations

from barman.model.conninfo import redact
from barman.report.check import CheckBegun, CheckDone
from barman.report.report import Message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO

    from barman.report.report import Report

OK, CRITICAL = 0, 2


class NagiosReporter:
    """Collects the results of checks, and sums them up at the end."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._servers: dict[str, list[CheckDone]] = {}
        self._performance: list[tuple[str, int]] = []
        self._has_error = False

    def tell(self, report: Report) -> None:
        """Remember what the summary needs."""
        if isinstance(report, CheckBegun):
            self._servers.setdefault(report.server.name, [])
        elif isinstance(report, CheckDone):
            self._servers.setdefault(report.server_name, []).append(report)
            if report.performance:
                self._performance.append(report.performance)
        elif isinstance(report, Message) and report.failed:
            self._has_error = True

    def finish(self, status: int) -> int:
        """Write the summary and return what the monitoring system asks for."""
        failed = {
            name: [done for done in results if not done.ok]
            for name, results in self._servers.items()
        }
        failed = {name: results for name, results in failed.items() if results}
        if any(done.failed for results in failed.values() for done in results):
            self._write(self._critical(failed))
            for name, results in failed.items():
                for done in results:
                    hint = f" ({done.hint})" if done.hint else ""
                    self._write(f"{name}.{done.label}: FAILED{hint}")
            return CRITICAL
        if self._has_error or status:
            self._write("BARMAN CRITICAL - Global configuration errors")
            return CRITICAL
        self._write(self._fine(failed))
        return OK

    def _critical(self, failed: dict[str, list[CheckDone]]) -> str:
        total = len(self._servers)
        if total == 1:
            summary = f"server {next(iter(failed))} has issues"
        else:
            summary = f"{len(failed)} server out of {total} have issues"
        for name, results in failed.items():
            labels = ", ".join(done.label for done in results)
            summary += f" * {name} FAILED: {labels}"
        return f"BARMAN CRITICAL - {summary}{self._figures()}"

    def _fine(self, ignored: dict[str, list[CheckDone]]) -> str:
        names = [name for name in self._servers if name not in ignored]
        tail = "".join(f" * IGNORING: {name}" for name in ignored)
        if not names:
            return f"BARMAN OK - No server configured{tail}"
        ready = names[0]
        if len(names) > 1:
            listed = "".join(f" * {name}" for name in names)
            ready = f"{len(names)} servers{listed}"
        return (
            f"BARMAN OK - Ready to serve the Espresso backup for {ready}"
            f"{tail}{self._figures()}"
        )

    def _figures(self) -> str:
        said = " ".join(f"{name}={size}B" for name, size in self._performance)
        return f"|{said}" if said else ""

    def _write(self, line: str) -> None:
        self._out.write(redact(line) + "\n")
        self._out.flush()
