# SPDX-License-Identifier: MIT
"""A backup manifest for backups that were not made by pg_basebackup.

Only what lies below `data` is in it, tablespaces are not: that is what pg_verifybackup
looks at.  The files are read once, as they are in the backup.
"""

from __future__ import annotations

import hashlib
import os
import stat
from datetime import datetime, timezone

from barman.errors import RefusedError
from barman.model.manifest import ManifestEntry, render
from barman.system.files import file_error, write_atomically

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "backup_manifest"
_CHUNK = 1 << 20


def write_manifest(data_directory: str) -> None:
    """Write the manifest of a copied data directory; refuse to replace one."""
    path = os.path.join(data_directory, NAME)
    if os.path.lexists(path):
        raise RefusedError(f'file "{path}" already exists')
    text = "".join(render(_entries(data_directory)))
    write_atomically(path, text.encode(), mode=0o600)


def _entries(root: str) -> Iterator[ManifestEntry]:
    for path in sorted(_files(root)):
        full = os.path.join(root, path)
        digest, size = hashlib.sha256(), 0
        try:
            with open(full, "rb") as source:
                while chunk := source.read(_CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
                modified = os.fstat(source.fileno()).st_mtime
        except OSError as error:
            raise file_error("read", full, error) from error
        yield ManifestEntry.of(
            path,
            size=size,
            last_modified=datetime.fromtimestamp(modified, timezone.utc),
            sha256=digest.hexdigest(),
        )


def _files(root: str) -> Iterator[str]:
    pending = [""]
    while pending:
        below = pending.pop()
        with os.scandir(os.path.join(root, below)) as entries:
            for entry in entries:
                path = os.path.join(below, entry.name)
                if entry.is_dir(follow_symlinks=False):
                    pending.append(path)
                elif stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode):
                    yield path
