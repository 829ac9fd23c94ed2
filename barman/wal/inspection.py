# SPDX-License-Identifier: MIT
"""Is a file what its name says?  Asked before anything is archived.

A segment must have the size that its header tells, lie where its name puts it, and
come from the cluster that this archive belongs to.  A file that somebody is still
writing in place (a plain `cp` as archive_command) looks damaged for a while.
"""

from __future__ import annotations

import os

from barman.codec.registry import identify_file, open_plain
from barman.errors import DataError
from barman.model.frozen import frozen
from barman.model.wal_file import WalFileKind
from barman.wal.header import HEADER_SIZE, parse_header

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

    from barman.codec.registry import CustomFilters
    from barman.model.wal_file import WalFile

SETTLING_SECONDS = 60
_CHUNK = 1 << 18


@frozen(kw_only=True)
class Arrival:
    """A WAL file that waits in a queue."""

    wal: WalFile
    path: str
    size: int
    mtime: float
    compression: str | None = None

    @classmethod
    def of(
        cls, wal: WalFile, path: str, *, detect: bool, custom: CustomFilters | None
    ) -> Arrival:
        """Look at a file; `detect` whether it came compressed."""
        compression = None
        if detect and wal.kind is not WalFileKind.PARTIAL:
            compression = identify_file(path, custom=custom)
        status = os.stat(path)
        return cls(
            wal=wal,
            path=path,
            size=status.st_size,
            mtime=status.st_mtime,
            compression=compression,
        )

    def is_settling(self, now: float) -> bool:
        """Whether it changed so lately that somebody may still be writing it."""
        return now - self.mtime < SETTLING_SECONDS


def inspect(
    arrival: Arrival, *, systemid: str | None, custom: CustomFilters | None = None
) -> None:
    """Raise `DataError` when the file is damaged or foreign."""
    if arrival.wal.segment is None or arrival.wal.kind is WalFileKind.LABEL:
        return
    name = arrival.wal.name
    with open_plain(arrival.path, arrival.compression, custom=custom) as source:
        header = parse_header(source.read(HEADER_SIZE))
        if arrival.wal.kind is WalFileKind.PARTIAL:
            # What pg_receivewal left of a timeline may be empty; what it holds counts.
            if header is not None:
                header.verify(name, systemid=systemid)
            return
        if header is None:
            raise DataError(f"'{name}' is not a WAL segment: it has no page header")
        header.verify(name, systemid=systemid)
        size = arrival.size
        if arrival.compression is not None:
            size = HEADER_SIZE + _rest(source)
        if size != header.segment_size.size:
            raise DataError(
                f"'{name}' has {size} bytes instead of {header.segment_size.size}"
            )


def _rest(source: BinaryIO) -> int:
    count = 0
    while chunk := source.read(_CHUNK):
        count += len(chunk)
    return count
