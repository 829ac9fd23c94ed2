# SPDX-License-Identifier: MIT
"""put-wal: all of a stream or nothing of it, and never over what waits."""

from __future__ import annotations

import hashlib
import io
import os
import tarfile

import pytest

from barman.errors import DataError
from barman.report.wal import ChecksumLineIgnored, PutDuplicate
from barman.wal.put import put_wal, sweep
from tests.fakes.wal import Archive

A, B = "000000010000000000000001", "000000010000000000000002"


def stream(
    *members: tuple[str, bytes], kind: bytes = tarfile.REGTYPE, **pax: object
) -> io.BytesIO:
    target = io.BytesIO()
    with tarfile.open(mode="w|", fileobj=target, format=tarfile.PAX_FORMAT) as archive:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size, info.mtime, info.mode, info.type = len(data), 1.5, 0o600, kind
            info.pax_headers = {key: str(value) for key, value in pax.items()}
            archive.addfile(info, io.BytesIO(data))
    return io.BytesIO(target.getvalue())


def sums(*files: tuple[str, bytes], algorithm: str = "sha256") -> tuple[str, bytes]:
    lines = [f"{hashlib.new(algorithm, data).hexdigest()} *{n}\n" for n, data in files]
    return f"{algorithm.upper()}SUMS", "".join(lines).encode()


def put(archive: Archive, source: io.BytesIO) -> tuple[str, ...]:
    return put_wal(
        source,
        layout=archive.layout,
        clock=archive.clock,
        reporter=archive.reporter,
        pid=77,
    )


@pytest.mark.parametrize("algorithm", ["sha256", "md5"])
def test_a_file_is_stored_with_its_time(tmp_path, algorithm) -> None:
    archive = Archive(tmp_path)
    names = put(archive, stream((A, b"wal"), sums((A, b"wal"), algorithm=algorithm)))
    assert names == (A,)
    assert archive.waiting() == [A]
    path = os.path.join(archive.layout.incoming, A)
    assert os.stat(path).st_mtime == 1.5
    assert os.stat(path).st_nlink == 1
    assert archive.reporter.reports == []


def test_sums_may_come_first_and_names_begin_with_a_dot_slash(tmp_path) -> None:
    archive = Archive(tmp_path)
    name, text = sums((A, b"a"), (B, b"b"))
    text = b"not a line\n" + text.replace(b" *", b"  ./")
    put(archive, stream((name, text), (f"./{A}", b"a"), (B, b"b")))
    assert archive.waiting() == [A, B]
    assert archive.reporter.reports == [ChecksumLineIgnored("not a line")]


GOOD = (A, b"a")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (stream(GOOD), f"Missing checksum for file '{A}'"),
        (
            stream(GOOD, sums(GOOD, (B, b"b"))),
            f"Checksum without corresponding file '{B}'",
        ),
        (stream(GOOD, (B, b"x"), sums(GOOD, (B, b"b"))), "Bad file checksum"),
        (
            stream(GOOD, sums(GOOD), sums(GOOD, algorithm="md5")),
            "Bad file checksum",
        ),
        (stream(("a/b", b"a")), "Unsupported filename 'a/b'"),
        (stream(("..", b"a")), "Unsupported filename '..'"),
        (stream(("x" * 201, b"a")), "Unsupported filename"),
        (stream((A, b""), kind=tarfile.DIRTYPE), "Unsupported file type 'b'5''"),
        (stream((A, b""), kind=tarfile.SYMTYPE), "Unsupported file type 'b'2''"),
        (stream(GOOD, GOOD, sums(GOOD)), "comes twice"),
        (io.BytesIO(b""), "empty file"),
        (io.BytesIO(b"\x1f\x8b\x08" + b"z" * 60), "truncated header"),
        (io.BytesIO(b"garbage" * 200), "invalid header"),
        (io.BytesIO(stream((A, b"a" * 5000)).getvalue()[:2500]), "unexpected end"),
        (stream(("\u00e9" * 101, b"a")), "Unsupported filename"),
        (stream(GOOD, sums(GOOD), mtime=float("nan")), "invalid tar stream"),
        (stream(GOOD, sums(GOOD), mtime=1e30), "invalid tar stream"),
        (stream(GOOD, sums(GOOD), size="-5"), "negative size"),
        (stream(GOOD, **{"GNU.sparse.map": "a,b"}), "invalid tar stream"),
        (stream(*((str(n), b"") for n in range(1001))), "more than 1000 files"),
    ],
)
def test_inv_036_a_stream_that_is_not_right_publishes_nothing(
    tmp_path, source, message
) -> None:
    archive = Archive(tmp_path)
    source.seek(0)
    with pytest.raises(DataError, match=message):
        put(archive, source)
    assert archive.waiting() == []


def test_a_file_that_is_too_large_is_refused_before_it_is_read(tmp_path) -> None:
    archive = Archive(tmp_path)
    info = tarfile.TarInfo(A)
    info.size = 3 << 30
    with pytest.raises(DataError, match="too large"):
        put(archive, io.BytesIO(info.tobuf() + bytes(10240)))
    assert archive.waiting() == []


@pytest.mark.parametrize("kind", [tarfile.GNUTYPE_LONGNAME, tarfile.XHDTYPE])
def test_a_large_extended_header_is_refused_before_it_is_read(tmp_path, kind) -> None:
    info = tarfile.TarInfo("x")
    info.type, info.size = kind, 1 << 33
    source = io.BytesIO(info.tobuf(tarfile.GNU_FORMAT) + bytes(1 << 20))
    with pytest.raises(DataError, match="extended header of 8589934592 bytes"):
        put(Archive(tmp_path), source)
    assert source.tell() < 100_000


def test_an_empty_archive_is_no_error(tmp_path) -> None:
    assert put(Archive(tmp_path), stream()) == ()


def test_inv_037_052_the_same_file_again_is_dropped_another_set_apart(
    tmp_path,
) -> None:
    archive = Archive(tmp_path)
    put(archive, stream(GOOD, sums(GOOD, algorithm="md5")))
    put(archive, stream(GOOD, sums(GOOD)))
    assert (archive.waiting(), archive.set_apart()) == ([A], [])
    other = (A, b"other")
    put(archive, stream(other, sums(other)))
    assert archive.waiting() == [A]
    assert archive.set_apart() == [f"{A}.20260131T120000Z.duplicate"]
    digest = [hashlib.sha256(data).hexdigest() for data in (b"a", b"other")]
    assert archive.reporter.reports == [PutDuplicate("main", A, *digest)]
    with open(os.path.join(archive.layout.incoming, A), "rb") as file:
        assert file.read() == b"a"


def test_inv_034_only_what_killed_intakes_left_is_swept(tmp_path) -> None:
    archive = Archive(tmp_path)
    for name in (f".5-{A}", f".6-{A}", ".5", ".rsync.x"):
        archive.deliver(name, b"x")
    now = os.stat(archive.layout.incoming).st_ctime
    for late in (10, 3700):
        before = archive.waiting()
        sweep(archive.layout.incoming, now + late, is_running=lambda pid: pid == 6)
    assert len(before) == 4
    assert archive.waiting() == [".5", f".6-{A}", ".rsync.x"]
