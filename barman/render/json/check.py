# SPDX-License-Identifier: MIT
"""Checks in JSON: a mapping of labels, made keys, for each server."""

from __future__ import annotations

from barman.render.json import key, put
from barman.report.check import CheckBegun, CheckDone

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barman.render.json import Document


@put.register(CheckBegun)
def _begun(report: CheckBegun, document: Document) -> None:
    document.setdefault(report.server.name, {})


@put.register(CheckDone)
def _done(report: CheckDone, document: Document) -> None:
    document.setdefault(report.server_name, {})[key(report.label)] = {
        "hint": report.hint or "",
        "status": "OK" if report.ok else "FAILED",
    }
