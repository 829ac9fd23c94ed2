# SPDX-License-Identifier: MIT
"""Segments of the write-ahead log, and the size that all segments of a cluster have.

A segment is known by its name of 24 hexadecimal digits: timeline, log, seg.  Its place
in the log needs the segment size too: PostgreSQL counts 2^32 / size segments in a log
(XLogSegmentsPerXLogId in xlog_internal.h).
"""

from __future__ import annotations

from barman.errors import InvalidNameError
from barman.model.frozen import frozen
from barman.model.lsn import Lsn

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

MIB = 1 << 20
_HEX = frozenset("0123456789ABCDEFabcdef")


class InvalidWalName(InvalidNameError):
    """The text is not the name of a WAL file of the kind asked for."""


class InvalidSegmentSize(InvalidNameError):
    """Not a power of two between 1 MiB and 1 GiB (initdb --wal-segsize)."""


@frozen(order=True)
class SegmentSize:
    """Bytes in a segment: a power of two from 1 MiB to 1 GiB, 16 MiB unless told."""

    size: int = 16 * MIB

    def check(self) -> None:
        """Refuse sizes that initdb refuses."""
        if not MIB <= self.size <= 1024 * MIB or self.size & (self.size - 1):
            raise InvalidSegmentSize(f"'{self.size}' is not a WAL segment size")

    def __int__(self) -> int:
        return self.size

    @property
    def per_log(self) -> int:
        """How many segments a log has: 256 at 16 MiB."""
        return (1 << 32) // self.size

    def offset(self, lsn: Lsn) -> int:
        """Return how many bytes into its segment `lsn` lies."""
        return lsn.value % self.size


@frozen(order=True)
class WalSegment:
    """One segment, known by its name."""

    timeline: int
    log: int
    seg: int

    def check(self) -> None:
        """Refuse numbers that do not fit into the name."""
        if not all(
            0 <= part <= 0xFFFFFFFF for part in (self.timeline, self.log, self.seg)
        ):
            raise InvalidWalName("not a WAL segment: a part exceeds 32 bits")

    @classmethod
    def parse(cls, name: str) -> WalSegment:
        """Read 24 hexadecimal digits of either case; raise `InvalidWalName`."""
        if len(name) != 24 or not _HEX.issuperset(name):
            raise InvalidWalName(f"'{name}' is not the name of a WAL segment")
        return cls(int(name[:8], 16), int(name[8:16], 16), int(name[16:], 16))

    @classmethod
    def holding(cls, lsn: Lsn, *, timeline: int, size: SegmentSize) -> WalSegment:
        """Return the segment that holds the byte at `lsn`; at a boundary the next."""
        return cls(timeline, lsn.value >> 32, (lsn.value & 0xFFFFFFFF) // size.size)

    @classmethod
    def ending_at(cls, lsn: Lsn, *, timeline: int, size: SegmentSize) -> WalSegment:
        """Return the segment with the byte before `lsn`; at a boundary the previous."""
        return cls.holding(Lsn(max(lsn.value - 1, 0)), timeline=timeline, size=size)

    def __str__(self) -> str:
        return f"{self.timeline:08X}{self.log:08X}{self.seg:08X}"

    def __repr__(self) -> str:
        return f"WalSegment('{self}')"

    def number(self, size: SegmentSize) -> int:
        """Return the count of segments before this one in the whole log."""
        return self.log * size.per_log + self.seg

    @classmethod
    def numbered(cls, number: int, *, timeline: int, size: SegmentSize) -> WalSegment:
        """Return the segment that `number` segments precede."""
        log, seg = divmod(number, size.per_log)
        return cls(timeline, log, seg)

    def start(self, size: SegmentSize) -> Lsn:
        """Return the LSN of its first byte."""
        return Lsn(self.number(size) * size.size)

    def end(self, size: SegmentSize) -> Lsn:
        """Return the LSN right after its last byte."""
        return self.start(size) + size.size

    def next(self, size: SegmentSize) -> WalSegment:
        """Return the following segment of the same timeline."""
        return self.numbered(self.number(size) + 1, timeline=self.timeline, size=size)

    def previous(self, size: SegmentSize) -> WalSegment:
        """Return the preceding segment; raise `InvalidWalName` for the first one."""
        number = self.number(size)
        if number == 0:
            raise InvalidWalName(f"no WAL segment precedes '{self}'")
        return self.numbered(number - 1, timeline=self.timeline, size=size)

    def up_to(self, last: WalSegment, size: SegmentSize) -> Iterator[WalSegment]:
        """Yield the segments from this one to `last`, both included; one timeline."""
        if last.timeline != self.timeline:
            raise InvalidWalName(f"'{self}' and '{last}' are on different timelines")
        for number in range(self.number(size), last.number(size) + 1):
            yield self.numbered(number, timeline=self.timeline, size=size)
