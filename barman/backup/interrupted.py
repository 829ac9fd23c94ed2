# SPDX-License-Identifier: MIT
"""Backups whose process died without a word.

Only the holder of the backup lock may take a backup, so whoever holds it knows that a
backup which is still EMPTY or STARTED has nobody left.
"""

from __future__ import annotations

from barman.model.backup import BackupStatus
from barman.model.frozen import replace
from barman.report.backup import BackupInterrupted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barman.backup.surroundings import BackupSurroundings
    from barman.model.backup import Backup

ERROR = "failure taking the backup (the process ended before the backup did)"
_UNDER_WAY = (BackupStatus.EMPTY, BackupStatus.STARTED)


def under_way(around: BackupSurroundings) -> list[Backup]:
    """Return the backups that are being taken, or were when their process died."""
    backups = around.catalogue.survey().backups
    return [backup for backup in backups if backup.status in _UNDER_WAY]


def fail_interrupted(around: BackupSurroundings) -> None:
    """Mark such backups FAILED; the caller holds the backup lock."""
    for backup in under_way(around):
        around.catalogue.save(replace(backup, status=BackupStatus.FAILED, error=ERROR))
        around.reporter.tell(BackupInterrupted(around.server_name, backup.id))
