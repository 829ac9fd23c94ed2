# SPDX-License-Identifier: MIT
"""Archived WAL files, put plain and under their own names where they are read."""

from __future__ import annotations

import os

from barman.codec.registry import HEAD_SIZE, identify_file, is_encrypted, open_plain
from barman.errors import DataError, NotFoundError, RefusedError
from barman.model.wal_file import WalFile
from barman.system.files import file_error, fsync_directory, make_directory

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from barman.catalogue.layout import Layout
    from barman.codec.registry import CustomFilters
    from barman.model.segment import SegmentSize

_CHUNK = 1 << 20


class WalCopy:
    """Copies WAL files out of the archive, decompressed."""

    def __init__(self, *, layout: Layout, custom: CustomFilters | None = None) -> None:
        self._layout = layout
        self._custom = custom

    def run(self, names: Iterable[str], directory: str, size: SegmentSize) -> None:
        """Copy every file; raise when one is not there, encrypted, or not whole."""
        make_directory(directory, mode=0o700)
        for name in names:
            self._copy(WalFile(name), os.path.join(directory, name), size)
        fsync_directory(directory)

    def _copy(self, wal: WalFile, path: str, size: SegmentSize) -> None:
        stored = self._layout.wal_path(wal)
        try:
            with open(stored, "rb") as source:
                if is_encrypted(source.read(HEAD_SIZE)):
                    raise RefusedError(
                        f"WAL file '{wal.name}' is encrypted,"
                        " and this version cannot decrypt it"
                    )
            compression = identify_file(stored, custom=self._custom, stored=True)
            with (
                open_plain(stored, compression, custom=self._custom) as source,
                open(path, "wb", opener=_private) as target,
            ):
                while chunk := source.read(_CHUNK):
                    target.write(chunk)
                target.flush()
                os.fsync(target.fileno())
                length = target.tell()
        except FileNotFoundError as error:
            raise NotFoundError(
                f"WAL file '{wal.name}' is in the WAL index and not in the archive",
                hint=f"Run 'barman rebuild-xlogdb {self._layout.server_name}'.",
            ) from error
        except OSError as error:
            raise file_error("copy WAL file", error.filename or path, error) from error
        if wal.is_segment and length != size.size:
            raise DataError(
                f"WAL file '{wal.name}' is damaged: {length} bytes, not {size.size}"
            )


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
