# SPDX-License-Identifier: MIT
"""Base backups on the console: all is said in messages."""

from __future__ import annotations

from barman.render.console import lines
from barman.report.backup import BackupTaken

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


@lines.register(BackupTaken)
def _taken(report: BackupTaken) -> Iterable[str]:
    return ()
