# SPDX-License-Identifier: MIT
"""zstd frames, without the size of the contents, with their checksum."""

from __future__ import annotations

import zstandard

from barman.codec.stream import chunks_of
from barman.errors import DataError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

# The library answers a piece of input with all of its output.  A block of 128 KiB may
# take four bytes, so small pieces are what bounds memory.
_PIECE = 256


def compressed(source: BinaryIO, level: int) -> Iterator[bytes]:
    """Yield one frame."""
    stream = zstandard.ZstdCompressor(level=level, write_checksum=True).compressobj()
    for chunk in chunks_of(source):
        yield stream.compress(chunk)
    yield stream.flush()


def decompressed(source: BinaryIO) -> Iterator[bytes]:
    """Yield what the frames hold; raise `DataError` where the last one is not whole."""
    engine = zstandard.ZstdDecompressor()
    stream, whole = engine.decompressobj(), False
    for chunk in chunks_of(source):
        for offset in range(0, len(chunk), _PIECE):
            piece = chunk[offset : offset + _PIECE]
            while piece:
                if whole:
                    stream, whole = engine.decompressobj(), False
                try:
                    out = stream.decompress(piece)
                except zstandard.ZstdError as error:
                    raise DataError(f"damaged zstd stream: {error}") from error
                if out:
                    yield out
                piece, whole = stream.unused_data, stream.eof
    if not whole:
        raise DataError("truncated zstd stream")
