# SPDX-License-Identifier: MIT
"""What a segment says of itself, and whether a file is what its name says."""

from __future__ import annotations

import gzip
import os
import struct

import pytest

from barman.codec.registry import CustomFilters
from barman.errors import DataError
from barman.model.lsn import Lsn
from barman.model.wal_file import WalFile
from barman.wal.header import (
    HEADER_SIZE,
    SegmentHeader,
    parse_header,
    read_header,
)
from barman.wal.inspection import SETTLING_SECONDS, Arrival, inspect
from tests.fakes.wal import SIZE, SYSTEMID, segment_bytes, segment_name

ONE, TWO = segment_name(1), segment_name(2)


def head(order: str = "<", **fields: int) -> bytes:
    known = {
        "magic": 0xD110,
        "info": 2,
        "timeline": 1,
        "address": 1 << 20,
        "remaining": 0,
        "systemid": int(SYSTEMID),
        "size": 1 << 20,
        "block": 8192,
    }
    assert fields.keys() <= known.keys()
    return struct.pack(f"{order}HHIQI4xQII", *{**known, **fields}.values())


@pytest.mark.parametrize("order", "<>")
def test_a_header_is_read_in_either_byte_order(order: str) -> None:
    expected = SegmentHeader(1, Lsn(1 << 20), SYSTEMID, SIZE)
    assert parse_header(head(order) + bytes(99)) == expected


@pytest.mark.parametrize(
    "data",
    [
        b"",
        head()[:-1],
        head(magic=0x1F8B),
        head(info=0),
        head(size=12345),
        bytes(HEADER_SIZE),
    ],
)
def test_what_is_no_header(data: bytes) -> None:
    assert parse_header(data) is None


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        (
            {"systemid": 5},
            f"another cluster: its system identifier is 5, not {SYSTEMID}",
        ),
        ({"address": 2 << 20}, "it begins at 0/200000, not 0/100000"),
        ({"timeline": 2}, "holds WAL of timeline 2, not 1"),
    ],
)
def test_a_header_that_contradicts_its_name(fields, reason: str) -> None:
    header = parse_header(head(**fields))
    assert header is not None
    with pytest.raises(DataError, match=reason):
        header.verify(ONE, systemid=SYSTEMID)


def test_the_first_segment_of_a_timeline_begins_with_its_parents_pages() -> None:
    header = parse_header(head())
    assert header is not None
    header.verify(segment_name(1, timeline=2), systemid=SYSTEMID)
    header.verify(f"{ONE}.partial")


def test_a_header_is_read_from_a_file(tmp_path) -> None:
    path = tmp_path / ONE
    path.write_bytes(segment_bytes(ONE))
    assert read_header(str(path)) == parse_header(segment_bytes(ONE))
    path.write_bytes(b"")
    assert read_header(str(path)) is None


def arrival(tmp_path, name: str, data: bytes, *, detect: bool = True) -> Arrival:
    path = tmp_path / name
    path.write_bytes(data)
    return Arrival.of(WalFile(name), str(path), detect=detect, custom=None)


def test_an_arrival_is_what_the_file_is(tmp_path) -> None:
    packed = gzip.compress(b"x", mtime=0)
    found = arrival(tmp_path, ONE, packed)
    assert (found.size, found.compression) == (len(packed), "gzip")
    assert arrival(tmp_path, ONE, packed, detect=False).compression is None
    assert arrival(tmp_path, f"{ONE}.partial", packed).compression is None


def test_a_file_settles(tmp_path) -> None:
    found = arrival(tmp_path, ONE, b"x")
    assert found.is_settling(found.mtime + SETTLING_SECONDS - 1)
    assert not found.is_settling(found.mtime + SETTLING_SECONDS)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        (ONE, segment_bytes(ONE)),
        (ONE, gzip.compress(segment_bytes(ONE))),
        (f"{ONE}.partial", segment_bytes(ONE)),
        (f"{ONE}.partial", bytes(1 << 20)),
        (f"{ONE}.00000028.backup", b"any text"),
        ("00000002.history", b"any text"),
    ],
)
def test_files_that_may_be_archived(tmp_path, name: str, data: bytes) -> None:
    inspect(arrival(tmp_path, name, data), systemid=SYSTEMID)


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        (ONE, b"", "it has no page header"),
        (ONE, bytes(1 << 20), "it has no page header"),
        (ONE, segment_bytes(ONE)[:-1], "has 1048575 bytes instead of 1048576"),
        (ONE, segment_bytes(ONE) + b"x", "has 1048577 bytes"),
        (ONE, gzip.compress(segment_bytes(ONE)[:-1]), "has 1048575 bytes"),
        (ONE, gzip.compress(segment_bytes(ONE))[:-9], "truncated gzip stream"),
        (ONE, segment_bytes(TWO), "does not hold what its name says"),
        (ONE, segment_bytes(ONE, systemid="5"), "another cluster"),
        (f"{ONE}.partial", segment_bytes(TWO), "does not hold"),
    ],
)
def test_files_that_may_not(tmp_path, name: str, data: bytes, reason: str) -> None:
    with pytest.raises(DataError, match=reason):
        inspect(arrival(tmp_path, name, data), systemid=SYSTEMID)


def test_a_cluster_that_is_not_known_yet_is_not_compared(tmp_path) -> None:
    foreign = arrival(tmp_path, ONE, segment_bytes(ONE, systemid="5"))
    inspect(foreign, systemid=None)


def test_a_custom_filter_is_looked_through(tmp_path) -> None:
    filters = CustomFilters("cat", "tail -c +3", b"@@")
    path = tmp_path / ONE
    path.write_bytes(b"@@" + segment_bytes(ONE))
    found = Arrival.of(WalFile(ONE), str(path), detect=True, custom=filters)
    assert found.compression == "custom"
    inspect(found, systemid=SYSTEMID, custom=filters)
    assert os.path.exists(path)
