# SPDX-License-Identifier: MIT
"""A backup manifest for backups that were not made by pg_basebackup.

Only what lies below `data` is in it, tablespaces are not: that is what pg_verifybackup
looks at.  The files are read once, as they are in the backup.
"""

from __future__ import annotations

import hashlib
import os
from datetime import datetime, timezone

from barman.backup.file_walk import regular_files
from barman.errors import RefusedError
from barman.model.manifest import ManifestEntry, render
from barman.system.files import file_error, write_atomically

TYPE_CHECKING = False
if TYPE_CHECKING:
    pass

NAME = "backup_manifest"
_CHUNK = 1 << 20


def write_manifest(data_directory: str) -> None:
    """Write the manifest of a copied data directory; refuse to replace one."""
    path = os.path.join(data_directory, NAME)
    if os.path.lexists(path):
        raise RefusedError(f'file "{path}" already exists')
    # Listed before anything is written: the temporary file is none of the backup's.
    paths = sorted(name for name, _ in regular_files(data_directory))
    text = render(_entry(data_directory, name) for name in paths)
    write_atomically(path, (piece.encode() for piece in text), mode=0o600)


def _entry(root: str, path: str) -> ManifestEntry:
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
    return ManifestEntry.of(
        path,
        size=size,
        last_modified=datetime.fromtimestamp(modified, timezone.utc),
        sha256=digest.hexdigest(),
    )
