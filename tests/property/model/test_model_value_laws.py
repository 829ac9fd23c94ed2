# SPDX-License-Identifier: MIT
"""Laws of values: parse∘str is identity, order is byte order, next∘previous."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from barman.model.backup_id import BackupId
from barman.model.conninfo import Conninfo, redact
from barman.model.continuity import SegmentRange, coverage, missing, reach
from barman.model.label import BackupLabel
from barman.model.lsn import Lsn
from barman.model.manifest import ManifestEntry, parse, render
from barman.model.quantity import parse_size, parse_span
from barman.model.segment import MIB, SegmentSize, WalSegment
from barman.model.target import parse_timeline
from barman.model.timeline import Fork, TimelineHistory
from barman.model.wal_file import WalFile

sizes = st.builds(lambda power: SegmentSize(MIB << power), st.integers(0, 10))
timelines = st.integers(1, 0xFFFFFFFF)
lsns = st.builds(Lsn, st.integers(0, (1 << 64) - 1))
reasons = st.text(st.characters(codec="ascii", categories=["L", "N"]), max_size=9)


@st.composite
def segments(draw: st.DrawFn, size: SegmentSize) -> WalSegment:
    log = draw(st.integers(0, 0xFFFFFFFE))
    return WalSegment(draw(timelines), log, draw(st.integers(0, size.per_log - 1)))


@st.composite
def histories(draw: st.DrawFn) -> TimelineHistory:
    lines = sorted(draw(st.sets(st.integers(1, 40), min_size=1, max_size=5)))
    places = sorted(draw(lsns) for _ in lines[1:])
    forks = (Fork(line, lsn, draw(reasons)) for line, lsn in zip(lines, places))
    return TimelineHistory(lines[-1], tuple(forks))


@given(lsns, lsns)
def test_lsns(one: Lsn, other: Lsn) -> None:
    assert Lsn.parse(str(one)) == one
    assert (one < other) == (one.value < other.value)
    assert Lsn(0) + (one - Lsn(0)) == one


@given(st.data(), sizes)
def test_segments(data: st.DataObject, size: SegmentSize) -> None:
    one, other = data.draw(segments(size)), data.draw(segments(size))
    assert WalSegment.parse(str(one)) == one
    assert WalSegment.parse(str(one).lower()) == one
    assert (one < other) == (str(one).encode() < str(other).encode())
    assert one.next(size).previous(size) == one
    assert one < one.next(size)
    assert one.end(size) == one.next(size).start(size)
    assert (
        WalSegment.numbered(one.number(size), timeline=one.timeline, size=size) == one
    )


@given(lsns, timelines, sizes)
def test_a_segment_holds_its_lsn(lsn: Lsn, timeline: int, size: SegmentSize) -> None:
    segment = WalSegment.holding(lsn, timeline=timeline, size=size)
    assert segment.start(size) + size.offset(lsn) == lsn
    ending = WalSegment.ending_at(lsn, timeline=timeline, size=size)
    assert ending == segment or (
        size.offset(lsn) == 0 and ending == segment.previous(size)
    )


@given(st.from_regex(r"[0-9A-F]{24}(\.partial|\.[0-9A-F]{8}\.backup)?", fullmatch=True))
def test_wal_files(name: str) -> None:
    wal = WalFile(name)
    assert str(wal) == name
    assert str(wal.segment) == name[:24]
    assert wal.relative_path.split("/") == [name[:16], name]


@given(st.datetimes(), st.datetimes())
def test_ids_are_ordered_as_their_moments(one, other) -> None:
    one, other = one.replace(microsecond=0), other.replace(microsecond=0)
    if one.year < 1000 or other.year < 1000:
        return
    assert (BackupId.at(one) < BackupId.at(other)) == (one < other)


@given(histories(), lsns)
def test_histories(history: TimelineHistory, lsn: Lsn) -> None:
    assert TimelineHistory.parse(history.timeline, str(history)) == history
    owner = history.owner_of(lsn)
    end = history.end_of(owner)
    assert history.begin_of(owner) <= lsn
    assert end is None or lsn < end
    lines = history.timelines
    assert [history.parent_of(each) for each in lines] == [None, *lines[:-1]]


numbers = st.sets(st.integers(0, 60))


def _names(timeline: int, found: set[int], size: SegmentSize) -> list[str]:
    return [
        str(WalSegment.numbered(each, timeline=timeline, size=size)) for each in found
    ]


def _members(ranges: tuple[SegmentRange, ...], size: SegmentSize) -> list[int]:
    return [
        number
        for each in ranges
        for number in range(each.first.number(size), each.last.number(size) + 1)
    ]


@given(st.data(), numbers, sizes)
def test_ranges_are_what_is_there(
    data: st.DataObject, found: set[int], size: SegmentSize
) -> None:
    names = data.draw(st.permutations(_names(7, found, size)))
    ranges = coverage([*names, *names[:3]], size)
    assert _members(ranges, size) == sorted(found)
    assert all(
        one.last.number(size) + 1 < other.first.number(size)
        for one, other in pairwise(ranges)
    )


@given(numbers, st.integers(0, 60), st.integers(0, 60), sizes)
def test_what_is_there_and_what_is_missing_partition_the_range(
    found: set[int], begin: int, end: int, size: SegmentSize
) -> None:
    present = coverage(_names(1, found, size), size)
    first = WalSegment.numbered(begin, timeline=1, size=size)
    last = WalSegment.numbered(end, timeline=1, size=size)
    gaps = _members(missing(first, last, present, size), size)
    wanted = set(range(begin, end + 1))
    assert gaps == sorted(wanted - found)


@given(st.data(), st.integers(0, 12))
def test_inv_061_continuity_across_forks_is_that_of_each_segment(
    data: st.DataObject, begin: int
) -> None:
    size = SegmentSize()
    offsets = st.integers(0, 12 * size.size).map(Lsn)
    forks = sorted([data.draw(offsets), data.draw(offsets)])
    history = TimelineHistory(5, (Fork(1, forks[0]), Fork(3, forks[1])))
    there = {line: data.draw(st.sets(st.integers(0, 15))) for line in (1, 3, 5)}
    names = [name for line in there for name in _names(line, there[line], size)]
    present = coverage(names, size)
    start = history.owner_of_segment(begin, size)
    first = WalSegment.numbered(begin, timeline=start, size=size)
    last = WalSegment.numbered(15, timeline=5, size=size)
    lacking = {
        number: history.owner_of_segment(number, size)
        for number in range(begin, 16)
        if number not in there[history.owner_of_segment(number, size)]
    }
    gaps = missing(first, last, present, size, history)
    assert _members(gaps, size) == sorted(lacking)
    assert {each.first.timeline for each in gaps} == set(lacking.values())
    reached = reach(first, present, size, history)
    if lacking:
        whole = min(lacking) - begin
        assert (reached.number(size) if reached else begin - 1) == begin + whole - 1


@given(
    st.dictionaries(
        st.from_regex(r"[a-z_]{1,8}", fullmatch=True),
        st.text(st.characters(exclude_categories=["Z", "C"])),
        min_size=1,
    )
)
def test_conninfos_without_blanks(parameters: dict[str, str]) -> None:
    conninfo = Conninfo(tuple(parameters.items()))
    assert Conninfo.parse(str(conninfo)) == conninfo


@given(
    st.text(st.characters(exclude_categories=["C"]), min_size=1),
    st.sampled_from(["password", "sslpassword"]),
)
def test_no_password_that_is_written_is_shown(password: str, key: str) -> None:
    conninfo = Conninfo((("host", "h"), (key, password), ("user", "u")))
    shown = redact(f"failed: {conninfo} (see log)")
    assert shown == f"failed: host=h {key}=*REDACTED* user=u (see log)"


@given(st.lists(st.tuples(st.binary(max_size=9), st.integers(0, 1 << 40))))
def test_manifests(files: list[tuple[bytes, int]]) -> None:
    entries = tuple(
        ManifestEntry(
            path.decode(errors="surrogateescape"), size, "2026-01-01", "SHA256", "00"
        )
        for path, size in files
    )
    assert parse("".join(render(entries)).encode()).entries == entries


@given(lsns, timelines, sizes)
def test_labels(lsn: Lsn, timeline: int, size: SegmentSize) -> None:
    segment = WalSegment.holding(lsn, timeline=timeline, size=size)
    label = BackupLabel.parse(
        f"START WAL LOCATION: {lsn} (file {segment})\nSTART TIMELINE: {timeline}\n"
    )
    assert label == BackupLabel(begin_lsn=lsn, begin_segment=segment, timeline=timeline)


@given(st.integers(0, 10**6 - 1), timelines)
def test_quantities(number: int, timeline: int) -> None:
    assert parse_size(f"{number}Gi") == number << 30
    assert parse_span(f"{number} days") == timedelta(days=number)
    assert parse_timeline(str(timeline)) == timeline
