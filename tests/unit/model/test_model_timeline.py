# SPDX-License-Identifier: MIT
import pytest

from barman.errors import DataError
from barman.model.lsn import Lsn
from barman.model.segment import SegmentSize
from barman.model.timeline import Fork, TimelineHistory

TEXT = (
    "1\t0/3000000\tno recovery target specified\n"
    "\n"
    "2\t0/5000100\tbefore 2026-11-22 16:59:01+00\n"
)
HISTORY = TimelineHistory(
    10,
    (
        Fork(1, Lsn.parse("0/3000000"), "no recovery target specified"),
        Fork(2, Lsn.parse("0/5000100"), "before 2026-11-22 16:59:01+00"),
    ),
)


def test_a_history_is_read_and_written_as_postgresql_writes_it() -> None:
    assert TimelineHistory.parse(10, TEXT) == HISTORY
    assert str(HISTORY) == TEXT


def test_comments_blank_lines_and_missing_reasons_are_read() -> None:
    text = "# a comment\n\n  1 0/3000000\n"
    assert TimelineHistory.parse(2, text) == TimelineHistory(
        2, (Fork(1, Lsn.parse("0/3000000")),)
    )


def test_the_first_timeline_has_no_forks() -> None:
    first = TimelineHistory.parse(1, "")
    assert first == TimelineHistory(1)
    assert (first.parent_of(1), first.begin_of(1), first.end_of(1)) == (
        None,
        Lsn(0),
        None,
    )


@pytest.mark.parametrize(
    "text",
    ["x\t0/3\tr", "1", "1\tnowhere\tr", "1/2 3", "-1\t0/3", "12345678901\t0/3"],
)
def test_damaged_lines_are_told(text: str) -> None:
    with pytest.raises(DataError, match="invalid line in the history of timeline 2"):
        TimelineHistory.parse(2, text)


@pytest.mark.parametrize("text", ["2\t0/3\t", "3\t0/3\t", "1\t0/3\t\n1\t0/4\t"])
def test_timelines_must_ascend(text: str) -> None:
    with pytest.raises(DataError, match="does not ascend"):
        TimelineHistory.parse(2, text)


def test_forks_must_not_go_back_in_the_log() -> None:
    with pytest.raises(DataError, match="out of order"):
        TimelineHistory.parse(3, "1\t0/5\t\n2\t0/4\t")


def test_ancestry() -> None:
    assert HISTORY.timelines == (1, 2, 10)
    assert [HISTORY.parent_of(each) for each in (1, 2, 10)] == [None, 1, 2]
    assert [str(HISTORY.begin_of(each)) for each in (1, 2, 10)] == [
        "0/0",
        "0/3000000",
        "0/5000100",
    ]
    with pytest.raises(DataError, match="timeline 3 is not in the history"):
        HISTORY.parent_of(3)


@pytest.mark.parametrize(
    ("lsn", "owner"),
    [
        ("0/0", 1),
        ("0/2FFFFFF", 1),
        ("0/3000000", 2),
        ("0/50000FF", 2),
        ("0/5000100", 10),
    ],
)
def test_the_byte_at_a_fork_belongs_to_the_new_timeline(lsn: str, owner: int) -> None:
    assert HISTORY.owner_of(Lsn.parse(lsn)) == owner


def test_the_segment_of_a_fork_bears_the_new_name() -> None:
    size = SegmentSize()
    owners = [HISTORY.owner_of_segment(number, size) for number in range(7)]
    assert owners == [1, 1, 1, 2, 2, 10, 10]


@pytest.mark.parametrize(
    ("timeline", "end_lsn", "leads"),
    [
        (1, "0/3000000", True),
        (1, "0/3000001", False),
        (2, "0/5000100", True),
        (10, "9/0", True),
        (3, "0/0", False),
    ],
)
def test_a_history_leads_through_what_ended_before_its_forks(
    timeline: int, end_lsn: str, leads: bool
) -> None:
    assert HISTORY.leads_through(timeline, Lsn.parse(end_lsn)) is leads
