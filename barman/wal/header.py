# SPDX-License-Identifier: MIT
"""The header of a segment: which cluster wrote it, and which place in the log it is.

XLogLongPageHeaderData (access/xlog_internal.h) begins the first page of each segment:

    magic uint16, info uint16, timeline uint32, page address uint64, remaining uint32,
    padding to 8, system identifier uint64, segment size uint32, block size uint32

The magic changes with each major version and its high byte has been 0xD0 or 0xD1;
it tells the byte order of the server too, which need not be ours.
"""

from __future__ import annotations

import struct

from barman.errors import DataError
from barman.model.frozen import frozen
from barman.model.lsn import Lsn
from barman.model.segment import InvalidSegmentSize, SegmentSize, WalSegment

HEADER_SIZE = 40
_LAYOUT = "HHIQI4xQII"
_LONG_HEADER = 0x0002  # XLP_LONG_HEADER
_MAGICS = range(0xD000, 0xE000)


@frozen()
class SegmentHeader:
    """What a segment says of itself."""

    timeline: int
    address: Lsn
    systemid: str
    segment_size: SegmentSize

    def verify(self, name: str, *, systemid: str | None = None) -> None:
        """Raise `DataError` unless this is the header of the segment called `name`.

        The first pages of a segment in which a timeline begins are those of its
        parent, so a lower timeline is no contradiction.
        """
        if systemid is not None and self.systemid != systemid:
            raise DataError(
                f"'{name}' belongs to another cluster: its system identifier is"
                f" {self.systemid}, not {systemid}"
            )
        segment = WalSegment.parse(name[:24])
        start = segment.start(self.segment_size)
        if self.address != start:
            raise DataError(
                f"'{name}' does not hold what its name says: it begins at"
                f" {self.address}, not {start}"
            )
        if self.timeline > segment.timeline:
            raise DataError(
                f"'{name}' holds WAL of timeline {self.timeline},"
                f" not {segment.timeline}"
            )


def parse_header(data: bytes) -> SegmentHeader | None:
    """Read the first bytes of a segment; None when they are no segment's."""
    if len(data) < HEADER_SIZE:
        return None
    for order in "<>":
        magic, info, timeline, address, _, systemid, size, _ = struct.unpack_from(
            order + _LAYOUT, data
        )
        if magic in _MAGICS and info & _LONG_HEADER:
            try:
                return SegmentHeader(
                    timeline, Lsn(address), str(systemid), SegmentSize(size)
                )
            except InvalidSegmentSize:
                return None
    return None


def read_header(path: str) -> SegmentHeader | None:
    """Read the header of an uncompressed segment; None when it has none."""
    with open(path, "rb") as source:
        return parse_header(source.read(HEADER_SIZE))
