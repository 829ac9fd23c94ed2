# SPDX-License-Identifier: MIT
"""One line of the WAL index: a file of the archive as it is stored.

    name <tab> size <tab> mtime <tab> compression <tab> encryption

`size` is that of the stored file, `mtime` that of the original one.  Any blanks are
accepted as separators, and lines of three or four columns, as older versions wrote.
"""

from __future__ import annotations

from math import isfinite

from barman.errors import DataError
from barman.model.frozen import frozen
from barman.model.wal_file import WalFile, is_wal_file_name

NULL = "None"


class InvalidWalEntry(DataError, ValueError):
    """A line of the WAL index that is none."""


@frozen()
class WalEntry:
    """A file of the WAL archive."""

    name: str
    size: int
    mtime: float
    compression: str | None = None
    encryption: str | None = None

    @property
    def file(self) -> WalFile:
        """The WAL file that the entry is about."""
        return WalFile(self.name)

    @classmethod
    def parse(cls, line: bytes) -> WalEntry:
        """Read a line; raise `InvalidWalEntry`."""
        columns = line.decode("utf-8", "backslashreplace").split()
        if not 3 <= len(columns) <= 5:
            raise InvalidWalEntry(f"{len(columns)} columns instead of 5")
        name, size, mtime, *words = columns
        if not is_wal_file_name(name):
            raise InvalidWalEntry(f"'{name[:60]}' is not a valid wal file name")
        if not (size.isascii() and size.isdigit()):
            raise InvalidWalEntry(f"'{size[:60]}' is not a size")
        compression, encryption = (*map(_word, words), None, None)[:2]
        return cls(name, int(size), parse_time(mtime), compression, encryption)

    def render(self) -> bytes:
        """Return the line, with its line feed."""
        compression = self.compression or NULL
        encryption = self.encryption or NULL
        line = (
            f"{self.name}\t{self.size}\t{self.mtime!r}\t{compression}\t{encryption}\n"
        )
        return line.encode()


def _word(text: str) -> str | None:
    return None if text == NULL else text


def parse_time(text: str) -> float:
    """Return the seconds that a line tells; raise `InvalidWalEntry`."""
    try:
        time = float(text)
    except ValueError:
        time = float("nan")
    if not isfinite(time):
        raise InvalidWalEntry(f"'{text[:60]}' is not a time")
    return time
