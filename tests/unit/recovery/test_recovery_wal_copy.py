# SPDX-License-Identifier: MIT
"""WAL comes out of the archive whole and plain, or not at all."""

from __future__ import annotations

import os
import stat

import pytest

from barman.codec.registry import CustomFilters, codec
from barman.errors import BarmanError, DataError, FileError, NotFoundError, RefusedError
from barman.model.wal_file import WalFile
from barman.recovery.wal_copy import WalCopy
from tests.fakes.catalogue import a_layout, put_wal, read
from tests.fakes.wal import SIZE, segment_bytes, segment_name

ONE = segment_name(1)
PLAIN = segment_bytes(ONE)


def compressed(tmp_path, word: str, data: bytes = PLAIN) -> bytes:
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(data)
    with source.open("rb") as plain, target.open("wb") as packed:
        codec(word).compress(plain, packed)
    return target.read_bytes()


@pytest.mark.parametrize("word", [None, "gzip", "bzip2", "xz", "zstd", "lz4"])
def test_each_compression(tmp_path, word: str | None) -> None:
    layout = a_layout(tmp_path)
    put_wal(layout, ONE, compressed(tmp_path, word) if word else PLAIN)
    label = f"{ONE}.00000028.backup"
    put_wal(layout, label, b"START WAL LOCATION")
    put_wal(layout, "00000002.history", b"1\t0/3000000\tx\n")
    names = (ONE, label, "00000002.history")
    WalCopy(layout=layout).run(names, f"{tmp_path}/new/pg_wal", SIZE)
    assert {name: read(f"{tmp_path}/new/pg_wal/{name}") for name in names} == {
        ONE: PLAIN,
        label: b"START WAL LOCATION",
        "00000002.history": b"1\t0/3000000\tx\n",
    }
    assert sorted(os.listdir(tmp_path / "new/pg_wal")) == sorted(names)
    mode = os.stat(tmp_path / "new/pg_wal" / ONE).st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_filters_of_the_user(tmp_path) -> None:
    layout = a_layout(tmp_path)
    put_wal(layout, ONE, PLAIN)
    custom = CustomFilters("cat", "rev_it", None)
    with pytest.raises(BarmanError, match="rev_it"):
        WalCopy(layout=layout, custom=custom).run((ONE,), f"{tmp_path}/pg_wal", SIZE)
    put_wal(layout, ONE, PLAIN)
    custom = CustomFilters("cat", "cat", None)
    WalCopy(layout=layout, custom=custom).run((ONE,), f"{tmp_path}/pg_wal", SIZE)
    assert read(f"{tmp_path}/pg_wal/{ONE}") == PLAIN


@pytest.mark.parametrize(
    ("content", "kind", "message"),
    [
        (PLAIN[:-1], DataError, "is damaged: 1048575 bytes, not 1048576"),
        (b"", DataError, "is damaged: 0 bytes"),
        (b"\x85\x02\x0c\x03" + b"x" * 600, RefusedError, "is encrypted"),
    ],
)
def test_inv_002_what_is_not_whole_is_refused(
    tmp_path, content: bytes, kind: type[Exception], message: str
) -> None:
    layout = a_layout(tmp_path)
    put_wal(layout, ONE, content)
    with pytest.raises(kind, match=message):
        WalCopy(layout=layout).run((ONE,), f"{tmp_path}/pg_wal", SIZE)


@pytest.mark.parametrize("word", ["gzip", "bzip2", "xz", "zstd", "lz4"])
def test_a_compressed_file_that_ends_early(tmp_path, word: str) -> None:
    layout = a_layout(tmp_path)
    put_wal(layout, ONE, compressed(tmp_path, word)[:-20])
    with pytest.raises(DataError):
        WalCopy(layout=layout).run((ONE,), f"{tmp_path}/pg_wal", SIZE)


def test_a_file_that_is_not_there(tmp_path) -> None:
    with pytest.raises(NotFoundError) as caught:
        WalCopy(layout=a_layout(tmp_path)).run((ONE,), f"{tmp_path}/pg_wal", SIZE)
    assert (caught.value.message, caught.value.hint) == (
        f"WAL file '{ONE}' is in the WAL index and not in the archive",
        "Run 'barman rebuild-xlogdb main'.",
    )


def test_a_file_that_cannot_be_read_is_named(tmp_path) -> None:
    layout = a_layout(tmp_path)
    os.makedirs(layout.wal_path(WalFile(ONE)))
    with pytest.raises(FileError, match=f"could not copy WAL file .*/wals/.*{ONE}"):
        WalCopy(layout=layout).run((ONE,), f"{tmp_path}/pg_wal", SIZE)
