# SPDX-License-Identifier: MIT
"""The directories that a restore fills: claimed before, released when all is there.

A claimed directory was empty, and holds a marker until the restore is complete; so
whatever lies beside a marker is ours, and a restore that broke can be run again.
Nothing else is ever removed or overwritten.  `global/pg_control`, without which
PostgreSQL does not start, comes last: what is incomplete cannot be started by mistake.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager

from barman.errors import BusyError, RefusedError
from barman.system.files import (
    file_error,
    fsync_directory,
    make_directory,
    remove_file,
    remove_tree,
    write_atomically,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from barman.recovery.plan import RecoveryPlan

MARKER = ".barman-restore-incomplete"
CONTROL_FILE = "global/pg_control"
_HINT = (
    " To prevent accidental data loss, {} must be empty."
    " Please choose a different location or manually empty the folder."
)


class Destination:
    """The directories of one restore."""

    def __init__(self, plan: RecoveryPlan, *, control_file: bytes) -> None:
        self._root = plan.request.destination
        self._tablespaces = [(each.location, each.name) for each in plan.tablespaces]
        self._staging = plan.request.staging_wal_directory
        self._control_file = control_file
        # The root's place is in every marker: what another restore has left in a
        # tablespace may belong to a cluster that runs by now.
        place = os.path.realpath(self._root)
        self._text = os.fsencode(
            f"A restore to {place} is under way, or broke off: run it again.\n"
        )
        others = [place for place, _ in self._tablespaces]
        others += [self._staging] if self._staging else []
        # What lies in another one comes after it.
        self._directories = sorted({self._root, *others}, key=os.path.realpath)

    def check(self) -> None:
        """Refuse directories that hold anything that is not ours."""
        if not self._is_free(self._root) or self._may_have_started():
            raise RefusedError(
                "The restore operation cannot proceed because the destination folder"
                f" '{self._root}' is not empty." + _HINT.format("the destination")
            )
        for place, name in self._tablespaces:
            if not self._is_free(place):
                raise RefusedError(
                    "The restore operation cannot proceed. The destination path"
                    f" '{place}' for the tablespace '{name}' is not empty."
                    + _HINT.format("the tablespace destination")
                )
        if self._staging and not self._is_free(self._staging):
            raise RefusedError(
                f"the directory '{self._staging}' for WAL files is not empty",
                hint="PostgreSQL will remove it at the end of recovery.",
            )

    @contextmanager
    def claimed(self) -> Iterator[bool]:
        """Mark the directories as ours and keep other restores out.

        Gives whether an earlier restore has left anything in them.
        """
        make_directory(self._root, mode=0o700)
        descriptor = os.open(self._root, os.O_RDONLY | os.O_DIRECTORY)
        try:
            _lock(descriptor, self._root)
            # Another restore, or a hook, may have been here since.
            self.check()
            left = any(_names(place) for place in self._directories)
            for place in self._directories:
                self._mark(place)
            yield left
        finally:
            os.close(descriptor)

    def clear(self) -> None:
        """Remove what an earlier restore of ours has left."""
        for place in self._directories:
            self._mark(place)  # what lies in another one went with its contents
            for name in _names(place):
                if name != MARKER:
                    remove_tree(os.path.join(place, name))
            try:
                os.chmod(place, 0o700)
            except OSError as error:
                raise file_error("set the permissions of", place, error) from error

    def release(self) -> None:
        """Remove the markers: everything is there and durable."""
        others = [place for place in self._directories if place != self._root]
        for place in (*others, self._root):
            remove_file(os.path.join(place, MARKER))
            fsync_directory(place)

    def _mark(self, place: str) -> None:
        make_directory(place, mode=0o700)
        marker = os.path.join(place, MARKER)
        if not os.path.lexists(marker):
            write_atomically(marker, self._text, mode=0o600)

    def _is_free(self, place: str) -> bool:
        """Tell whether a directory is not there, empty, or holds this very restore."""
        names = _names(place)
        if MARKER in names:
            return _read(os.path.join(place, MARKER)) == self._text
        # A marker that was being written when the restore was killed.
        return all(_is_unfinished_marker(name) for name in names)

    def _may_have_started(self) -> bool:
        """Tell whether the cluster is complete, but for its markers, and was started.

        PostgreSQL then changed the control file.
        """
        if os.path.lexists(os.path.join(self._root, "postmaster.pid")):
            return True
        found = _read(os.path.join(self._root, CONTROL_FILE))
        return found not in (None, self._control_file)


def _lock(descriptor: int, root: str) -> None:
    """Lock a directory for as long as it is open; no child inherits the lock."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise BusyError(f"another restore to '{root}' is under way") from error
    except OSError as error:
        raise file_error("lock directory", root, error) from error


def _is_unfinished_marker(name: str) -> bool:
    return name.startswith(f".{MARKER}.") and name.endswith(".tmp")


def _names(place: str) -> list[str]:
    try:
        return os.listdir(place)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise file_error("use directory", place, error) from error


def _read(path: str) -> bytes | None:
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise file_error("read", path, error) from error
