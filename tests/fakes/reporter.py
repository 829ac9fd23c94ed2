# SPDX-License-Identifier: MIT
"""A reporter that remembers what it was told."""

from __future__ import annotations

from barman.report.report import Level, Message, Report


class ReporterFake:
    """Remembers reports; `messages` and `results` tell them apart."""

    def __init__(self) -> None:
        self.reports: list[Report] = []

    def tell(self, report: Report) -> None:
        self.reports.append(report)

    @property
    def failed(self) -> bool:
        return any(report.failed for report in self.reports)

    def messages(self, level: Level | None = None) -> list[Message]:
        return [
            report
            for report in self.reports
            if isinstance(report, Message) and level in (None, report.level)
        ]

    def results(self) -> list[Report]:
        return [r for r in self.reports if not isinstance(r, Message)]
