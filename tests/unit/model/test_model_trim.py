# SPDX-License-Identifier: MIT
import pytest

from barman.model.backup_id import BackupId
from barman.model.keep import KeepTarget
from barman.model.trim import Trim, trim_before_first, what_to_trim
from tests.fakes.backups import a_backup, by_id

SEGMENTS = [f"0000000100000000000000{number:02X}" for number in range(19)]
BACKUPS = {n: a_backup(f"{n:02}", segment=n, length=1) for n in (2, 6, 10, 14)}
ALL = by_id(*BACKUPS.values())


def left(trim: Trim | None, names=SEGMENTS) -> list[str]:
    """Return the last two digits of what stays."""
    if trim is None:
        return [name[22:] for name in names]
    goes = trim.goes()
    return [name[22:] for name in names if not goes(name)]


def digits(*numbers: int) -> list[str]:
    return [f"{number:02X}" for number in numbers]


def keeps(**targets: KeepTarget) -> dict[BackupId, KeepTarget]:
    return {BackupId(id.strip("_")): target for id, target in targets.items()}


@pytest.mark.parametrize("by_retention", [True, False])
def test_examples_without_keeps(by_retention: bool) -> None:
    def after(number: int, backups=ALL) -> list[str]:
        return left(
            what_to_trim(BACKUPS[number], backups, {}, by_retention=by_retention)
        )

    assert after(2) == digits(*range(6, 19))
    assert after(10) == digits(*range(19))
    assert after(14) == digits(*range(19))
    assert after(14, by_id(BACKUPS[14])) == digits(*range(14, 19))


def test_inv_069_retention_cuts_around_a_standalone_backup() -> None:
    kept = keeps(_02=KeepTarget.STANDALONE)
    after = what_to_trim(BACKUPS[6], ALL, kept, by_retention=True)
    assert left(after) == digits(2, 3, *range(10, 19))
    lower_case = [name.lower() for name in SEGMENTS]
    assert left(after, lower_case) == [d.lower() for d in left(after)]


def test_inv_069_an_operator_does_not_cut_around_a_standalone_backup() -> None:
    kept = keeps(_02=KeepTarget.STANDALONE)
    assert what_to_trim(BACKUPS[6], ALL, kept, by_retention=False) is None


def test_inv_069_a_pin_in_the_middle_keeps_all_wal_since() -> None:
    kept = keeps(_02=KeepTarget.STANDALONE, _06=KeepTarget.FULL)
    assert what_to_trim(BACKUPS[10], ALL, kept, by_retention=True) is None


def test_a_standalone_backup_of_unknown_range_keeps_everything() -> None:
    odd = a_backup("02")
    kept = keeps(_02=KeepTarget.STANDALONE)
    assert (
        what_to_trim(BACKUPS[6], by_id(odd, BACKUPS[6]), kept, by_retention=True)
        is None
    )


@pytest.mark.parametrize("mode", ["postgres", "rsync-exclusive"])
def test_nothing_goes_when_the_beginning_is_unknown(mode: str) -> None:
    failed = a_backup("20", status="FAILED", mode=mode)
    assert what_to_trim(failed, by_id(failed), {}, by_retention=False) is None
    assert (
        what_to_trim(
            BACKUPS[14], by_id(a_backup("20", mode=mode)), {}, by_retention=True
        )
        is None
    )


def test_the_only_exclusive_backup_takes_all_wal_with_it() -> None:
    exclusive = a_backup("20", segment=6, mode="rsync-exclusive")
    failed = a_backup("21", status="FAILED")
    trim = what_to_trim(exclusive, by_id(exclusive, failed), {}, by_retention=False)
    assert left(trim, [*SEGMENTS, "00000002.history"]) == [""]


def test_inv_068_not_while_another_one_is_being_taken() -> None:
    exclusive = a_backup("20", segment=6, mode="rsync-exclusive")
    started = a_backup("21", status="EMPTY")
    trim = what_to_trim(exclusive, by_id(exclusive, started), {}, by_retention=False)
    assert left(trim) == digits(*range(6, 19))


def test_failed_and_unfinished_backups_do_not_hold_wal_back() -> None:
    others = [
        a_backup("00", segment=0, status="FAILED"),
        a_backup("01", segment=1, status="STARTED"),
    ]
    trim = what_to_trim(
        BACKUPS[2], by_id(*others, *BACKUPS.values()), {}, by_retention=True
    )
    assert left(trim) == digits(*range(6, 19))


def test_inv_072_a_backup_of_a_later_id_that_begins_earlier_keeps_its_wal() -> None:
    """The wall clock went back an hour between the two backups."""
    backups = by_id(BACKUPS[2], a_backup("03", segment=9), a_backup("04", segment=5))
    trim = what_to_trim(BACKUPS[2], backups, {}, by_retention=True)
    assert left(trim) == digits(*range(5, 19))


def test_timelines_of_other_backups_stay_and_lower_ones_go() -> None:
    names = [
        "00000001000000000000000F",
        "00000002000000000000000F",
        "000000030000000000000001",
        "00000003000000000000000F",
        "000000040000000000000000",
        "00000004.history",
    ]
    deleted = a_backup("1", segment=5, timeline=1)
    following = a_backup("2", segment=15, timeline=3)
    other = a_backup("3", segment=20, timeline=2)
    trim = what_to_trim(
        deleted, by_id(deleted, following, other), {}, by_retention=True
    )
    assert trim is not None
    assert [name for name in names if trim.goes()(name)] == [names[0], names[2]]


def test_inv_047_timelines_are_hexadecimal() -> None:
    trim = what_to_trim(
        a_backup("1", segment=0, timeline=9),
        by_id(a_backup("2", segment=0, timeline=16), a_backup("3", timeline=10)),
        {},
        by_retention=True,
    )
    assert trim == Trim("000000100000000000000000", frozenset({"0000000A"}))


def test_inv_045_history_label_and_partial_files() -> None:
    names = [
        "00000001.history",
        "000000010000000000000005.00000028.backup",
        "000000010000000000000005.partial",
        "000000010000000000000006.00000028.backup",
        "000000010000000000000006.partial",
    ]
    trim = what_to_trim(BACKUPS[2], ALL, {}, by_retention=True)
    assert trim is not None
    assert [name for name in names if trim.goes()(name)] == names[1:3]
    protected = Trim("0000000100000000000000FF", ranges=((SEGMENTS[5], SEGMENTS[5]),))
    assert [name for name in names if protected.goes()(name)] == names[3:]


@pytest.mark.parametrize(
    "name", ["", "..", "000000010000000000000001/../../x", "0000000100000000000000"]
)
def test_what_is_no_wal_file_stays(name: str) -> None:
    assert not Trim("9").goes()(name)


def test_the_first_backup_sets_free_what_precedes_it() -> None:
    failed = a_backup("05", status="FAILED", segment=1)
    assert left(trim_before_first(BACKUPS[6], by_id(failed, BACKUPS[6]))) == digits(
        *range(6, 19)
    )


@pytest.mark.parametrize(
    "first",
    [
        a_backup("06"),
        a_backup("06", status="FAILED"),
        a_backup("06", status="FAILED", segment=6),
        a_backup("06", status="EMPTY"),
    ],
)
def test_inv_070_a_first_backup_that_failed_or_has_not_begun_frees_nothing(
    first,
) -> None:
    assert trim_before_first(first, by_id(first)) is None


def test_a_backup_after_another_frees_nothing() -> None:
    assert trim_before_first(BACKUPS[6], ALL) is None
