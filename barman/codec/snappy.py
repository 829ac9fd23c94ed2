# SPDX-License-Identifier: MIT
"""snappy in its framing format, by the optional library python-snappy."""

from __future__ import annotations

import snappy  # type: ignore[import-not-found,import-untyped,unused-ignore]  # optional

from barman.codec.stream import chunks_of
from barman.errors import DataError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

# A stream holds blocks of 64 KiB at most; small pieces of input bound the memory.
_PIECE = 1 << 16


def compressed(source: BinaryIO, level: int) -> Iterator[bytes]:
    """Yield one stream; snappy has no levels."""
    stream = snappy.StreamCompressor()
    empty = True
    for chunk in chunks_of(source):
        empty = False
        yield stream.add_chunk(chunk)
    if empty:
        yield stream.add_chunk(b"")


def decompressed(source: BinaryIO) -> Iterator[bytes]:
    """Yield what the stream holds."""
    stream = snappy.StreamDecompressor()
    try:
        while piece := source.read(_PIECE):
            yield stream.decompress(piece)
        stream.flush()
    except (snappy.UncompressError, ValueError) as error:
        raise DataError(f"damaged or truncated snappy stream: {error}") from error
