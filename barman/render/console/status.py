# SPDX-License-Identifier: MIT
"""The state of a server on the console."""

from __future__ import annotations

from barman.render.console import lines
from barman.render.words.status import rows
from barman.report.status import ServerStatus

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


@lines.register(ServerStatus)
def _status(report: ServerStatus) -> Iterable[str]:
    yield f"Server {report.server_name}:"
    for _, description, message in rows(report):
        yield f"\t{description}: {message}"
