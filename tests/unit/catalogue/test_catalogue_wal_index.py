# SPDX-License-Identifier: MIT
from __future__ import annotations

import gzip
import os

import pytest

from barman.catalogue.wal_accounting import WalAccounting
from barman.catalogue.wal_entry import WalEntry
from barman.errors import DataError, FileError, NotFoundError
from barman.model.frozen import replace
from barman.model.segment import WalSegment
from barman.model.wal_file import WalFileKind
from barman.system.locks import Locks
from tests.fakes.backups import a_backup
from tests.fakes.catalogue import (
    LockFake,
    a_layout,
    an_entry,
    an_index,
    put,
    put_wal,
    read,
    segment_name,
)


@pytest.fixture
def layout(tmp_path):
    layout = a_layout(tmp_path)
    os.makedirs(layout.wals)
    return layout


@pytest.fixture
def lock():
    return LockFake()


@pytest.fixture
def index(layout, lock):
    return an_index(layout, lock)


def entries(*numbers: int) -> list[WalEntry]:
    return [an_entry(number) for number in numbers]


def test_what_is_appended_is_there_in_order(index, layout):
    index.append(entries(1, 2))
    index.append(entries(3))
    assert list(index.entries()) == entries(1, 2, 3)
    assert list(index.names()) == [segment_name(number) for number in (1, 2, 3)]
    assert read(layout.xlogdb_path).count(b"\n") == 3


def test_a_range_is_read(index):
    label = WalEntry(f"{segment_name(3)}.00000028.backup", 1, 1.0)
    lower = replace(an_entry(10), name=segment_name(10).lower())
    index.append([*entries(1, 2, 3), label, *entries(4), lower, *entries(11)])
    first, last = segment_name(2), segment_name(4)
    assert list(index.entries(first, last)) == [*entries(2, 3), label, *entries(4)]
    assert list(index.entries(segment_name(10))) == [lower, *entries(11)]
    assert list(index.entries(None, segment_name(1))) == entries(1)


def test_one_entry_is_found_by_its_exact_name(index):
    label = WalEntry(f"{segment_name(3)}.00000028.backup", 1, 1.0)
    index.append([*entries(1), label, *entries(4)])
    assert index.find(segment_name(3)) is None
    assert index.find(label.name) == label
    assert index.find(segment_name(4)) == an_entry(4)


def test_chosen_entries_are_those_whose_names_are_wanted(index, lock):
    index.append(entries(1, 2, 3))
    wanted = {segment_name(3), segment_name(1), segment_name(9)}
    assert list(index.chosen(wanted.__contains__)) == entries(1, 3)
    assert not lock.is_held


def test_damage_stops_whoever_chooses(index, layout):
    put(layout.xlogdb_path, an_entry(1).render() + b"garbage\n")
    with pytest.raises(DataError, match="line 2"):
        list(index.chosen(lambda name: False))


def test_nothing_to_append_changes_nothing(index, layout, lock):
    index.append([])
    assert not os.path.lexists(layout.xlogdb_path)
    assert lock.taken == 0


def test_emptiness_needs_no_lock_and_rebuilds_nothing(index, layout, lock):
    put_wal(layout, segment_name(1))
    assert index.is_empty()
    put(layout.xlogdb_path)
    assert index.is_empty()
    index.append(entries(1))
    taken = lock.taken
    assert not index.is_empty()
    assert lock.taken == taken


def test_inv_042_every_access_holds_the_lock_once(index, lock):
    index.append(entries(1, 2))
    for access in (
        lambda: list(index.entries()),
        lambda: list(index.names()),
        lambda: index.find(segment_name(1)),
        lambda: index.account([]),
        lambda: index.append(entries(3)),
        lambda: index.remove([segment_name(3)]),
        index.rebuild,
    ):
        taken = lock.taken
        access()
        assert (lock.taken, lock.is_held) == (taken + 1, False)


def test_several_accesses_share_one_lock(index, lock):
    with index.held:
        index.append(entries(1))
        assert index.find(segment_name(1)) == an_entry(1)
        with index.held:
            index.remove([segment_name(1)])
        assert lock.is_held
    assert (lock.taken, lock.is_held) == (1, False)


def test_a_lock_that_cannot_be_had_is_not_released(layout):
    def busy() -> LockFake:
        raise FileError("busy")

    index = an_index(layout, busy)
    for _ in range(2):
        with pytest.raises(FileError, match="busy"):
            index.append(entries(1))
    assert index.is_empty()


def test_an_iterator_that_is_closed_frees_the_lock(index, lock):
    index.append(entries(1, 2))
    iterator = index.entries()
    assert next(iterator) == an_entry(1)
    assert lock.is_held
    iterator.close()
    assert not lock.is_held


def test_the_real_lock_fits(layout, tmp_path):
    index = an_index(layout, Locks(f"{tmp_path}", "main").xlogdb)
    with index.held:
        index.append(entries(1))
    assert list(index.entries()) == entries(1)
    assert os.path.exists(f"{tmp_path}/.main-xlogdb.lock")


