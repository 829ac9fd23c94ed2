# SPDX-License-Identifier: MIT
"""What waits in a directory to be archived.

Names that begin with a dot or end in `.tmp` are being written and are not seen.  The
directory that pg_receivewal writes keeps its newest file: from it the program reads
where to go on.
"""

from __future__ import annotations

import os
from enum import Enum, unique

from barman.model.frozen import frozen
from barman.model.wal_file import is_wal_file_name


@unique
class Queue(Enum):
    """Where WAL comes from; the value is the word that users see."""

    STREAMING = "streaming"
    FILE = "file archival"


@frozen()
class Waiting:
    """The contents of a queue, in the order of work.

    `files` are to be archived and removed.  `held` is a whole segment that must stay
    where it is.  `unknown` is no WAL.  `seen` counts all entries.
    """

    files: tuple[str, ...] = ()
    held: str | None = None
    unknown: tuple[str, ...] = ()
    seen: int = 0


def waiting_in(directory: str, queue: Queue) -> Waiting:
    """List a queue; a directory that is not there yet is an empty one."""
    try:
        with os.scandir(directory) as entries:
            found = {
                entry.name: entry.is_file(follow_symlinks=False)
                for entry in entries
                if not entry.name.startswith(".")
            }
    except FileNotFoundError:
        return Waiting()
    names = sorted(name for name in found if not name.endswith(".tmp"))
    files = [name for name in names if found[name] and is_wal_file_name(name)]
    known = set(files)
    unknown = tuple(name for name in names if name not in known)
    if queue is Queue.FILE:
        return Waiting(tuple(files), None, unknown, len(found))
    whole = [name for name in files if not name.endswith(".partial")]
    partials = [name for name in files if name.endswith(".partial")]
    held = None
    if not partials:
        segments = [name for name in whole if len(name) == 24]
        held = segments[-1] if segments else None
    going = [name for name in whole if name != held] + partials[:-1]
    return Waiting(tuple(going), held, unknown, len(found))
