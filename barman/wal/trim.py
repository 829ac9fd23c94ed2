# SPDX-License-Identifier: MIT
"""Removes archived WAL that nothing needs any more, file by file, by name.

The index is rewritten after the files are gone.  A crash between leaves lines of
missing files: the next trim finds them due again and mends the index.  A file that
cannot be removed keeps its line.
"""

from __future__ import annotations

import os

from barman.hooks.variables import HookedWal, HookEvent
from barman.report.wal import WalFileMissing
from barman.system.files import file_error, fsync_directory

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from barman.catalogue.layout import Layout
    from barman.catalogue.wal_entry import WalEntry
    from barman.catalogue.wal_index import WalIndex
    from barman.hooks.script import Hooks
    from barman.model.trim import Trim
    from barman.report.report import Reporter


class WalTrimmer:
    """Trims the archive of one server."""

    def __init__(
        self, *, layout: Layout, index: WalIndex, hooks: Hooks, reporter: Reporter
    ) -> None:
        self._layout = layout
        self._index = index
        self._hooks = hooks
        self._reporter = reporter

    def trim(
        self, due: Trim, *, on_removed: Callable[[str], None] | None = None
    ) -> tuple[str, ...]:
        """Remove what `due` sets free and return the names, in the order of the index.

        Raises `RefusedError` when a hook forbids it; the index then tells the truth
        about what is left.  `on_removed` hears of each name.
        """
        removed: list[str] = []
        directories: set[str] = set()
        try:
            for entry in list(self._index.chosen(due.goes())):
                path = self._layout.wal_path(entry.file)
                if self._remove(entry, path):
                    removed.append(entry.name)
                    directories.add(os.path.dirname(path))
                    if on_removed is not None:
                        on_removed(entry.name)
        finally:
            self._leave(directories)
            if removed:
                self._index.remove(frozenset(removed))
        return tuple(removed)

    def _remove(self, entry: WalEntry, path: str) -> bool:
        """Remove one file; return whether its line is to go."""
        hooked = HookedWal(
            name=entry.name,
            path=path,
            size=entry.size,
            mtime=entry.mtime,
            compression=entry.compression,
        )
        self._hooks.run_pre(HookEvent.WAL_DELETE, hooked.variables())
        failure = None
        gone = True
        try:
            os.unlink(path)
        except (FileNotFoundError, NotADirectoryError) as error:
            failure = str(error)
        except OSError as error:
            failure = str(error)
            gone = False
        if failure is not None:
            self._reporter.tell(
                WalFileMissing(self._layout.server_name, entry.name, failure)
            )
        self._hooks.run_post(
            HookEvent.WAL_DELETE, {**hooked.variables(), "BARMAN_ERROR": failure or ""}
        )
        return gone

    def _leave(self, directories: set[str]) -> None:
        """Make the removals durable, and remove directories that are empty now."""
        wals = self._layout.wals
        for directory in sorted(directories):
            if not os.path.isdir(directory):
                continue
            fsync_directory(directory)
            if directory != wals and not os.listdir(directory):
                _remove_directory(directory)
        if directories and os.path.isdir(wals):
            fsync_directory(wals)


def _remove_directory(directory: str) -> None:
    """Remove an empty directory, unless something has come into it meanwhile."""
    try:
        os.rmdir(directory)
    except OSError as error:
        if os.path.isdir(directory) and not os.listdir(directory):
            raise file_error("remove directory", directory, error) from error
