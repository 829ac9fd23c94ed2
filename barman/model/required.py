# SPDX-License-Identifier: MIT
"""Whether the WAL that a backup needs to be consistent has arrived.

A hole below the newest archived segment will not fill any more, so it fails the backup
for ever; what lies beyond the newest one may still come.
"""

from __future__ import annotations

from barman.errors import RefusedError
from barman.model.backup import BackupStatus
from barman.model.frozen import frozen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from barman.model.backup import Backup
    from barman.model.segment import WalSegment


@frozen()
class Completeness:
    """The status that the archive gives a backup; the first segment it misses."""

    status: BackupStatus
    first_missing: WalSegment | None = None

    @property
    def error(self) -> str | None:
        """What is recorded as the error of a backup that failed by it."""
        if self.first_missing is None:
            return None
        return (
            "At least one WAL file is missing. "
            f"The first missing WAL file is {self.first_missing}"
        )


def completeness(
    backup: Backup,
    last_archived: WalSegment | None,
    contains: Callable[[WalSegment], bool],
) -> Completeness:
    """Decide the status of a backup by the archive.

    `last_archived` is the newest archived segment of the timeline that the backup
    begins on.  A backup that has not ended keeps its status.

    Raises:
        RefusedError: the backup failed, and stays so.
        InvalidWalName: the backup begins and ends on different timelines.
    """
    if backup.status is BackupStatus.FAILED:
        raise RefusedError("The validity of a failed backup cannot be checked")
    begin, end = backup.begin_segment, backup.end_segment
    if begin is None or end is None:
        return Completeness(backup.status)
    if last_archived is None or last_archived < begin:
        return Completeness(BackupStatus.WAITING_FOR_WALS)
    for segment in backup.required_segments():
        if segment > last_archived:
            return Completeness(BackupStatus.WAITING_FOR_WALS)
        if not contains(segment):
            return Completeness(BackupStatus.FAILED, segment)
    return Completeness(BackupStatus.DONE)
