# SPDX-License-Identifier: MIT
"""How much WAL each backup stands for, from one pass over the WAL index.

A million lines pass through here in a second at most, so no object is made for a
line that a slice can stand for: a block of lines becomes three columns, and sums are
taken of stretches of a column.  What a reader would get wrong: lines may be out of
order and may occur twice, and still count once.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import accumulate, islice
from operator import ge

from barman.catalogue.wal_entry import InvalidWalEntry, WalEntry, parse_time
from barman.model.frozen import frozen
from barman.model.segment import WalSegment
from barman.model.wal_file import is_wal_file_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from barman.model.backup import Backup
    from barman.model.backup_id import BackupId

_DIGITS = b"0123456789ABCDEF"
_NAME_LENGTH = 24
# Sorts after every digit: a name followed by it is the bound right after that name.
_AFTER = b"~"


@frozen(kw_only=True)
class WalAccounting:
    """The archived segments of a backup, and those after it up to the next one's end.

    `first_time` and `last_time` are those of the first and the last of all of them.
    """

    count: int = 0
    size: int = 0
    count_after: int = 0
    size_after: int = 0
    last: WalSegment | None = None
    first_time: float | None = None
    last_time: float | None = None


def account(
    blocks: Iterable[bytes], backups: Iterable[Backup]
) -> Mapping[BackupId, WalAccounting]:
    """Return the accounting of each backup that has a begin and an end.

    `blocks` are whole lines of the WAL index.  `backups` are those whose copy is
    complete: the next one of a backup is the one with the next id.
    """
    ledger = _Ledger(backups)
    distinct = _Distinct()
    line = 1
    for block in blocks:
        columns = _columns(block, first_line=line)
        line += block.count(b"\n")
        repeated = distinct.repeated(columns.names)
        ledger.add(columns.without(repeated))
    return ledger.result()


class _Columns:
    """The segments of a block of lines, ascending: names, sizes and times."""

    __slots__ = ("names", "sizes", "times")

    def __init__(
        self, names: list[bytes], sizes: list[bytes], times: list[bytes]
    ) -> None:
        self.names = names
        self.sizes = sizes
        self.times = times

    def at(self, positions: Iterable[int]) -> _Columns:
        """Return the lines at these positions, in their order."""
        kept = list(positions)
        return _Columns(
            [self.names[i] for i in kept],
            [self.sizes[i] for i in kept],
            [self.times[i] for i in kept],
        )

    def without(self, positions: set[int]) -> _Columns:
        """Return the lines that are not at these positions."""
        if not positions:
            return self
        return self.at(i for i in range(len(self.names)) if i not in positions)

    def ascending(self) -> _Columns:
        """Return the lines by ascending name, each name once: its first line."""
        names = self.names
        if not any(map(ge, names, islice(names, 1, None))):
            return self
        first = {name: i for i, name in reversed(list(enumerate(names)))}
        return self.at(first[name] for name in sorted(first))


def _columns(block: bytes, *, first_line: int) -> _Columns:
    """Split a block of whole lines; raise `InvalidWalEntry` with the line's number."""
    found = _uniform_columns(block)
    return (found or _parsed_columns(block, first_line)).ascending()


def _uniform_columns(block: bytes) -> _Columns | None:
    """Split lines that have the same number of columns; None where one is not right."""
    fields = block.split()
    width, rest = divmod(len(fields), block.count(b"\n"))
    if rest or not 3 <= width <= 5:
        return None
    names, sizes, times = fields[::width], fields[1::width], fields[2::width]
    if set(map(len, names)) != {_NAME_LENGTH}:
        odd = [i for i, name in enumerate(names) if len(name) != _NAME_LENGTH]
        for i in reversed(odd):
            if not is_wal_file_name(names[i].decode("ascii", "replace")):
                return None
            del names[i], sizes[i], times[i]
    # A line with too many columns shifts those after it: no size looks like a name.
    if b"".join(names).translate(None, _DIGITS):
        return None
    if sizes and not b"".join(sizes).isdigit():
        return None
    return _Columns(names, sizes, times)


def _parsed_columns(block: bytes, first_line: int) -> _Columns:
    names, sizes, times = [], [], []
    for number, line in enumerate(block.split(b"\n")[:-1], first_line):
        try:
            entry = WalEntry.parse(line)
        except InvalidWalEntry as error:
            raise InvalidWalEntry(f"line {number}: {error}") from error
        if len(entry.name) == _NAME_LENGTH:
            _, size, time, *_ = line.split()
            # Names in lower case are archived as they came and mean the same segment.
            names.append(entry.name.upper().encode())
            sizes.append(size)
            times.append(time)
    return _Columns(names, sizes, times)


