# SPDX-License-Identifier: MIT
"""Continuity of the log: which ranges of segments are there, and which are missing.

Only whole segments count.  What precedes a fork is required under the names of the
older timeline, the segment of the fork itself under the new one.  Names are read one by
one and kept as ranges of numbers: a million of them take no more room than their gaps.
"""

from __future__ import annotations

from barman.errors import DataError
from barman.model.frozen import frozen
from barman.model.segment import WalSegment

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from barman.model.segment import SegmentSize
    from barman.model.timeline import TimelineHistory

    Numbers = list[tuple[int, int]]

_SHIFT = 48  # a timeline's segments are numbered below 2^44, at 1 MiB
_MASK = (1 << _SHIFT) - 1


@frozen(order=True)
class SegmentRange:
    """Consecutive segments of one timeline, the first and the last included."""

    first: WalSegment
    last: WalSegment

    def __str__(self) -> str:
        """Return its names as a message shows them."""
        return (
            str(self.first) if self.first == self.last else f"{self.first}..{self.last}"
        )

    def count(self, size: SegmentSize) -> int:
        """Return how many segments it has."""
        return self.last.number(size) - self.first.number(size) + 1


def coverage(names: Iterable[str], size: SegmentSize) -> tuple[SegmentRange, ...]:
    """Return the ranges that valid WAL names make up, ordered.

    Names may come in any order and more than once.  What is no whole segment of this
    size does not count.
    """
    runs: Numbers = []
    per_log = size.per_log
    prefix = ""
    base = 0
    first = last = -2
    for name in names:
        if len(name) != 24:
            continue
        if name[:16] != prefix:
            prefix = name[:16]
            base = (int(prefix[:8], 16) << _SHIFT) + int(prefix[8:], 16) * per_log
        seg = int(name[16:], 16)
        place = base + seg
        if seg >= per_log or place == last:
            continue
        if place != last + 1:
            runs.append((first, last))
            first = place
        last = place
    runs.append((first, last))
    found: dict[int, Numbers] = {}
    for low, high in _merged(runs[1:]):
        found.setdefault(low >> _SHIFT, []).append((low & _MASK, high & _MASK))
    return _ranges(found, size)


def missing(
    begin: WalSegment,
    end: WalSegment,
    present: Iterable[SegmentRange],
    size: SegmentSize,
    history: TimelineHistory | None = None,
) -> tuple[SegmentRange, ...]:
    """Return what a recovery from `begin` to `end` needs and the archive lacks.

    `history` is that of the timeline of `end`; it is needed when `begin` is on another.

    Raises:
        DataError: the history does not lead from the one to the other.
    """
    there = _by_timeline(present, size)
    lacking = {
        timeline: _subtract(first, last, there.get(timeline, []))
        for timeline, first, last in _required(begin, end, size, history)
    }
    return _ranges(lacking, size)


def reach(
    begin: WalSegment,
    present: Iterable[SegmentRange],
    size: SegmentSize,
    history: TimelineHistory,
) -> WalSegment | None:
    """Return the last segment that replay from `begin` finds along a history."""
    there = _by_timeline(present, size)
    own = there.get(history.timeline, [])
    newest = max((last for _, last in own), default=0)
    far = max(newest, begin.number(size), _begin(history, history.timeline, size))
    end = WalSegment.numbered(far, timeline=history.timeline, size=size)
    found: WalSegment | None = None
    for timeline, first, last in _required(begin, end, size, history):
        gaps = _subtract(first, last, there.get(timeline, []))
        stop = gaps[0][0] - 1 if gaps else last
        if stop >= first:
            found = WalSegment.numbered(stop, timeline=timeline, size=size)
        if gaps:
            break
    return found


def _required(
    begin: WalSegment,
    end: WalSegment,
    size: SegmentSize,
    history: TimelineHistory | None,
) -> list[tuple[int, int, int]]:
    """Return timeline, first and last number of each stretch that replay reads."""
    first, last = begin.number(size), end.number(size)
    if history is None:
        if begin.timeline != end.timeline:
            raise DataError(
                f"without the history of timeline {end.timeline} nothing is known of"
                f" the WAL between '{begin}' and '{end}'"
            )
        return [(begin.timeline, first, last)] if first <= last else []
    if not history.leads_through(begin.timeline, begin.start(size)):
        raise DataError(
            f"WAL segment '{begin}' is not on the history of timeline"
            f" {history.timeline}"
        )
    stretches = []
    lines = history.timelines
    for timeline, following in zip(lines, (*lines[1:], None)):
        low = max(first, _begin(history, timeline, size))
        high = last
        if following is not None:
            high = min(high, _begin(history, following, size) - 1)
        if low <= high:
            stretches.append((timeline, low, high))
    return stretches


def _begin(history: TimelineHistory, timeline: int, size: SegmentSize) -> int:
    return history.begin_of(timeline).value // size.size


def _by_timeline(
    ranges: Iterable[SegmentRange], size: SegmentSize
) -> dict[int, Numbers]:
    found: dict[int, Numbers] = {}
    for each in ranges:
        found.setdefault(each.first.timeline, []).append(
            (each.first.number(size), each.last.number(size))
        )
    return {timeline: _merged(numbers) for timeline, numbers in found.items()}


def _merged(numbers: Numbers) -> Numbers:
    """Return disjoint, ascending ranges that do not touch."""
    merged: Numbers = []
    for first, last in sorted(numbers):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return merged


def _subtract(first: int, last: int, there: Sequence[tuple[int, int]]) -> Numbers:
    """Return what of first..last is not in ascending, disjoint ranges."""
    lacking: Numbers = []
    for low, high in there:
        if high < first:
            continue
        if low > last:
            break
        if low > first:
            lacking.append((first, low - 1))
        first = high + 1
    if first <= last:
        lacking.append((first, last))
    return lacking


def _ranges(numbers: dict[int, Numbers], size: SegmentSize) -> tuple[SegmentRange, ...]:
    return tuple(
        SegmentRange(
            WalSegment.numbered(first, timeline=timeline, size=size),
            WalSegment.numbered(last, timeline=timeline, size=size),
        )
        for timeline in sorted(numbers)
        for first, last in numbers[timeline]
    )
