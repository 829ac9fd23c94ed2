# SPDX-License-Identifier: MIT
"""LSNs, segments, segment sizes and the names of WAL files."""

import pytest

from barman.model.lsn import InvalidLsn, Lsn
from barman.model.segment import (
    MIB,
    InvalidSegmentSize,
    InvalidWalName,
    SegmentSize,
    WalSegment,
)
from barman.model.wal_file import WalFile, WalFileKind, is_wal_file_name

NAME = "000000010000000000000003"
SIZE = SegmentSize()


def test_an_lsn_is_read_and_written() -> None:
    lsn = Lsn.parse(" 1a/3000028 ")
    assert (lsn.value, str(lsn), repr(lsn)) == (
        0x1A03000028,
        "1A/3000028",
        "Lsn('1A/3000028')",
    )


def test_lsns_are_counted_with() -> None:
    assert Lsn(40) + 8 == Lsn(48)
    assert Lsn(40) - Lsn(48) == -8


@pytest.mark.parametrize("text", ["", "0", "0/", "/0", "0/123456789", "0/g", "-1/0"])
def test_other_texts_are_no_lsn(text: str) -> None:
    with pytest.raises(InvalidLsn):
        Lsn.parse(text)


@pytest.mark.parametrize("value", [-1, 1 << 64])
def test_an_lsn_has_64_bits(value: int) -> None:
    with pytest.raises(InvalidLsn):
        Lsn(value)


@pytest.mark.parametrize(
    ("mebibytes", "per_log"), [(1, 4096), (16, 256), (64, 64), (1024, 4)]
)
def test_inv_046_segments_in_a_log(mebibytes: int, per_log: int) -> None:
    size = SegmentSize(mebibytes * MIB)
    last = WalSegment(1, 0, per_log - 1)
    assert size.per_log == per_log
    assert int(size) == mebibytes * MIB
    assert last.next(size) == WalSegment(1, 1, 0)
    assert WalSegment(1, 1, 0).previous(size) == last
    assert last.end(size) == Lsn(1 << 32)


@pytest.mark.parametrize("size", [0, -1, MIB // 2, 3 * MIB, 2048 * MIB])
def test_other_segment_sizes_are_refused(size: int) -> None:
    with pytest.raises(InvalidSegmentSize):
        SegmentSize(size)


def test_a_boundary_belongs_to_the_next_segment_or_ends_the_previous() -> None:
    lsn = Lsn.parse("0/7000000")
    assert SIZE.offset(lsn) == 0
    assert WalSegment.holding(lsn, timeline=1, size=SIZE).seg == 7
    assert WalSegment.ending_at(lsn, timeline=1, size=SIZE).seg == 6
    assert WalSegment.ending_at(Lsn(0), timeline=1, size=SIZE).seg == 0


def test_inv_047_names_are_hexadecimal() -> None:
    assert str(WalSegment(16, 10, 255)) == "000000100000000A000000FF"
    assert WalSegment.parse("0000000a00000000000000ff") == WalSegment(10, 0, 255)
    assert repr(WalSegment(1, 0, 3)) == f"WalSegment('{NAME}')"


@pytest.mark.parametrize("name", ["", NAME[1:], NAME + "0", "x" * 24, "-" + NAME[1:]])
def test_other_names_are_no_segment(name: str) -> None:
    with pytest.raises(InvalidWalName):
        WalSegment.parse(name)


def test_a_segment_fits_into_its_name() -> None:
    with pytest.raises(InvalidWalName):
        WalSegment(1, 1 << 32, 0)


def test_nothing_precedes_the_first_segment() -> None:
    with pytest.raises(InvalidWalName, match="no WAL segment precedes"):
        WalSegment(1, 0, 0).previous(SIZE)


def test_segments_up_to_another() -> None:
    first, last = WalSegment(1, 0, 254), WalSegment(1, 1, 0)
    assert list(first.up_to(last, SIZE)) == [first, WalSegment(1, 0, 255), last]
    assert list(last.up_to(first, SIZE)) == []
    with pytest.raises(InvalidWalName, match="on different timelines"):
        list(first.up_to(WalSegment(2, 1, 0), SIZE))


@pytest.mark.parametrize(
    ("name", "kind", "timeline", "segment", "path"),
    [
        (NAME, WalFileKind.SEGMENT, 1, NAME, f"{NAME[:16]}/{NAME}"),
        (
            f"{NAME}.partial",
            WalFileKind.PARTIAL,
            1,
            NAME,
            f"{NAME[:16]}/{NAME}.partial",
        ),
        (
            f"{NAME}.00000028.backup",
            WalFileKind.LABEL,
            1,
            NAME,
            f"{NAME[:16]}/{NAME}.00000028.backup",
        ),
        ("0000000A.history", WalFileKind.HISTORY, 10, None, "0000000A.history"),
    ],
)
def test_inv_045_the_four_kinds_of_wal_file(
    name: str, kind: WalFileKind, timeline: int, segment: str | None, path: str
) -> None:
    wal = WalFile(name)
    assert (wal.kind, wal.timeline, wal.relative_path, str(wal)) == (
        kind,
        timeline,
        path,
        name,
    )
    assert wal.segment == (segment and WalSegment.parse(segment))
    assert wal.is_segment is (kind is WalFileKind.SEGMENT)
    assert wal.hash_directory == path.rpartition("/")[0]


@pytest.mark.parametrize(
    "name",
    [
        "",
        NAME + "\n",
        NAME + ".gz",
        NAME + ".0000028.backup",
        "0000000A.history.gz",
        f"../{NAME}",
        NAME + ".partial.partial",
    ],
)
def test_inv_045_other_names_are_no_wal_file(name: str) -> None:
    assert not is_wal_file_name(name)
    with pytest.raises(InvalidWalName, match="is not a valid wal file name"):
        WalFile(name)