class _Distinct:
    """The segments met so far: a bit for each, so that memory stays flat."""

    def __init__(self) -> None:
        self._seen: dict[bytes, int] = {}

    def repeated(self, names: Sequence[bytes]) -> set[int]:
        """Note ascending names; return the positions of those that came before."""
        positions: set[int] = set()
        start = 0
        while start < len(names):
            prefix = names[start][:21]
            stop = bisect_right(names, prefix + _AFTER, start)
            bits = _bits(names, start, stop)
            seen = self._seen.get(prefix, 0)
            if seen & bits:
                positions.update(
                    i for i in range(start, stop) if seen >> _place(names[i]) & 1
                )
            self._seen[prefix] = seen | bits
            start = stop
        return positions


def _place(name: bytes) -> int:
    return int(name[21:], 16)


def _bits(names: Sequence[bytes], start: int, stop: int) -> int:
    first, last = _place(names[start]), _place(names[stop - 1])
    if last - first == stop - start - 1:
        return ((1 << stop - start) - 1) << first
    return sum(1 << _place(name) for name in names[start:stop])


class _Slot:
    """What lies between two neighbouring bounds of any backups."""

    __slots__ = ("count", "first", "last", "size")

    def __init__(self) -> None:
        self.count = 0
        self.size = 0
        self.first: tuple[bytes, bytes] | None = None
        self.last: tuple[bytes, bytes] | None = None

    def add(self, columns: _Columns, start: int, stop: int) -> None:
        names, times = columns.names, columns.times
        self.count += stop - start
        self.size += sum(map(int, columns.sizes[start:stop]))
        first, last = (names[start], times[start]), (names[stop - 1], times[stop - 1])
        self.first = first if self.first is None else min(self.first, first)
        self.last = last if self.last is None else max(self.last, last)


@frozen()
class _Span:
    """The bounds of one backup: its begin, after its end, after the next one's end."""

    id: BackupId
    begin: bytes
    end: bytes
    limit: bytes


class _Ledger:
    """Sums for many backups at once: every line falls into one slot between bounds."""

    def __init__(self, backups: Iterable[Backup]) -> None:
        self._spans = _spans(backups)
        self._bounds = sorted(
            {bound for s in self._spans for bound in (s.begin, s.end, s.limit)}
        )
        self._slots = [_Slot() for _ in self._bounds]

    def add(self, columns: _Columns) -> None:
        """Count ascending lines that were not counted before."""
        names, bounds = columns.names, self._bounds
        if not names or not bounds:
            return
        slot = bisect_right(bounds, names[0]) - 1
        start = 0
        while start < len(names) and slot + 1 < len(bounds):
            stop = bisect_left(names, bounds[slot + 1], start)
            if slot >= 0 and stop > start:
                self._slots[slot].add(columns, start, stop)
            start = stop
            slot += 1

    def result(self) -> dict[BackupId, WalAccounting]:
        """Return what was counted, for each backup."""
        counts = [0, *accumulate(slot.count for slot in self._slots)]
        sizes = [0, *accumulate(slot.size for slot in self._slots)]
        result = {}
        for span in self._spans:
            begin, end, limit = (
                bisect_left(self._bounds, bound)
                for bound in (span.begin, span.end, span.limit)
            )
            used = [slot for slot in self._slots[begin:limit] if slot.count]
            first = used[0].first if used else None
            last = used[-1].last if used else None
            result[span.id] = WalAccounting(
                count=counts[end] - counts[begin],
                size=sizes[end] - sizes[begin],
                count_after=counts[limit] - counts[end],
                size_after=sizes[limit] - sizes[end],
                last=WalSegment.parse(last[0].decode()) if last else None,
                first_time=_time(first),
                last_time=_time(last),
            )
        return result


def _spans(backups: Iterable[Backup]) -> list[_Span]:
    ordered = sorted(backups, key=lambda backup: backup.id)
    spans = []
    next_end: bytes | None = None
    for backup in reversed(ordered):
        if backup.begin_segment is None or backup.end_segment is None:
            continue
        begin, end = (
            str(backup.begin_segment).encode(),
            str(backup.end_segment).encode(),
        )
        limit = begin[:8] + b"F" * 16
        if next_end is not None:
            limit = max(end, min(limit, next_end))
        spans.append(_Span(backup.id, begin, end + _AFTER, limit + _AFTER))
        next_end = end
    return spans


def _time(line: tuple[bytes, bytes] | None) -> float | None:
    return None if line is None else parse_time(line[1].decode("ascii", "replace"))
