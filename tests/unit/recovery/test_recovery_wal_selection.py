# SPDX-License-Identifier: MIT
"""Which WAL a recovery is given, along which history, and where it would stumble."""

from __future__ import annotations

import pytest

from barman.model.continuity import SegmentRange
from barman.model.lsn import Lsn
from barman.model.segment import MIB, SegmentSize, WalSegment
from barman.model.timeline import Fork, TimelineHistory
from barman.recovery.wal_selection import WalPath, WalSelection, select_wal

SIZE = SegmentSize()


def name(timeline: int, number: int) -> str:
    return str(WalSegment.numbered(number, timeline=timeline, size=SIZE))


def segment(timeline: int, number: int) -> WalSegment:
    return WalSegment.numbered(number, timeline=timeline, size=SIZE)


def path(begin: int, *, last: int | None = None, fork: int | None = None) -> WalPath:
    """Return the path from segment `begin`; `fork` is where timeline 2 leaves 1."""
    history = TimelineHistory(1)
    if fork is not None:
        history = TimelineHistory(2, (Fork(1, Lsn(fork * 16 * MIB + 100)),))
    return WalPath(
        begin=segment(1, begin),
        history=history,
        size=SIZE,
        last=None if last is None else segment(history.timeline, last),
    )


def test_everything_from_the_begin_on_with_labels_and_histories() -> None:
    names = [
        name(1, 2),
        name(1, 3),
        name(1, 3) + ".00000028.backup",
        "00000002.history",
    ]
    assert select_wal([*names, name(1, 4) + ".partial"], path(3)) == WalSelection(
        names=(name(1, 3), name(1, 3) + ".00000028.backup", "00000002.history"),
        gaps=(),
    )


def test_one_more_than_the_last_because_a_switch_may_end_it() -> None:
    names = [name(1, n) for n in range(10)]
    selection = select_wal(names, path(3, last=5))
    assert selection.names == tuple(name(1, n) for n in (3, 4, 5, 6))
    assert selection.gaps == ()


def test_inv_061_across_a_fork_the_segment_of_the_child_counts() -> None:
    names = [name(1, 3), name(1, 4), name(2, 5), name(2, 6), "00000002.history"]
    selection = select_wal(names, path(3, fork=5))
    assert selection.names == tuple(sorted(names))
    assert selection.gaps == ()


def test_inv_061_a_segment_missing_at_the_fork_is_a_gap() -> None:
    names = [name(1, 3), name(1, 4), name(1, 5), name(2, 6)]
    assert select_wal(names, path(3, fork=5)).gaps == (
        SegmentRange(segment(2, 5), segment(2, 5)),
    )


def test_inv_103_every_gap_is_named_whole() -> None:
    names = [name(1, 3), name(1, 6), name(1, 8)]
    assert select_wal(names, path(3)).gaps == (
        SegmentRange(segment(1, 4), segment(1, 5)),
        SegmentRange(segment(1, 7), segment(1, 7)),
    )


def test_inv_103_what_is_needed_and_not_there_is_a_gap() -> None:
    assert select_wal([name(1, 3)], path(3, last=4)).gaps == (
        SegmentRange(segment(1, 4), segment(1, 4)),
    )


def test_another_branch_is_left_alone() -> None:
    selection = select_wal([name(1, 3), name(3, 4)], path(3))
    assert selection.names == (name(1, 3),)


@pytest.mark.parametrize("names", [[], ["00000002.history"]])
def test_an_empty_archive(names: list[str]) -> None:
    assert select_wal(names, path(3)) == WalSelection(names=tuple(names), gaps=())
