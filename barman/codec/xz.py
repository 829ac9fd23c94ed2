# SPDX-License-Identifier: MIT
"""xz, by the standard library."""

from __future__ import annotations

import lzma

from barman.codec.stream import chunks_of, expand

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO


def compressed(source: BinaryIO, level: int) -> Iterator[bytes]:
    """Yield one xz stream."""
    stream = lzma.LZMACompressor(preset=level)
    for chunk in chunks_of(source):
        yield stream.compress(chunk)
    yield stream.flush()


def decompressed(source: BinaryIO) -> Iterator[bytes]:
    """Yield what the streams hold."""
    return expand(source, lzma.LZMADecompressor, name="xz", errors=(lzma.LZMAError,))
