# SPDX-License-Identifier: MIT
"""The errors directory: what cannot be archived is set apart, never removed."""

from __future__ import annotations

import errno
import logging
import os
from datetime import timezone

from barman.errors import FileError
from barman.system.files import (
    file_error,
    fsync_directory,
    make_directory,
    rename_durably,
)
from barman.wal.store import copy_durably

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime

_log = logging.getLogger(__name__)

DUPLICATE = "duplicate"
UNKNOWN = "unknown"
_LONGEST_NAME = 200


def set_apart(
    path: str, errors: str, now: datetime, suffix: str, *, name: str | None = None
) -> str:
    """Move a file to the errors directory and return its path there.

    `name` is what it should have been called, where `path` ends in something else.
    """
    make_directory(errors)
    target = _free_path(errors, name or os.path.basename(path), now, suffix)
    _log.warning("moving '%s' to '%s'", path, target)
    try:
        rename_durably(path, target)
    except FileError as error:
        cause = error.__cause__
        if not isinstance(cause, OSError) or cause.errno != errno.EXDEV:
            raise
        _move_across(path, target)
    return target


def _free_path(errors: str, name: str, now: datetime, suffix: str) -> str:
    stamp = now.astimezone(timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    ending = f".{stamp}.{suffix}"
    count = 1
    while os.path.lexists(target := os.path.join(errors, _shortened(name) + ending)):
        ending = f".{stamp}-{count}.{suffix}"
        count += 1
    return target


def _shortened(name: str) -> str:
    """Return as much of a name as leaves room for what is added to it."""
    return os.fsdecode(os.fsencode(name)[:_LONGEST_NAME])


def _move_across(path: str, target: str) -> None:
    """Move a file to another file system."""
    try:
        copy_durably(path, target)
        fsync_directory(os.path.dirname(target))
        os.unlink(path)
        fsync_directory(os.path.dirname(path))
    except OSError as error:
        raise file_error("set apart", path, error) from error
