# SPDX-License-Identifier: MIT
"""A codec made of two functions over chunks, so that memory stays bounded.

A stream that ends early, or says what it must not, raises `DataError`: a short file
never passes for a whole one.
"""

from __future__ import annotations

import io

from barman.errors import DataError
from barman.system.files import open_regular

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO, Protocol

    from typing_extensions import Buffer

    class Codec(Protocol):
        """A compression, both ways."""

        name: str

        def compress(self, source: BinaryIO, target: BinaryIO) -> None:
            """Write all of `source` to `target`, compressed."""

        def decompress(self, source: BinaryIO, target: BinaryIO) -> None:
            """Write what was compressed to `target`; raise `DataError`."""

        def open_reading(self, path: str) -> BinaryIO:
            """Open a compressed file to read what was compressed."""

    class Decompressor(Protocol):
        """What bz2, lzma and lz4 offer, and what the others are made to look like."""

        @property
        def eof(self) -> bool:
            """Whether the end of the compressed data was seen."""

        @property
        def needs_input(self) -> bool:
            """Whether more can come only from more data."""

        @property
        def unused_data(self) -> bytes | None:
            """What follows the end."""

        def decompress(self, data: bytes, max_length: int) -> bytes:
            """Return at most so many bytes of what is in `data` and before it."""


CHUNK = 1 << 18


class StreamCodec:
    """A codec in process."""

    def __init__(
        self,
        name: str,
        compressed: Callable[[BinaryIO], Iterator[bytes]],
        decompressed: Callable[[BinaryIO], Iterator[bytes]],
    ) -> None:
        self.name = name
        self._compressed = compressed
        self._decompressed = decompressed

    def compress(self, source: BinaryIO, target: BinaryIO) -> None:
        """Write all of `source` to `target`, compressed."""
        for chunk in self._compressed(source):
            target.write(chunk)

    def decompress(self, source: BinaryIO, target: BinaryIO) -> None:
        """Write what was compressed to `target`; raise `DataError`."""
        for chunk in self._decompressed(source):
            target.write(chunk)

    def open_reading(self, path: str) -> BinaryIO:
        """Open a compressed file to read what was compressed."""
        source = open_regular(path)
        reader = _ChunkReader(self._decompressed(source), source)
        return io.BufferedReader(reader, CHUNK)


class _ChunkReader(io.RawIOBase):
    """A raw stream over chunks that somebody else makes."""

    def __init__(self, chunks: Iterator[bytes], source: BinaryIO) -> None:
        self._chunks = chunks
        self._source = source
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer) -> int:
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = memoryview(chunk)
        view = memoryview(buffer).cast("B")
        size = min(len(view), len(self._rest))
        view[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size

    def close(self) -> None:
        if not self.closed:
            self._source.close()
        super().close()


def chunks_of(source: BinaryIO) -> Iterator[bytes]:
    """Yield the bytes of `source` as they come, never an empty chunk."""
    while chunk := source.read(CHUNK):
        yield chunk


def expand(
    source: BinaryIO,
    start: Callable[[], Decompressor],
    *,
    name: str,
    errors: tuple[type[Exception], ...],
) -> Iterator[bytes]:
    """Yield what one or more streams, one behind the other, hold.

    Zero bytes between and after streams are padding, as gzip and xz allow.
    """
    stream: Decompressor | None = None
    whole = False
    for chunk in chunks_of(source):
        data = chunk
        while True:
            if stream is None:
                data = data.lstrip(b"\0") if whole else data
                if not data:
                    break
                stream, whole = start(), False
            try:
                out = stream.decompress(data, CHUNK)
            except errors as error:
                raise DataError(f"damaged {name} stream: {error}") from error
            if out:
                yield out
            if stream.eof:
                data, stream, whole = stream.unused_data or b"", None, True
            elif stream.needs_input:
                break
            else:
                data = b""
    if not whole:
        raise DataError(f"truncated {name} stream")
