# SPDX-License-Identifier: MIT
"""The directories that a restore fills: claimed before, released when all is there.

A claimed directory was empty, and holds a marker until the restore is complete; so
whatever lies beside a marker is ours, and a restore that broke can be run again.
Nothing else is ever removed or overwritten.  `global/pg_control`, without which
PostgreSQL does not start, comes last: what is incomplete cannot be started by mistake.
"""

from __future__ import annotations

import os

from barman.errors import RefusedError
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
    from collections.abc import Sequence

    from barman.recovery.plan import RecoveryPlan

MARKER = ".barman-restore-incomplete"
_TEXT = b"A restore by barman is under way here, or broke off; run it again.\n"
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

    @property
    def _directories(self) -> Sequence[str]:
        staging = [self._staging] if self._staging else []
        return [self._root, *(place for place, _ in self._tablespaces), *staging]

    def check(self) -> None:
        """Refuse directories that hold anything that is not ours."""
        self._refuse_clashes()
        if not _is_free(self._root) and not self._is_broken_off():
            raise RefusedError(
                "The restore operation cannot proceed because the destination folder"
                f" '{self._root}' is not empty." + _HINT.format("the destination")
            )
        for place, name in self._tablespaces:
            if not _is_free(place):
                raise RefusedError(
                    "The restore operation cannot proceed. The destination path"
                    f" '{place}' for the tablespace '{name}' is not empty."
                    + _HINT.format("the tablespace destination")
                )
        if self._staging and not _is_free(self._staging):
            raise RefusedError(
                f"the directory '{self._staging}' for WAL files is not empty",
                hint="PostgreSQL will remove it at the end of recovery.",
            )

    @property
    def is_marked(self) -> bool:
        """Whether an earlier restore broke off here."""
        return any(os.path.lexists(os.path.join(p, MARKER)) for p in self._directories)

    def claim(self) -> None:
        """Make the directories, empty but for their marker."""
        for place in self._directories:
            make_directory(place, mode=0o700)
            marker = os.path.join(place, MARKER)
            if os.path.lexists(marker):
                for name in _names(place):
                    if name != MARKER:
                        remove_tree(os.path.join(place, name))
            else:
                write_atomically(marker, _TEXT, mode=0o600)
            os.chmod(place, 0o700)

    def release(self) -> None:
        """Remove the markers: everything is there and durable."""
        for place in reversed(self._directories):
            remove_file(os.path.join(place, MARKER))
            fsync_directory(place)

    def _is_broken_off(self) -> bool:
        """Tell whether an earlier restore ended before its cluster could be started.

        If its end was reached but for the markers, PostgreSQL may have been started;
        it then changed the control file.
        """
        if not os.path.lexists(os.path.join(self._root, MARKER)):
            return False
        if os.path.lexists(os.path.join(self._root, "postmaster.pid")):
            return False
        try:
            with open(os.path.join(self._root, "global/pg_control"), "rb") as file:
                return file.read() == self._control_file
        except FileNotFoundError:
            return True
        except OSError as error:
            raise file_error("read", self._root, error) from error

    def _refuse_clashes(self) -> None:
        """Refuse directories that are one within another, or the same twice."""
        places = [os.path.realpath(place) for place in self._directories]
        if len(set(places)) < len(places):
            raise RefusedError("two directories of the restore are the same")
        root = places[0]
        for place, (shown, name) in zip(places[1:], self._tablespaces):
            if root.startswith(place.rstrip("/") + "/"):
                raise RefusedError(
                    f"the destination lies in the tablespace '{name}' ('{shown}')"
                )


def _is_free(place: str) -> bool:
    """Tell whether a directory is not there, is empty, or holds a restore of ours."""
    if not os.path.lexists(place):
        return True
    names = _names(place)
    return not names or MARKER in names


def _names(place: str) -> list[str]:
    try:
        return os.listdir(place)
    except OSError as error:
        raise file_error("use directory", place, error) from error
