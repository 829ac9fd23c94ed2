# SPDX-License-Identifier: MIT
"""Whether the deletion of a marked backup had begun, or was only intended.

The mark alone says that somebody wanted to delete it.  Before the first byte goes, we
record the backup as FAILED, so that nobody takes what is left for a backup.  Other
programs record nothing: what is missing on disk tells.
"""

from __future__ import annotations

import os

from barman.backup.measure import measure
from barman.model.backup import BackupStatus
from barman.model.frozen import replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barman.catalogue.layout import Layout
    from barman.model.backup import Backup

ERROR = "the backup is being deleted"


def begun(backup: Backup) -> Backup:
    """Return the backup as it is recorded from the first removed byte on."""
    return replace(backup, status=BackupStatus.FAILED, error=ERROR)


def has_begun(backup: Backup, layout: Layout) -> bool:
    """Tell whether something of a marked backup has been removed."""
    if backup.status is BackupStatus.FAILED and backup.error == ERROR:
        return True
    directory = layout.backup_directory(backup.id)
    if not os.path.isdir(layout.base):
        return False  # Nothing can be said while the file system is not mounted.
    if not os.path.isdir(directory):
        return True
    if not backup.status.is_usable or backup.size is None:
        return False
    return measure(directory).size < backup.size
