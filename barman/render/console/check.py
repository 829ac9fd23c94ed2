# SPDX-License-Identifier: MIT
"""Checks on the console: the only results with colours."""

from __future__ import annotations

from barman.render.console import GREEN, RED, colour, coloured, lines, safe
from barman.render.words.listing import mark
from barman.report.check import CheckBegun, CheckDone

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


@lines.register(CheckBegun)
def _begun(report: CheckBegun) -> Iterable[str]:
    yield f"Server {report.server.name}{mark(report.server)}:"


@lines.register(CheckDone)
def _done(report: CheckDone) -> Iterable[str]:
    yield f"\t{report.label}: {'OK' if report.ok else 'FAILED'}{_hint(report)}"


@coloured.register(CheckDone)
def _done_coloured(report: CheckDone) -> Iterable[str]:
    word = colour("OK", GREEN) if report.ok else colour("FAILED", RED)
    yield f"\t{safe(report.label)}: {word}{safe(_hint(report))}"


def _hint(report: CheckDone) -> str:
    return f" ({report.hint})" if report.hint else ""
