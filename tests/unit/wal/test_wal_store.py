# SPDX-License-Identifier: MIT
"""Putting files into the archive, setting them apart, and what waits in a queue."""

from __future__ import annotations

import gzip
import os
from datetime import datetime, timezone

import pytest

from barman.codec.registry import CustomFilters
from barman.errors import BarmanError, ConfigError, FileError
from barman.model.wal_file import WalFile
from barman.wal.inspection import Arrival
from barman.wal.quarantine import DUPLICATE, UNKNOWN, set_apart
from barman.wal.queue import Queue, Waiting, waiting_in
from barman.wal.store import (
    Storing,
    copy_durably,
    same_contents,
    store,
    temporary_path,
)
from tests.fakes.wal import segment_name

ONE, TWO, THREE = (segment_name(number) for number in (1, 2, 3))
NOW = datetime(2026, 1, 31, 12, 0, 0, tzinfo=timezone.utc)
GZIP = Storing(compression="gzip")


def arrival(tmp_path, data: bytes, name: str = ONE) -> Arrival:
    path = tmp_path / "in" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    path.chmod(0o640)
    os.utime(path, (1e9, 1e9))
    return Arrival.of(WalFile(name), str(path), detect=True, custom=None)


# store


def test_a_file_that_goes_is_linked_and_one_that_stays_is_copied(tmp_path) -> None:
    found = arrival(tmp_path, b"wal")
    for stays, shared in ((False, True), (True, False)):
        target = tmp_path / f"wals-{stays}" / ONE
        assert store(found, str(target), Storing(), stays=stays) is None
        assert target.read_bytes() == b"wal"
        assert os.path.samefile(found.path, target) is shared
        status = target.stat()
        assert (status.st_mode & 0o777, status.st_mtime) == (0o640, 1e9)
        assert os.listdir(target.parent) == [ONE]


def test_a_file_is_compressed_once(tmp_path) -> None:
    target = tmp_path / "wals" / ONE
    assert store(arrival(tmp_path, b"wal"), str(target), GZIP, stays=False) == "gzip"
    assert gzip.decompress(target.read_bytes()) == b"wal"
    packed = arrival(tmp_path, gzip.compress(b"wal", mtime=0), TWO)
    other = tmp_path / "wals" / TWO
    xz = Storing(compression="xz")
    assert store(packed, str(other), xz, stays=False) == "gzip"
    assert gzip.decompress(other.read_bytes()) == b"wal"


def test_a_partial_file_is_stored_byte_for_byte(tmp_path) -> None:
    partial = arrival(tmp_path, b"wal", f"{ONE}.partial")
    assert GZIP.word_for(partial) is None
    assert GZIP.word_for(arrival(tmp_path, b"wal")) == "gzip"


def test_a_failure_leaves_nothing_under_the_name(tmp_path) -> None:
    found = arrival(tmp_path, b"wal")
    target = tmp_path / "wals" / ONE
    broken = Storing(
        compression="custom", custom=CustomFilters("echo half; exit 1", "cat")
    )
    unknown = Storing(compression="rar")
    for storing, error in ((broken, BarmanError), (unknown, ConfigError)):
        with pytest.raises(error):
            store(found, str(target), storing, stays=False)
        assert os.listdir(target.parent) == []
    assert os.path.exists(found.path)


def test_what_a_crash_left_is_replaced(tmp_path) -> None:
    target = tmp_path / "wals" / ONE
    target.parent.mkdir()
    temporary = temporary_path(str(target))
    assert temporary == str(tmp_path / "wals" / f".{ONE}.tmp")
    with open(temporary, "w") as left:
        left.write("what a crash left, longer than the file")
    store(arrival(tmp_path, b"wal"), str(target), Storing(), stays=True)
    assert os.listdir(target.parent) == [ONE]
    assert target.read_bytes() == b"wal"


def test_a_file_that_has_vanished_is_an_error(tmp_path) -> None:
    found = arrival(tmp_path, b"wal")
    os.unlink(found.path)
    with pytest.raises((FileError, FileNotFoundError)):
        store(found, str(tmp_path / "wals" / ONE), Storing(), stays=True)


