# SPDX-License-Identifier: MIT
from __future__ import annotations

import gzip
import os

import pytest

from barman.catalogue.wal_entry import WalEntry
from barman.catalogue.wal_stored import Rebuilt, StoredWals
from barman.catalogue.wal_tree import WalTree
from barman.codec.registry import identify
from barman.errors import FileError
from barman.model.wal_file import WalFileKind
from tests.fakes.catalogue import a_layout, put, put_wal, segment_name


@pytest.fixture
def layout(tmp_path):
    return a_layout(tmp_path)


@pytest.fixture
def stored(layout):
    return StoredWals(WalTree(layout), identify)


@pytest.mark.parametrize(
    ("content", "compression", "encryption"),
    [
        (b"", None, None),
        (b"\x10\xd1" + bytes(100), None, None),
        (gzip.compress(b"x"), "gzip", None),
        (b"\x28\xb5\x2f\xfd....", "zstd", None),
        (b"\x85\x01\x0c\x03" + bytes(100), None, "gpg"),
        (b"-----BEGIN PGP MESSAGE-----\n", None, "gpg"),
    ],
)
def test_a_file_tells_how_it_is_stored(
    stored, layout, content, compression, encryption
):
    name = segment_name(3)
    put_wal(layout, name, content, mtime=1795366436.25)
    assert stored.describe(name) == WalEntry(
        name, len(content), 1795366436.25, compression, encryption
    )


def test_what_is_not_there_has_no_entry(stored):
    assert stored.describe(segment_name(3)) is None


def test_what_cannot_be_read_is_an_error(stored, layout):
    os.makedirs(WalTree(layout).path(segment_name(3)))
    with pytest.raises(FileError):
        stored.describe(segment_name(3))


def test_a_walk_counts_what_it_meets(stored, layout):
    names = [segment_name(1), f"{segment_name(2)}.partial", "00000002.history"]
    for name in names:
        put_wal(layout, name)
    put_wal(layout, segment_name(9))
    stray = put(f"{layout.wals}/stray")
    walk = stored.walk()
    entries = list(walk.entries(without={segment_name(9)}))
    assert [entry.name for entry in entries] == names
    assert walk.result() == Rebuilt(
        counts={
            WalFileKind.SEGMENT: 1,
            WalFileKind.PARTIAL: 1,
            WalFileKind.LABEL: 0,
            WalFileKind.HISTORY: 1,
        },
        ignored=(stray,),
    )
    assert walk.result().total == 3
