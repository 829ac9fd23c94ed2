# SPDX-License-Identifier: MIT
"""bzip2, by the standard library."""

from __future__ import annotations

import bz2

from barman.codec.stream import chunks_of, expand

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO


def compressed(source: BinaryIO, level: int) -> Iterator[bytes]:
    """Yield one bzip2 stream."""
    stream = bz2.BZ2Compressor(level)
    for chunk in chunks_of(source):
        yield stream.compress(chunk)
    yield stream.flush()


def decompressed(source: BinaryIO) -> Iterator[bytes]:
    """Yield what the streams hold."""
    return expand(
        source, bz2.BZ2Decompressor, name="bzip2", errors=(OSError, ValueError)
    )
