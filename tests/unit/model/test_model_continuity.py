# SPDX-License-Identifier: MIT
import pytest

from barman.errors import DataError
from barman.model.continuity import SegmentRange, coverage, missing, reach
from barman.model.lsn import Lsn
from barman.model.segment import MIB, SegmentSize, WalSegment
from barman.model.timeline import Fork, TimelineHistory

SIZE = SegmentSize()
# Timeline 2 begins in the middle of segment 5, timeline 3 right at segment 8.
HISTORY = TimelineHistory(
    3, (Fork(1, Lsn(5 * SIZE.size + 100)), Fork(2, Lsn(8 * SIZE.size)))
)


def seg(timeline: int, number: int, size: SegmentSize = SIZE) -> WalSegment:
    return WalSegment.numbered(number, timeline=timeline, size=size)


def span(timeline: int, first: int, last: int) -> SegmentRange:
    return SegmentRange(seg(timeline, first), seg(timeline, last))


def names(timeline: int, *numbers: int) -> list[str]:
    return [str(seg(timeline, number)) for number in numbers]


def test_ranges_of_any_order_and_with_duplicates() -> None:
    found = coverage(
        [
            *names(2, 7, 8),
            *names(1, 3, 3, 4, 9),
            "00000002.history",
            *names(1, 2, 4, 255, 256),
            "000000010000000000000005.partial",
            "000000010000000000000006.00000028.backup",
        ],
        SIZE,
    )
    assert found == (
        span(1, 2, 4),
        span(1, 9, 9),
        span(1, 255, 256),
        span(2, 7, 8),
    )


def test_an_empty_archive_has_no_ranges() -> None:
    assert coverage([], SIZE) == ()


@pytest.mark.parametrize(
    ("mebibytes", "last_of_log"), [(1, 0xFFF), (16, 0xFF), (64, 0x3F), (1024, 3)]
)
def test_inv_046_ranges_cross_logs_at_every_segment_size(
    mebibytes: int, last_of_log: int
) -> None:
    size = SegmentSize(mebibytes * MIB)
    ends = [WalSegment(1, 0, last_of_log), WalSegment(1, 1, 0)]
    assert coverage(map(str, ends), size) == (SegmentRange(*ends),)
    impossible = WalSegment(1, 0, last_of_log + 1)
    assert coverage([str(impossible)], size) == ()


def test_inv_047_timelines_are_hexadecimal() -> None:
    found = coverage(names(9, 1) + names(10, 2) + names(16, 3), SIZE)
    assert found == (span(9, 1, 1), span(10, 2, 2), span(16, 3, 3))


def test_a_range_says_its_names_and_count() -> None:
    assert str(span(1, 2, 4)) == "000000010000000000000002..000000010000000000000004"
    assert str(span(1, 2, 2)) == "000000010000000000000002"
    assert span(1, 2, 4).count(SIZE) == 3


@pytest.mark.parametrize(
    ("begin", "end", "gaps"),
    [
        (2, 4, ()),
        (2, 9, (span(1, 5, 6), span(1, 9, 9))),
        (5, 6, (span(1, 5, 6),)),
        (0, 3, (span(1, 0, 1),)),
        (7, 8, ()),
        (4, 3, ()),
    ],
)
def test_inv_103_gaps_that_matter_are_named_and_others_are_not(
    begin: int, end: int, gaps: tuple[SegmentRange, ...]
) -> None:
    present = (span(1, 2, 4), span(1, 7, 8), span(1, 11, 12))
    assert missing(seg(1, begin), seg(1, end), present, SIZE) == gaps


WHOLE = (span(1, 0, 4), span(2, 5, 7), span(3, 8, 20))


def test_inv_061_a_whole_log_across_forks() -> None:
    assert missing(seg(1, 2), seg(3, 12), WHOLE, SIZE, HISTORY) == ()
    assert missing(seg(2, 6), seg(3, 12), WHOLE, SIZE, HISTORY) == ()
    assert missing(seg(1, 2), seg(1, 3), WHOLE, SIZE, TimelineHistory(1)) == ()


@pytest.mark.parametrize(
    ("present", "gap"),
    [
        ((span(1, 0, 3), span(2, 5, 7), span(3, 8, 20)), span(1, 4, 4)),
        ((span(1, 0, 9), span(2, 6, 7), span(3, 8, 20)), span(2, 5, 5)),
        ((span(1, 0, 4), span(2, 5, 6), span(3, 8, 20)), span(2, 7, 7)),
        ((span(1, 0, 4), span(2, 5, 9), span(3, 9, 20)), span(3, 8, 8)),
        ((span(1, 0, 4), span(3, 8, 20)), span(2, 5, 7)),
    ],
)
def test_inv_061_a_segment_missing_at_a_fork_is_found(
    present: tuple[SegmentRange, ...], gap: SegmentRange
) -> None:
    assert missing(seg(1, 2), seg(3, 12), present, SIZE, HISTORY) == (gap,)


def test_forks_need_their_history() -> None:
    with pytest.raises(DataError, match="without the history of timeline 3"):
        missing(seg(1, 2), seg(3, 12), WHOLE, SIZE)


@pytest.mark.parametrize("begin", [seg(1, 6), seg(4, 2)])
def test_a_beginning_off_the_history_is_refused(begin: WalSegment) -> None:
    with pytest.raises(DataError, match="is not on the history of timeline 3"):
        missing(begin, seg(3, 12), WHOLE, SIZE, HISTORY)


@pytest.mark.parametrize(
    ("present", "last"),
    [
        (WHOLE, seg(3, 20)),
        ((span(1, 0, 4), span(2, 5, 6), span(3, 8, 20)), seg(2, 6)),
        ((span(1, 0, 4), span(3, 8, 20)), seg(1, 4)),
        ((span(1, 0, 4), span(2, 5, 7)), seg(2, 7)),
        ((span(1, 0, 4),), seg(1, 4)),
        ((span(1, 3, 4),), None),
        ((), None),
    ],
)
def test_how_far_replay_reaches(
    present: tuple[SegmentRange, ...], last: WalSegment | None
) -> None:
    assert reach(seg(1, 2), present, SIZE, HISTORY) == last
