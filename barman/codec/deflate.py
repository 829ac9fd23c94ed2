# SPDX-License-Identifier: MIT
"""gzip: RFC 1952 around zlib's deflate.

The header carries no name and no time, so the same bytes always give the same file:
a retry is recognised as one.
"""

from __future__ import annotations

import zlib

from barman.codec.stream import chunks_of, expand

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

_GZIP_WRAPPER = 31  # zlib.h, inflateInit2: 15 window bits, plus 16 for gzip


def compressed(source: BinaryIO, level: int) -> Iterator[bytes]:
    """Yield one gzip member."""
    stream = zlib.compressobj(level, zlib.DEFLATED, _GZIP_WRAPPER)
    for chunk in chunks_of(source):
        yield stream.compress(chunk)
    yield stream.flush()


def decompressed(source: BinaryIO) -> Iterator[bytes]:
    """Yield what the members hold."""
    return expand(source, _Inflater, name="gzip", errors=(zlib.error,))


class _Inflater:
    """zlib's object with the manners of bz2's."""

    def __init__(self) -> None:
        self._stream = zlib.decompressobj(_GZIP_WRAPPER)
        self._full = False

    def decompress(self, data: bytes, max_length: int) -> bytes:
        out = self._stream.decompress(self._stream.unconsumed_tail + data, max_length)
        # A full answer may leave output inside zlib although all input is consumed.
        self._full = len(out) == max_length
        return out

    @property
    def eof(self) -> bool:
        return self._stream.eof

    @property
    def needs_input(self) -> bool:
        return not self._full and not self._stream.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._stream.unused_data
