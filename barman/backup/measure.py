# SPDX-License-Identifier: MIT
"""How large a backup is on disk."""

from __future__ import annotations

import os
import stat

from barman.model.frozen import frozen
from barman.system.files import file_error


@frozen()
class BackupSize:
    """Bytes of all regular files, and of those that no other backup shares."""

    size: int
    deduplicated_size: int


def measure(directory: str) -> BackupSize:
    """Add up the files below `directory`, without following links.

    A file with more than one link is shared with another backup: only such sharing
    saves space (spec catalogue.md 10).
    """
    size = unshared = 0
    pending = [directory]
    while pending:
        where = pending.pop()
        try:
            with os.scandir(where) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        pending.append(entry.path)
                        continue
                    status = entry.stat(follow_symlinks=False)
                    if stat.S_ISREG(status.st_mode):
                        size += status.st_size
                        unshared += status.st_size if status.st_nlink == 1 else 0
        except OSError as error:
            raise file_error("read directory", where, error) from error
    return BackupSize(size, unshared)
