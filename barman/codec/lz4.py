# SPDX-License-Identifier: MIT
"""lz4 in its frame format, with a checksum of the contents."""

from __future__ import annotations

import lz4.frame

from barman.codec.stream import chunks_of, expand

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO


def compressed(source: BinaryIO, level: int) -> Iterator[bytes]:
    """Yield one frame."""
    stream = lz4.frame.LZ4FrameCompressor(
        compression_level=level, content_checksum=True
    )
    yield stream.begin()
    for chunk in chunks_of(source):
        yield stream.compress(chunk)
    yield stream.flush()


def decompressed(source: BinaryIO) -> Iterator[bytes]:
    """Yield what the frames hold."""
    return expand(
        source, lz4.frame.LZ4FrameDecompressor, name="lz4", errors=(RuntimeError,)
    )
