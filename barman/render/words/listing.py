# SPDX-License-Identifier: MIT
"""Texts of lists that the console and JSON share."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barman.report.listing import KeepShown, ListedServer, ServerShown


def mark(server: ListedServer) -> str:
    """Return the marker of a server's state, with the blank before it."""
    if server.inactive:
        return " (inactive)"
    return " (WARNING: disabled)" if server.disabled else ""


def description(server: ListedServer) -> str:
    """Return the description as lists show it, with its markers."""
    passive = " (Passive)" if server.passive else ""
    return f"{server.description or ''}{mark(server)}{passive}"


def keep_word(report: KeepShown) -> str:
    """Return how a backup is kept, as it is written, or `nokeep`."""
    return "nokeep" if report.text is None else report.text


def shown(report: ServerShown) -> dict[str, object]:
    """Return the values of a server; its state stands for a missing description."""
    values = dict(report.values)
    if values.get("description", "") is None:
        values["description"] = mark(report.server).strip() or None
    return values