@pytest.mark.parametrize(
    ("stored", "same"),
    [
        (b"wal", True),
        (b"wax", False),
        (b"walrus", False),
        (gzip.compress(b"wal"), True),
        (gzip.compress(b"wax"), False),
        (gzip.compress(b"wal")[:-4], False),
        (b"\x85\x01\x0c\x03encrypted", False),
    ],
)
def test_contents_are_compared_as_they_are_meant(tmp_path, stored, same) -> None:
    path = tmp_path / "stored"
    path.write_bytes(stored)
    assert same_contents(arrival(tmp_path, b"wal"), str(path), None) is same


def test_a_file_is_the_same_as_its_link(tmp_path) -> None:
    found = arrival(tmp_path, b"wal")
    os.link(found.path, tmp_path / "stored")
    assert same_contents(found, str(tmp_path / "stored"), None)


def test_a_copy_keeps_time_and_mode(tmp_path) -> None:
    found = arrival(tmp_path, b"wal")
    copy_durably(found.path, str(tmp_path / "copy"))
    status = os.stat(tmp_path / "copy")
    assert (status.st_mode & 0o777, status.st_mtime) == (0o640, 1e9)


# quarantine


def test_a_file_is_set_apart_under_a_name_of_its_own(tmp_path) -> None:
    errors = tmp_path / "errors"
    expected = [
        f"{ONE}.20260131T120000Z.duplicate",
        f"{ONE}.20260131T120000Z-1.duplicate",
        f"{ONE}.20260131T120000Z-2.duplicate",
    ]
    for name in expected:
        found = arrival(tmp_path, name.encode())
        path = set_apart(found.path, str(errors), NOW, DUPLICATE)
        assert path == str(errors / name)
        assert not os.path.exists(found.path)
    assert sorted(os.listdir(errors)) == sorted(expected)
    assert [(errors / name).read_bytes() for name in expected] == [
        name.encode() for name in expected
    ]


def test_a_file_may_be_set_apart_under_the_name_it_should_have(tmp_path) -> None:
    found = arrival(tmp_path, b"x")
    path = set_apart(found.path, str(tmp_path / "e"), NOW, UNKNOWN, name="odd")
    assert os.path.basename(path) == "odd.20260131T120000Z.unknown"


def test_what_cannot_be_set_apart_stays(tmp_path) -> None:
    with pytest.raises(FileError):
        set_apart(str(tmp_path / "gone"), str(tmp_path / "e"), NOW, UNKNOWN)
    assert os.listdir(tmp_path / "e") == []


# queues


def queued(tmp_path, *names: str):
    directory = tmp_path / "queue"
    directory.mkdir()
    for name in names:
        (directory / name).write_bytes(b"")
    return str(directory)


def test_a_queue_that_is_not_there_is_empty(tmp_path) -> None:
    assert waiting_in(str(tmp_path / "none"), Queue.FILE) == Waiting()


def test_files_of_the_file_queue_all_go(tmp_path) -> None:
    directory = queued(
        tmp_path,
        TWO,
        ONE,
        f"{TWO}.partial",
        "00000002.history",
        ".hidden",
        "a.tmp",
        "x",
    )
    os.mkdir(f"{directory}/{THREE}")
    assert waiting_in(directory, Queue.FILE) == Waiting(
        files=(ONE, TWO, f"{TWO}.partial", "00000002.history"),
        unknown=(THREE, "x"),
        seen=7,
    )


def test_the_newest_file_of_the_stream_stays(tmp_path) -> None:
    directory = queued(tmp_path, ONE, TWO, "00000002.history")
    assert waiting_in(directory, Queue.STREAMING) == Waiting(
        files=(ONE, "00000002.history"), held=TWO, seen=3
    )
    with open(f"{directory}/{THREE}.partial", "w"):
        pass
    assert waiting_in(directory, Queue.STREAMING) == Waiting(
        files=(ONE, TWO, "00000002.history"), seen=4
    )


def test_a_partial_that_is_not_the_newest_is_archived(tmp_path) -> None:
    directory = queued(tmp_path, f"{ONE}.partial", f"{TWO}.partial")
    assert waiting_in(directory, Queue.STREAMING).files == (f"{ONE}.partial",)
