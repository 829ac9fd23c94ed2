# SPDX-License-Identifier: MIT
"""The WAL index, `N-xlog.db`: one line for each archived WAL file.

Everybody who opens the file holds its lock, readers too, because other programs
rewrite it in place; we replace it by a new one.  The archive itself is the truth: a
missing index is rebuilt from it on the next access, and half a line that a crash left
is mended.  What a reader would get wrong: lines are in the order of archiving, not
sorted, and a line may occur twice.
"""

from __future__ import annotations

import os

from barman.catalogue import wal_index_file as index_file
from barman.catalogue.wal_accounting import WalAccounting, account
from barman.catalogue.wal_entry import InvalidWalEntry, WalEntry
from barman.errors import DataError, NotFoundError
from barman.model.wal_file import is_wal_file_name
from barman.system.files import file_error, remove_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
    from contextlib import AbstractContextManager
    from types import TracebackType

    from barman.catalogue.layout import Layout
    from barman.catalogue.wal_stored import Rebuilt, StoredWals
    from barman.model.backup import Backup
    from barman.model.backup_id import BackupId


class WalIndex:
    """The index of archived WAL files of one server; for one thread at a time.

    `lock` makes the lock of the index, held for each operation, or for several within
    `with index.held:`.  `stored` gives the archive itself, which only a
    rebuild or a mend looks at.
    """

    def __init__(
        self,
        *,
        layout: Layout,
        lock: Callable[[], AbstractContextManager[object]],
        stored: Callable[[], StoredWals],
    ) -> None:
        self._layout = layout
        self._path = layout.xlogdb_path
        self._stored = stored
        self.held = _Held(lock)

    def is_empty(self) -> bool:
        """Tell whether there is no line, without the lock and without a rebuild."""
        try:
            return os.stat(self._path).st_size == 0
        except FileNotFoundError:
            return True
        except OSError as error:
            raise file_error("read", self._path, error) from error

    def entries(
        self, first: str | None = None, last: str | None = None
    ) -> Iterator[WalEntry]:
        """Yield the entries whose names are not before `first` nor after `last`.

        The lock is held until the iterator is exhausted or closed.
        """
        low = first.upper().encode() if first else None
        high = last.upper().encode() if last else None
        number = 0
        with self.held:
            for block in self._blocks():
                for line in block.split(b"\n")[:-1]:
                    number += 1
                    name = _first_column(line).upper()
                    if (low and name < low) or (high and name > high):
                        continue
                    yield self._parse(line, number)

    def chosen(self, wanted: Callable[[str], bool]) -> Iterator[WalEntry]:
        """Yield the entries whose names are wanted; no other is made."""
        with self.held:
            for number, name, line in _named_lines(self._blocks()):
                if not name or wanted(name):
                    yield self._parse(line, number)

    def names(self) -> Iterator[str]:
        """Yield the names of all files, in the order of archiving."""
        with self.held:
            for number, name, line in _named_lines(self._blocks()):
                yield name or self._parse(line, number).name

    def find(self, name: str) -> WalEntry | None:
        """Return the entry of one file; None if it has none."""
        wanted = name.encode()
        with self.held:
            for block in self._blocks():
                if wanted not in block:
                    continue
                for line in block.split(b"\n"):
                    if _first_column(line) == wanted:
                        return self._parse(line, None)
        return None

    def account(self, backups: Iterable[Backup]) -> Mapping[BackupId, WalAccounting]:
        """Return the accounting of each backup whose copy is complete, in one pass.

        The backups given are each other's neighbours.
        """
        with self.held:
            try:
                return account(self._blocks(), backups)
            except InvalidWalEntry as error:
                raise _damaged(self._layout, str(error)) from error

    def accounting(self, backup: Backup, next_backup: Backup | None) -> WalAccounting:
        """Return the accounting of one backup, which ends where the next one does."""
        backups = [backup] if next_backup is None else [backup, next_backup]
        return self.account(backups).get(backup.id, WalAccounting())

    def append(self, entries: Iterable[WalEntry]) -> None:
        """Add entries durably: all of them, or none and an error."""
        new = list(entries)
        if not new:
            return
        with self.held:
            # The files are in the archive already: a rebuild would list them too.
            self._prepare(without={entry.name for entry in new})
            data = b"".join(entry.render() for entry in new)
            index_file.append(self._path, data)

    def remove(self, names: Collection[str]) -> int:
        """Remove the lines of these files; return how many lines went.

        Lines that cannot be read stay: who trims must not lose what it does not know.
        """
        unwanted = {name.encode() for name in names}
        removed = 0

        def remaining() -> Iterator[bytes]:
            nonlocal removed
            for block in index_file.read_blocks(self._path):
                for line in block.splitlines(keepends=True):
                    if _first_column(line) in unwanted:
                        removed += 1
                    else:
                        yield line

        with self.held:
            self._prepare()
            if unwanted and not self.is_empty():
                index_file.replace(self._path, remaining())
        return removed

    def rebuild(self) -> Rebuilt:
        """Replace the index by what the archive holds, partial segments included."""
        if not os.path.isdir(self._layout.wals):
            # An archive that is not mounted must not empty an index kept elsewhere.
            raise NotFoundError(f'"{self._layout.wals}" is not a directory')
        with self.held:
            return self._rebuild(without=())

    def _rebuild(self, *, without: Collection[str]) -> Rebuilt:
        walk = self._stored().walk()
        lines = (entry.render() for entry in walk.entries(without=without))
        index_file.replace(self._path, lines)
        if self._layout.old_xlogdb_path != self._path:
            # compat: the index of Barman before 3.13, whose content this one replaces.
            remove_file(self._layout.old_xlogdb_path)
        return walk.result()

    def _prepare(self, *, without: Collection[str] = ()) -> None:
        """Mend the index, or rebuild a missing one."""
        if os.path.lexists(self._path):
            index_file.mend(self._path, lambda name: self._stored().describe(name))
        elif os.path.isdir(self._layout.wals):
            self._rebuild(without=without)

    def _blocks(self) -> Iterator[bytes]:
        self._prepare()
        return index_file.read_blocks(self._path)

    def _parse(self, line: bytes, number: int | None) -> WalEntry:
        try:
            return WalEntry.parse(line)
        except InvalidWalEntry as error:
            where = "" if number is None else f"line {number}: "
            raise _damaged(self._layout, f"{where}{error}") from error


