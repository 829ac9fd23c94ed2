# SPDX-License-Identifier: MIT
"""The state of a server in JSON: every value is a text."""

from __future__ import annotations

from barman.render.json import put
from barman.render.words.status import rows
from barman.report.status import ServerStatus

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barman.render.json import Document


@put.register(ServerStatus)
def _status(report: ServerStatus, document: Document) -> None:
    document[report.server_name] = {
        code: {"description": description, "message": message}
        for code, description, message in rows(report)
    }
