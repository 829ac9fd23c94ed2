# SPDX-License-Identifier: MIT
"""Hands out WAL files, wherever they are: archived, waiting, or being streamed.

A file may move from a queue to the archive between two looks; so the next place is
tried when one vanishes, and the archive is tried once more at the end.
"""

from __future__ import annotations

import os

from barman.codec.registry import (
    HEAD_SIZE,
    codec,
    identify,
    is_encrypted,
    open_plain,
)
from barman.errors import FileError, Kind, NotFoundError, RefusedError
from barman.model.frozen import frozen
from barman.model.segment import WalSegment
from barman.model.wal_file import WalFile, WalFileKind
from barman.system.files import file_error, fsync_directory, open_regular

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from barman.catalogue.layout import Layout
    from barman.codec.registry import CustomFilters


class OutputError(FileError):
    """The output cannot be opened: as bad as a wrong name, by the exit status."""

    kind = Kind.NAME


_CHUNK = 1 << 18
_LARGEST_PART = 0xFFFFFFFF


@frozen(kw_only=True)
class GetRequest:
    """Which file, and how it is wanted.

    `compression` is gzip, bzip2 or None for none; `as_stored` sends what lies there.
    """

    wal: WalFile
    partial: bool = False
    compression: str | None = None
    as_stored: bool = False


class WalSource:
    """The places from which WAL files of a server are handed out."""

    def __init__(self, *, layout: Layout, custom: CustomFilters | None = None) -> None:
        self._layout = layout
        self._custom = custom

    def send(self, request: GetRequest, target: BinaryIO) -> None:
        """Write the file to `target`; raise `NotFoundError`."""
        for path in self._places(request.wal, partial=request.partial):
            try:
                source = open_regular(path)
            except (FileNotFoundError, NotADirectoryError):
                continue
            except OSError as error:
                raise file_error("read", path, error) from error
            with source:
                self._send_file(source, path, request, target)
            return
        raise NotFoundError(
            f"WAL file '{request.wal.name}' not found"
            f" in server '{self._layout.server_name}'"
        )

    def save(self, request: GetRequest, path: str) -> None:
        """Write the file to `path`, all of it or nothing."""
        temporary = f"{path}.{os.getpid()}.tmp"
        try:
            output = open(temporary, "xb")  # noqa: SIM115 - closed below
        except OSError as error:
            raise OutputError(
                f"Unable to open '{path}' file: {error.strerror}"
            ) from error
        try:
            with output as target:
                self.send(request, target)
                target.flush()
                os.fsync(target.fileno())
            os.rename(temporary, path)
        except BaseException as error:
            if os.path.exists(temporary):
                os.unlink(temporary)
            if isinstance(error, OSError):
                raise file_error("write", path, error) from error
            raise
        fsync_directory(os.path.dirname(path) or ".")

    def peek(self, wal: WalFile, count: int) -> tuple[str, ...]:
        """Return up to `count` names that follow one another from `wal` on."""
        if wal.kind is not WalFileKind.SEGMENT:
            found = wal.kind is not WalFileKind.PARTIAL and self._is_there(wal)
            return (wal.name,) if found else ()
        names: list[str] = []
        segment = WalSegment.parse(wal.name)
        while len(names) < count:
            if not self._is_there(WalFile(str(segment))):
                # The segment size is not known here.  A log has a power of two of
                # segments, so only such a number can be one past its last.
                if not names or segment.seg == 0 or segment.seg & (segment.seg - 1):
                    break
                if segment.log == _LARGEST_PART:
                    break
                segment = WalSegment(segment.timeline, segment.log + 1, 0)
                if not self._is_there(WalFile(str(segment))):
                    break
            names.append(str(segment))
            if segment.seg == _LARGEST_PART:
                break
            segment = WalSegment(segment.timeline, segment.log, segment.seg + 1)
        return tuple(names)

    def _is_there(self, wal: WalFile) -> bool:
        return any(os.path.isfile(path) for path in self._places(wal, partial=False))

    def _places(self, wal: WalFile, *, partial: bool) -> Iterator[str]:
        archived = self._layout.wal_path(wal)
        yield archived
        yield os.path.join(self._layout.incoming, wal.name)
        yield os.path.join(self._layout.streaming, wal.name)
        if partial and wal.kind is WalFileKind.SEGMENT:
            name = f"{wal.name}.partial"
            yield os.path.join(self._layout.streaming, name)
            yield os.path.join(self._layout.streaming, wal.name)
            yield self._layout.wal_path(WalFile(name))
            yield os.path.join(self._layout.incoming, name)
        yield archived

    def _send_file(
        self, source: BinaryIO, path: str, request: GetRequest, target: BinaryIO
    ) -> None:
        head = source.read(HEAD_SIZE)
        source.seek(0)
        if is_encrypted(head):
            raise RefusedError(
                f"WAL file '{request.wal.name}' is encrypted,"
                " and this version cannot decrypt it"
            )
        stored = self._compression(head, path)
        wanted = stored if request.as_stored else request.compression
        if path.endswith(".partial") and stored is None:
            wanted = None  # Partial files are sent as they are.
        if stored == wanted:
            _copy(source, target)
        elif wanted is None:
            with open_plain(path, stored, custom=self._custom) as plain:
                _copy(plain, target)
        else:
            with open_plain(path, stored, custom=self._custom) as plain:
                codec(wanted).compress(plain, target)

    def _compression(self, head: bytes, path: str) -> str | None:
        custom = self._custom
        found = identify(head, custom=custom.magic if custom else None)
        is_archived = path.startswith(self._layout.wals + "/")
        is_plain = path.endswith(".partial") or not is_archived
        if found is None and custom and not custom.magic and not is_plain:
            return "custom"
        return found


def _copy(source: BinaryIO, target: BinaryIO) -> None:
    while chunk := source.read(_CHUNK):
        target.write(chunk)