def _damaged(layout: Layout, reason: str) -> DataError:
    return DataError(
        f'"{layout.xlogdb_path}", {reason}',
        hint=f"Run 'barman rebuild-xlogdb {layout.server_name}' to make it"
        " anew from the WAL files.",
    )


def _named_lines(blocks: Iterable[bytes]) -> Iterator[tuple[int, str, bytes]]:
    """Yield number, name and text of each line; no name for one that is damaged."""
    number = 0
    for block in blocks:
        for line in block.split(b"\n")[:-1]:
            number += 1
            columns = line.split()
            name = columns[0].decode("ascii", "replace") if columns else ""
            if len(columns) not in (3, 4, 5) or not is_wal_file_name(name):
                name = ""
            yield number, name, line


def _first_column(line: bytes) -> bytes:
    columns = line.split(None, 1)
    return columns[0] if columns else b""


class _Held:
    """The lock of the index, taken once however deep the operations are nested."""

    def __init__(self, lock: Callable[[], AbstractContextManager[object]]) -> None:
        self._lock = lock
        self._depth = 0
        self._current: AbstractContextManager[object] | None = None

    def __enter__(self) -> None:
        if self._depth == 0:
            current = self._lock()
            current.__enter__()
            self._current = current
        self._depth += 1

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._depth -= 1
        if self._depth == 0 and self._current is not None:
            current, self._current = self._current, None
            current.__exit__(kind, error, trace)
