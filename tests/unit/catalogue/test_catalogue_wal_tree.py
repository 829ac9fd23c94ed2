# SPDX-License-Identifier: MIT
from __future__ import annotations

import os

import pytest

from barman.catalogue.wal_tree import Found, WalTree
from barman.errors import FileError
from barman.model.segment import InvalidWalName, WalSegment
from barman.model.wal_file import WalFile
from tests.fakes.catalogue import a_layout, put, put_wal, segment_name


@pytest.fixture
def layout(tmp_path):
    return a_layout(tmp_path)


@pytest.fixture
def tree(layout):
    return WalTree(layout)


def test_a_new_server_has_an_empty_archive(tree):
    assert (tree.timelines(), tree.histories(), tree.last_segment(1)) == ((), (), None)
    assert list(tree.walk()) == []
    assert not tree.contains(segment_name(1))


def test_inv_045_a_file_is_there_by_its_exact_name(tree, layout):
    name = segment_name(3)
    put_wal(layout, f"{name}.00000028.backup")
    put_wal(layout, f"{name}.partial")
    assert not tree.contains(name)
    assert tree.contains(f"{name}.partial")
    path = put_wal(layout, name)
    assert tree.contains(name)
    assert tree.path(name) == path
    put_wal(layout, "00000002.history")
    assert tree.contains("00000002.history")


def test_a_directory_is_no_segment(tree, layout):
    os.makedirs(tree.path(segment_name(3)))
    assert not tree.contains(segment_name(3))


def test_names_that_are_none_are_refused(tree):
    with pytest.raises(InvalidWalName):
        tree.contains("../../etc/passwd")


def test_the_last_segment_is_of_the_last_directory_that_has_one(tree, layout):
    for number in (0, 5, 255, 256, 300):
        put_wal(layout, segment_name(number))
    put_wal(layout, f"{segment_name(301)}.partial")
    put_wal(layout, f"{segment_name(600)}.00000028.backup")
    put(f"{layout.wals}/0000000100000009", "a file")
    put(f"{layout.wals}/0000000100000001/{segment_name(700)}")
    assert tree.last_segment(1) == WalSegment.parse(segment_name(300))
    assert tree.last_segment(2) is None


def test_inv_047_timelines_are_hexadecimal(tree, layout):
    for timeline in (9, 10, 16):
        put_wal(layout, segment_name(1, timeline))
        put_wal(layout, f"{timeline:08X}.history")
    put_wal(layout, segment_name(2, 10).lower())
    assert tree.timelines() == (9, 10, 16)
    assert tree.histories() == (
        "00000009.history",
        "0000000A.history",
        "00000010.history",
    )
    assert tree.last_segment(10) == WalSegment.parse(segment_name(2, 10))


def test_the_walk_is_sorted_and_tells_what_is_no_wal_file(tree, layout):
    names = [
        segment_name(1),
        f"{segment_name(1)}.00000028.backup",
        f"{segment_name(2)}.partial",
        segment_name(256),
        "00000002.history",
        segment_name(256, 2),
    ]
    expected = [Found(put_wal(layout, name), WalFile(name)) for name in names]
    for own in ("main-xlog.db", "xlog.db", "sync-wals.info", ".main-xlog.db.1-a.tmp"):
        put(f"{layout.wals}/{own}")
    strays = [
        f"{layout.wals}/0000000100000000/{segment_name(1)}.compressed",
        f"{layout.wals}/0000000100000000/{segment_name(256)}",
        f"{layout.wals}/0000000100000001/00000003.history",
        f"{layout.wals}/{segment_name(3)}",
        f"{layout.wals}/README",
    ]
    expected += [Found(put(path), None) for path in strays]
    found = list(tree.walk())
    assert [each.file for each in found if each.file] == [WalFile(n) for n in names]
    assert sorted(found, key=str) == sorted(expected, key=str)


def test_inv_078_an_archive_that_cannot_be_read_is_not_empty(tree, layout):
    put(layout.wals, "not a directory")
    for ask in (tree.timelines, tree.histories, lambda: list(tree.walk())):
        with pytest.raises(FileError, match="could not read directory"):
            ask()
