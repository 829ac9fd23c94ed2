# SPDX-License-Identifier: MIT
"""Base backups as JSON: the recorded fields stand at the top of the document."""

from __future__ import annotations

from barman.render.json import put
from barman.report.backup import BackupTaken

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barman.render.json import Document


@put.register(BackupTaken)
def _taken(report: BackupTaken, document: Document) -> None:
    document.update(report.record)
