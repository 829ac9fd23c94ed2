# SPDX-License-Identifier: MIT
"""How large a backup is on disk."""

from __future__ import annotations

from barman.backup.file_walk import regular_files
from barman.model.frozen import frozen


@frozen()
class BackupSize:
    """Bytes of all regular files, and of those that no other backup shares."""

    size: int
    deduplicated_size: int


def measure(directory: str) -> BackupSize:
    """Add up the files below `directory`.

    A file with more than one link is shared with another backup: only such sharing
    saves space.
    """
    size = unshared = 0
    for _, status in regular_files(directory):
        size += status.st_size
        unshared += status.st_size if status.st_nlink == 1 else 0
    return BackupSize(size, unshared)
