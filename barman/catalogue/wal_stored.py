# SPDX-License-Identifier: MIT
"""What the archived WAL files themselves tell of how they are stored.

The lines of a lost WAL index are made again from this.  Less is known than when a
file was archived: its compression goes by the first bytes, and that of an encrypted
file is hidden.
"""

from __future__ import annotations

import os

from barman.catalogue.wal_entry import WalEntry
from barman.codec.magic import HEAD_SIZE, is_encrypted
from barman.model.frozen import frozen
from barman.model.wal_file import WalFile, WalFileKind
from barman.system.files import file_error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from barman.catalogue.wal_tree import WalTree


@frozen(kw_only=True)
class Rebuilt:
    """What a rebuild found: lines by kind of file, and paths that are no WAL files."""

    counts: Mapping[WalFileKind, int]
    ignored: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        """How many lines the new index has."""
        return sum(self.counts.values())


class StoredWals:
    """The archived files, each looked into for the line that the index should have."""

    def __init__(self, tree: WalTree, identify: Callable[[bytes], str | None]) -> None:
        self._tree = tree
        self._identify = identify

    def describe(self, name: str) -> WalEntry | None:
        """Return the entry of one archived file; None if it is not there."""
        path = self._tree.path(name)
        try:
            with open(path, "rb", buffering=0) as stored:
                head = stored.read(HEAD_SIZE) or b""
                status = os.fstat(stored.fileno())
        except FileNotFoundError:
            return None
        except OSError as error:
            raise file_error("read", path, error) from error
        encrypted = is_encrypted(head)
        return WalEntry(
            name=name,
            size=status.st_size,
            mtime=status.st_mtime,
            compression=None if encrypted else self._identify(head),
            encryption="gpg" if encrypted else None,
        )

    def walk(self) -> StoredWalk:
        """Return a walk over all archived files, sorted by directory and name."""
        return StoredWalk(self._tree, self)


class StoredWalk:
    """One walk over the archive; what it met is known once it has ended."""

    def __init__(self, tree: WalTree, stored: StoredWals) -> None:
        self._tree = tree
        self._stored = stored
        self._counts = dict.fromkeys(WalFileKind, 0)
        self._ignored: list[str] = []

    def entries(self, *, without: Collection[str] = ()) -> Iterator[WalEntry]:
        """Yield the entry of each archived file but those named."""
        for found in self._tree.walk():
            if found.file is None:
                self._ignored.append(found.path)
            elif found.file.name not in without:
                yield from self._entry(found.file)

    def result(self) -> Rebuilt:
        """Return what was met so far."""
        return Rebuilt(counts=self._counts, ignored=tuple(self._ignored))

    def _entry(self, file: WalFile) -> Iterator[WalEntry]:
        entry = self._stored.describe(file.name)
        if entry is not None:
            self._counts[file.kind] += 1
            yield entry
