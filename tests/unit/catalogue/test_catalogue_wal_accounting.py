# SPDX-License-Identifier: MIT
from __future__ import annotations

import pytest

from barman.catalogue.wal_accounting import WalAccounting, account
from barman.catalogue.wal_entry import InvalidWalEntry
from barman.model.backup import Backup
from barman.model.backup_id import BackupId
from barman.model.segment import WalSegment
from tests.fakes.catalogue import an_entry, segment_name


def a_backup(id: int, begin: int, end: int, timeline: int = 1) -> Backup:
    return Backup(
        id=BackupId(f"2026010{id}T000000"),
        server_name="main",
        mode="postgres",
        begin_segment=WalSegment.parse(segment_name(begin, timeline)),
        end_segment=WalSegment.parse(segment_name(end, timeline)),
    )


def lines(*numbers: int, timeline: int = 1) -> bytes:
    return b"".join(
        an_entry(number, timeline=timeline, size=number + 1).render()
        for number in numbers
    )


def of(blocks: list[bytes], *backups: Backup) -> list[WalAccounting]:
    result = account(blocks, backups)
    return [result[backup.id] for backup in backups]


def accounting(first: int, last: int, after: int, timeline: int = 1) -> WalAccounting:
    """Return what a whole stretch gives: first..last spanned, then until `after`."""
    return WalAccounting(
        count=last - first + 1,
        size=sum(range(first + 1, last + 2)),
        count_after=after - last,
        size_after=sum(range(last + 2, after + 2)),
        last=WalSegment.parse(segment_name(after, timeline)),
        first_time=float(first),
        last_time=float(after),
    )


def test_segments_are_counted_up_to_the_end_of_the_next_backup():
    backups = (a_backup(1, 2, 4), a_backup(2, 10, 11), a_backup(3, 300, 301))
    assert of([lines(*range(400))], *backups) == [
        accounting(2, 4, 11),
        accounting(10, 11, 301),
        accounting(300, 301, 399),
    ]


def test_blocks_order_and_repetition_do_not_matter():
    backups = (a_backup(1, 2, 4), a_backup(2, 10, 11))
    expected = [accounting(2, 4, 11), accounting(10, 11, 19)]
    whole = range(20)
    assert of([lines(n) for n in whole], *backups) == expected
    assert of([lines(*reversed(whole))], *backups) == expected
    assert of([lines(*whole), lines(*whole)], *backups) == expected
    assert of([lines(*whole, *whole)], *backups) == expected
    assert of([lines(*whole[::2]), lines(*whole[1::2], 4)], *backups) == expected
    assert of([lines(*whole)], *reversed(backups)) == list(reversed(expected))


def test_only_whole_segments_count():
    block = lines(2, 3)
    for other in (
        "00000001.history",
        f"{segment_name(2)}.00000028.backup",
        f"{segment_name(3)}.partial",
    ):
        block += f"{other}\t999\t1.0\tNone\tNone\n".encode()
    assert of([block], a_backup(1, 2, 3)) == [accounting(2, 3, 3)]


def test_other_timelines_do_not_count():
    blocks = [lines(*range(6)), lines(5, 6, 7, timeline=2)]
    backups = (a_backup(1, 1, 2), a_backup(2, 6, 6, timeline=2))
    assert of(blocks, *backups) == [accounting(1, 2, 5), accounting(6, 6, 7, 2)]


def test_a_next_backup_that_lies_before_takes_nothing_away():
    blocks = [lines(*range(20))]
    assert of(blocks, a_backup(1, 10, 12), a_backup(2, 1, 2))[0] == (
        accounting(10, 12, 12)
    )


def test_lower_case_names_old_lines_and_blanks_are_counted():
    name = segment_name(10)
    block = (
        f"{name.lower()} 11 10.0\n{segment_name(11)}\t12\t11.0\tgzip\n"
        f"{segment_name(12)}\t13\t12.0\tgzip\tgpg\n"
    )
    assert of([block.encode()], a_backup(1, 10, 11)) == [accounting(10, 11, 12)]
    old = f"{segment_name(10)}\t11\t10.0\n{segment_name(11)}\t12\t11.0\n"
    assert of([old.encode()], a_backup(1, 10, 10)) == [accounting(10, 10, 11)]


def test_backups_without_begin_or_end_have_no_accounting():
    failed = Backup(id=BackupId("x"), server_name="main", mode="postgres")
    assert account([lines(1, 2)], [failed]) == {}
    assert of([], a_backup(1, 1, 2)) == [WalAccounting()]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"garbage\n", "line 4: 1 columns instead of 5"),
        (b"\n", "line 4: 0 columns instead of 5"),
        (b"0000000100000000000000ZZ\t1\t1.0\tNone\tNone\n", "line 4: '0000000100"),
        (b"00000001000000000000000\t1\t1.0\tNone\tNone\n", "line 4: '0000000100"),
        (
            b"000000010000000000000009\tx\t1.0\tNone\tNone\n",
            "line 4: 'x' is not a size",
        ),
        (b"000000010000000000000009\t9\tx\tNone\n", "line 4: 'x' is not a time"),
    ],
)
def test_a_damaged_line_is_told_by_its_number(line, reason):
    with pytest.raises(InvalidWalEntry) as caught:
        of([lines(1, 2), lines(3) + line + lines(4)], a_backup(1, 1, 2))
    assert str(caught.value).startswith(reason)


def test_a_damaged_time_is_told_where_it_is_needed():
    block = f"{segment_name(9)}\t1\tx\tNone\tNone\n".encode()
    with pytest.raises(InvalidWalEntry, match="'x' is not a time"):
        of([block], a_backup(1, 9, 9))


def test_a_line_too_long_and_one_too_short_do_not_make_two_right_ones():
    name = segment_name(9)
    block = f"{name}\t1\t1.0\tNone\tNone\tNone\n{name}\t1\t1.0\tNone\n".encode()
    with pytest.raises(InvalidWalEntry, match="line 1: 6 columns"):
        of([block], a_backup(1, 1, 2))
