# SPDX-License-Identifier: MIT
"""list-files: the files of a backup and the WAL that it needs."""

from __future__ import annotations

import os
import shutil

import pytest

from barman.errors import FileError, NotFoundError
from barman.report.listing import FilesListed
from barman.upkeep.backup_files import BackupFiles
from tests.fakes.backups import a_backup
from tests.fakes.catalogue import put, segment_name
from tests.fakes.reporter import ReporterFake
from tests.fakes.store import Store

FIRST, SECOND = "20260101T000000", "20260102T000000"


@pytest.fixture
def store(tmp_path) -> Store:
    store = Store(tmp_path)
    store.take(
        a_backup(FIRST, segment=3, length=1),
        a_backup("20260101T120000", status="FAILED"),
        a_backup(SECOND, segment=6, length=1),
    )
    put(f"{store.layout.base}/{FIRST}/data/base/1", b"x")
    os.makedirs(f"{store.layout.base}/{FIRST}/data/pg_twophase")
    for number in range(2, 10):
        store.archive(segment_name(number))
    store.archive(f"{segment_name(3)}.00000028.backup")
    store.archive("00000002.history", b"1\t0/A000000\tx\n")
    store.archive(segment_name(9, timeline=2))
    return store


def told(store: Store, selector: str, target: str, **options: bool) -> list[str]:
    """Return the paths, below the directory of the server."""
    reporter = ReporterFake()
    BackupFiles(
        layout=store.layout,
        catalogue=store.catalogue,
        wal_index=store.index,
        wal_tree=store.tree,
        reporter=reporter,
    ).list(selector, target=target, **options)
    paths = []
    for report in reporter.reports:
        assert isinstance(report, FilesListed)
        paths += report.paths
    assert all(path.startswith(store.layout.root) for path in paths)
    return [os.path.relpath(path, store.layout.root) for path in paths]


def wal(*numbers: int) -> list[str]:
    return [f"wals/0000000100000000/{segment_name(number)}" for number in numbers]


DATA = [f"base/{FIRST}/data/base/1"]
HISTORY = ["wals/00000002.history"]


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("data", DATA),
        ("standalone", [*DATA, *wal(3, 4)]),
        ("wal", [*wal(3, 4, 5, 6, 7), *HISTORY]),
        ("full", [*DATA, *wal(3, 4, 5, 6, 7), *HISTORY]),
    ],
)
def test_what_each_target_means(store: Store, target: str, expected) -> None:
    assert told(store, "oldest", target) == expected


def test_the_wal_of_the_last_backup_goes_to_the_end_of_its_timeline(store) -> None:
    assert told(store, "latest", "wal") == [*wal(6, 7, 8, 9), *HISTORY]


def test_empty_directories_are_told_when_asked_for(store: Store) -> None:
    assert told(store, FIRST, "data", empty_directories=True) == [
        *DATA,
        f"base/{FIRST}/data/pg_twophase",
    ]


def test_a_backup_that_has_no_wal(store: Store) -> None:
    assert told(store, "20260101T120000", "wal") == []


def test_long_lists_come_in_parts(store: Store) -> None:
    for number in range(1001):
        put(f"{store.layout.base}/{SECOND}/data/{number:04}")
    assert len(told(store, SECOND, "data")) == 1001


def test_no_such_backup(store: Store) -> None:
    with pytest.raises(NotFoundError, match="Unknown backup 'x'"):
        told(store, "x", "data")


def test_a_directory_that_cannot_be_read_is_an_error(store: Store) -> None:
    directory = f"{store.layout.base}/{FIRST}"
    shutil.rmtree(directory)
    os.symlink(directory, directory)
    with pytest.raises(FileError, match=f"could not read directory.*{FIRST}"):
        told(store, FIRST, "data")


def test_the_program_prints_paths(store: Store) -> None:
    root = store.layout.root
    assert store.barman("list-files", "main", FIRST) == (
        0,
        "".join(f"{root}/{path}\n" for path in [*DATA, *wal(3, 4)]),
        "",
    )
    assert store.barman("list-files", "main", FIRST, "--target", "some")[0] == 2
    status, out, err = store.barman("list-files", "main", "nosuch")
    assert (status, out) == (1, "")
    assert err == "ERROR: Unknown backup 'nosuch' for server 'main'\n"
