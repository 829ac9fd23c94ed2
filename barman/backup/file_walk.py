# SPDX-License-Identifier: MIT
"""The regular files of a copied tree; links are not followed."""

from __future__ import annotations

import os
import stat

from barman.system.files import file_error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


def regular_files(root: str) -> Iterator[tuple[str, os.stat_result]]:
    """Yield each file below `root`, by its path from there, with its status."""
    pending = [""]
    while pending:
        below = pending.pop()
        try:
            with os.scandir(os.path.join(root, below)) as entries:
                for entry in entries:
                    path = os.path.join(below, entry.name)
                    if entry.is_dir(follow_symlinks=False):
                        pending.append(path)
                        continue
                    status = entry.stat(follow_symlinks=False)
                    if stat.S_ISREG(status.st_mode):
                        yield path, status
        except OSError as error:
            raise file_error(
                "read directory", os.path.join(root, below), error
            ) from error
