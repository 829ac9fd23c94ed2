# SPDX-License-Identifier: MIT
"""get-wal: where files are looked for, in which form they go out, peeking."""

from __future__ import annotations

import bz2
import gzip
import io
import os

import pytest

from barman.errors import DataError, NotFoundError, RefusedError
from barman.model.wal_file import WalFile
from barman.wal.get import GetRequest, OutputError, WalSource
from tests.fakes.wal import Archive, segment_name

ONE = segment_name(1)


def at(archive: Archive, where: str, name: str, data: bytes) -> None:
    root = getattr(archive.layout, where)
    path = os.path.join(root, WalFile(name).relative_path if where == "wals" else name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)


def got(archive: Archive, name: str = ONE, **wanted) -> bytes:
    target = io.BytesIO()
    request = GetRequest(wal=WalFile(name), **wanted)
    WalSource(layout=archive.layout).send(request, target)
    return target.getvalue()


def test_places_are_tried_in_order(tmp_path) -> None:
    archive = Archive(tmp_path)
    partial = f"{ONE}.partial"
    places = [
        ("incoming", partial, b"6"),
        ("wals", partial, b"5"),
        ("streaming", partial, b"4"),
        ("streaming", ONE, b"3"),
        ("incoming", ONE, b"2"),
        ("wals", ONE, b"1"),
    ]
    for where, name, data in places:
        at(archive, where, name, data)
        assert got(archive, partial=True) == data


def test_partial_files_are_sent_only_when_asked_for(tmp_path) -> None:
    archive = Archive(tmp_path)
    at(archive, "streaming", f"{ONE}.partial", b"x")
    with pytest.raises(NotFoundError) as caught:
        got(archive)
    assert str(caught.value) == f"WAL file '{ONE}' not found in server 'main'"
    assert got(archive, f"{ONE}.partial") == b"x"


@pytest.mark.parametrize(
    ("stored", "wanted", "sent"),
    [
        (b"wal", {}, b"wal"),
        (gzip.compress(b"wal"), {}, b"wal"),
        (bz2.compress(b"wal"), {"as_stored": True}, bz2.compress(b"wal")),
        (b"wal", {"as_stored": True}, b"wal"),
        (bz2.compress(b"wal"), {"compression": "bzip2"}, bz2.compress(b"wal")),
    ],
)
def test_forms(tmp_path, stored, wanted, sent) -> None:
    archive = Archive(tmp_path)
    at(archive, "wals", ONE, stored)
    assert got(archive, **wanted) == sent


def test_files_are_compressed_anew_when_asked_for(tmp_path) -> None:
    archive = Archive(tmp_path)
    at(archive, "wals", ONE, bz2.compress(b"wal"))
    assert gzip.decompress(got(archive, compression="gzip")) == b"wal"


def test_inv_044_partial_files_go_out_byte_for_byte(tmp_path) -> None:
    archive = Archive(tmp_path)
    at(archive, "streaming", f"{ONE}.partial", b"wal")
    assert got(archive, partial=True, compression="gzip") == b"wal"


def test_encrypted_files_are_refused(tmp_path) -> None:
    archive = Archive(tmp_path)
    at(archive, "wals", ONE, b"\x85\x01\x0c\x03" + bytes(100))
    with pytest.raises(RefusedError, match="is encrypted"):
        got(archive)


def test_a_damaged_file_is_an_error(tmp_path) -> None:
    archive = Archive(tmp_path)
    at(archive, "wals", ONE, gzip.compress(b"wal" * 100)[:-5])
    with pytest.raises(DataError):
        got(archive)


def test_saving_leaves_all_or_nothing(tmp_path) -> None:
    archive = Archive(tmp_path)
    source = WalSource(layout=archive.layout)
    request = GetRequest(wal=WalFile(ONE))
    out = tmp_path / "out"
    out.mkdir()
    with pytest.raises(NotFoundError):
        source.save(request, str(out / ONE))
    assert list(out.iterdir()) == []
    at(archive, "wals", ONE, gzip.compress(b"wal"))
    source.save(request, str(out / ONE))
    assert [(p.name, p.read_bytes()) for p in out.iterdir()] == [(ONE, b"wal")]
    with pytest.raises(OutputError, match="Unable to open"):
        source.save(request, str(tmp_path / "none" / ONE))


def test_peek_goes_on_over_logs_of_any_size(tmp_path) -> None:
    archive = Archive(tmp_path)
    source = WalSource(layout=archive.layout)
    names = ["0000000100000000000000FE", "0000000100000000000000FF"]
    after = "000000010000000100000000"
    at(archive, "wals", names[0], b"")
    at(archive, "incoming", names[1], b"")
    at(archive, "streaming", after, b"")
    assert source.peek(WalFile(names[0]), 9) == (*names, after)
    assert source.peek(WalFile(names[0]), 2) == tuple(names)
    assert source.peek(WalFile(ONE), 5) == ()
    at(archive, "streaming", f"{ONE}.partial", b"")
    assert source.peek(WalFile(ONE), 5) == ()
    at(archive, "wals", "00000002.history", b"")
    assert source.peek(WalFile("00000002.history"), 5) == ("00000002.history",)
