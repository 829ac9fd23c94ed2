# SPDX-License-Identifier: MIT
"""The archived WAL files themselves, as they lie in `wals/`.

What is on disk decides, not the WAL index, when the question is whether a segment can
be restored.  Segments, partials and labels lie in a directory named by the first 16
digits of their name, histories directly in `wals/`.
"""

from __future__ import annotations

import os
from stat import S_ISREG

from barman.catalogue.listing import names_in
from barman.model.frozen import frozen
from barman.model.segment import WalSegment
from barman.model.wal_file import WalFile, WalFileKind, is_wal_file_name
from barman.system.files import file_error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from barman.catalogue.layout import Layout

_HEX = frozenset("0123456789ABCDEFabcdef")
_NOT_WAL = frozenset(("xlog.db", "sync-wals.info"))


@frozen()
class Found:
    """A path below `wals/`, and the WAL file it is; None for what is no WAL file."""

    path: str
    file: WalFile | None


class WalTree:
    """The directory of archived WAL files of one server."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout

    def path(self, name: str) -> str:
        """Return where a WAL file lies or would lie; raise `InvalidWalName`."""
        return self._layout.wal_path(WalFile(name))

    def contains(self, name: str) -> bool:
        """Tell whether a WAL file is archived; raise if that cannot be known."""
        path = self.path(name)
        try:
            return S_ISREG(os.stat(path).st_mode)
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError as error:
            raise file_error("read", path, error) from error

    def timelines(self) -> tuple[int, ...]:
        """Return the timelines that have a directory of WAL files, ascending."""
        return tuple(sorted({int(name[:8], 16) for name in self._directories()}))

    def histories(self) -> tuple[str, ...]:
        """Return the names of the archived history files, ascending."""
        return tuple(
            name
            for name in names_in(self._layout.wals)
            if name.endswith(".history") and is_wal_file_name(name)
        )

    def last_segment(self, timeline: int) -> WalSegment | None:
        """Return the last whole segment of a timeline; None if it has none."""
        for directory in reversed(self._directories()):
            path = os.path.join(self._layout.wals, directory)
            if int(directory[:8], 16) == timeline and os.path.isdir(path):
                segments = [
                    WalSegment.parse(name)
                    for name in names_in(path)
                    if _is_segment_of(directory, name)
                ]
                if segments:
                    return max(segments)
        return None

    def walk(self) -> Iterator[Found]:
        """Yield everything in the tree, sorted by directory and name.

        Hidden files and the catalogue's own are passed over.
        """
        own = _NOT_WAL | {os.path.basename(self._layout.xlogdb_path)}
        for name in names_in(self._layout.wals):
            path = os.path.join(self._layout.wals, name)
            if _is_hash_directory(name) and os.path.isdir(path):
                for inner in names_in(path):
                    yield _found(os.path.join(path, inner), directory=name)
            elif not name.startswith(".") and name not in own:
                yield _found(path, directory="")

    def _directories(self) -> list[str]:
        names = filter(_is_hash_directory, names_in(self._layout.wals))
        return sorted(names, key=str.upper)


def _found(path: str, *, directory: str) -> Found:
    name = os.path.basename(path)
    if is_wal_file_name(name):
        file = WalFile(name)
        if file.hash_directory == directory and os.path.isfile(path):
            return Found(path, file)
    return Found(path, None)


def _is_hash_directory(name: str) -> bool:
    return len(name) == 16 and _HEX.issuperset(name)


def _is_segment_of(directory: str, name: str) -> bool:
    return (
        name.startswith(directory)
        and is_wal_file_name(name)
        and WalFile(name).kind is WalFileKind.SEGMENT
    )