def test_lines_are_removed_by_name(index):
    history = WalEntry("00000002.history", 1, 1.0)
    index.append([*entries(1, 2), history, *entries(1, 3)])
    assert index.remove({segment_name(1), segment_name(9)}) == 2
    assert list(index.entries()) == [*entries(2), history, *entries(3)]
    assert index.remove([]) == 0


def test_removing_keeps_lines_that_cannot_be_read(index, layout):
    damaged = b"garbage\n\n"
    put(layout.xlogdb_path, an_entry(1).render() + damaged + an_entry(2).render())
    assert index.remove([segment_name(1)]) == 1
    assert read(layout.xlogdb_path) == damaged + an_entry(2).render()


def test_removing_from_nothing_removes_nothing(tmp_path, lock):
    layout = a_layout(tmp_path)
    assert an_index(layout, lock).remove([segment_name(1)]) == 0
    assert not os.path.lexists(layout.wals)


def test_a_missing_index_is_rebuilt_when_it_is_needed(index, layout):
    put_wal(layout, segment_name(1), gzip.compress(b"x"), mtime=5.5)
    put(layout.old_xlogdb_path, "never read")
    size = len(gzip.compress(b"x"))
    assert list(index.entries()) == [WalEntry(segment_name(1), size, 5.5, "gzip")]
    assert not os.path.lexists(layout.old_xlogdb_path)
    assert not index.is_empty()


def test_a_rebuild_does_not_list_twice_what_is_about_to_be_added(index, layout):
    put_wal(layout, segment_name(1), mtime=1.0)
    put_wal(layout, segment_name(2), mtime=2.0)
    index.append([an_entry(2, size=77)])
    assert list(index.entries()) == [an_entry(1, size=3), an_entry(2, size=77)]


def test_without_an_archive_there_is_nothing_to_rebuild(tmp_path, lock):
    layout = a_layout(tmp_path)
    index = an_index(layout, lock)
    assert list(index.entries()) == []
    assert not os.path.lexists(layout.wals)
    put(layout.xlogdb_path.replace("/wals/", "/elsewhere/"))
    with pytest.raises(NotFoundError, match="is not a directory"):
        index.rebuild()


def test_inv_044_a_rebuild_keeps_partials(index, layout):
    names = [
        segment_name(1),
        f"{segment_name(1)}.00000028.backup",
        f"{segment_name(2)}.partial",
        "00000002.history",
        segment_name(2, 2),
    ]
    for name in names:
        put_wal(layout, name)
    stray = put(f"{layout.wals}/0000000100000000/{segment_name(1)}.compressed")
    put(layout.xlogdb_path, "garbage\n")
    rebuilt = index.rebuild()
    assert list(index.names()) == names
    assert rebuilt.counts == {
        WalFileKind.SEGMENT: 2,
        WalFileKind.PARTIAL: 1,
        WalFileKind.LABEL: 1,
        WalFileKind.HISTORY: 1,
    }
    assert rebuilt.ignored == (stray,)


def test_the_caller_says_what_stored_files_are_compressed_with(layout, lock):
    index = an_index(layout, lock, identify=lambda head: "custom")
    put_wal(layout, segment_name(1))
    assert [entry.compression for entry in index.entries()] == ["custom"]


def test_a_crash_while_appending_is_mended_by_whoever_comes_next(index, layout):
    put_wal(layout, segment_name(2), b"12345", mtime=2.0)
    put(layout.xlogdb_path, an_entry(1).render() + an_entry(2).render()[:30])
    assert list(index.entries()) == [an_entry(1), an_entry(2, size=5)]
    put(layout.xlogdb_path, an_entry(1).render() + an_entry(3).render()[:10])
    index.append(entries(3))
    assert list(index.entries()) == entries(1, 3)


def test_damage_is_told_with_file_line_and_hint(index, layout):
    put(layout.xlogdb_path, an_entry(1).render() + b"garbage\t1\t1.0\n")
    for access in (
        lambda: list(index.entries()),
        lambda: list(index.names()),
        lambda: index.account([]),
    ):
        with pytest.raises(DataError) as caught:
            access()
        assert str(caught.value) == (
            f"\"{layout.xlogdb_path}\", line 2: 'garbage' is not a valid wal file name"
        )
        assert caught.value.hint == (
            "Run 'barman rebuild-xlogdb main' to make it anew from the WAL files."
        )


def test_inv_078_an_index_that_cannot_be_read_is_not_empty(index, layout):
    os.makedirs(layout.xlogdb_path)
    for access in (lambda: list(index.entries()), lambda: index.account([])):
        with pytest.raises(FileError):
            access()


def test_one_backup_is_accounted_up_to_the_next_one(index):
    index.append(entries(*range(1, 10)))
    first = a_backup("20260101T000000", segment=2, length=1)
    second = a_backup("20260102T000000", segment=6)
    assert index.accounting(first, second) == WalAccounting(
        count=2,
        size=200,
        count_after=3,
        size_after=300,
        last=WalSegment.parse(segment_name(6)),
        first_time=2.0,
        last_time=6.0,
    )
    assert index.accounting(second, None).count_after == 3
    assert index.accounting(a_backup("20260103T000000"), None) == WalAccounting()
    assert index.account([first, second])[first.id] == index.accounting(first, second)
