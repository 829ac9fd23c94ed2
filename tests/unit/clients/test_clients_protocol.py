# SPDX-License-Identifier: MIT
"""Both ends of the wire together: the clients' words and bytes, and who takes them."""

from __future__ import annotations

import argparse
import io
import os
import shlex
import tarfile

import pytest

from barman.cli.arguments import parse
from barman.cli.commands import get_wal, put_wal
from barman.clients import wal_archive, wal_restore
from barman.clients.tar_stream import file_header
from barman.wal.put import put_wal as take
from tests.fakes.wal import Archive, segment_bytes, segment_name

ONE, TWO = segment_name(1), segment_name(2)
DIGESTS = ("md5", "sha256")
COMMANDS = {"put-wal": put_wal, "get-wal": get_wal}


def sent(home, digest: str, name: str = ONE, *, seed: int = 0) -> io.BytesIO:
    """Return what `barman-wal-archive` writes to its ssh, with either checksum."""
    path = home / f"sent-{name}"
    path.write_bytes(segment_bytes(name, seed=seed))
    stream = io.BytesIO()
    with open(path, "rb") as source:
        wal_archive.write_stream(source, name, stream, digest)
    stream.seek(0)
    return stream


def an_archive(home) -> Archive:
    (home / "barman").mkdir()
    return Archive(home / "barman")


def receive(archive: Archive, stream: io.BytesIO) -> tuple[str, ...]:
    return take(
        stream,
        layout=archive.layout,
        clock=archive.clock,
        reporter=archive.reporter,
        pid=77,
    )


@pytest.mark.parametrize("first", DIGESTS)
@pytest.mark.parametrize("again", DIGESTS)
def test_inv_052_a_retry_with_another_checksum_changes_nothing(
    tmp_path, first, again
) -> None:
    """The client may have been upgraded in between; the file may be archived by now."""
    archive = an_archive(tmp_path)
    assert receive(archive, sent(tmp_path, first)) == (ONE,)
    assert receive(archive, sent(tmp_path, again)) == (ONE,)
    assert archive.waiting() == [ONE]
    archive.archiver().archive()
    receive(archive, sent(tmp_path, again))
    archive.archiver().archive()
    assert (archive.waiting(), archive.set_apart()) == ([], [])
    assert archive.stored() == {ONE: segment_bytes(ONE)}
    assert archive.indexed() == [ONE]


@pytest.mark.parametrize("digest", DIGESTS)
def test_inv_133_what_either_client_sends_any_tar_reads_and_put_wal_takes(
    tmp_path, digest
) -> None:
    stream = sent(tmp_path, digest)
    with tarfile.open(fileobj=io.BytesIO(stream.getvalue())) as read:
        assert read.getnames() == [ONE, f"{digest.upper()}SUMS"]
    archive = an_archive(tmp_path)
    assert receive(archive, stream) == (ONE,)
    with open(f"{archive.layout.incoming}/{ONE}", "rb") as file:
        assert file.read() == segment_bytes(ONE)


@pytest.mark.parametrize("kind", [tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT])
@pytest.mark.parametrize("digest", DIGESTS)
def test_inv_133_streams_of_other_writers_are_taken(tmp_path, kind, digest) -> None:
    """Clients of other versions write the same members in another dialect."""
    archive = an_archive(tmp_path)
    with tarfile.open(fileobj=sent(tmp_path, digest)) as ours:
        members = [(each, ours.extractfile(each).read()) for each in ours.getmembers()]
    stream = io.BytesIO()
    with tarfile.open(mode="w|", fileobj=stream, format=kind) as other:
        for member, content in members:
            other.addfile(member, io.BytesIO(content))
    stream.seek(0)
    assert receive(archive, stream) == (ONE,)


def words(argv: list[str]) -> list[str]:
    """Return the words that the shell behind ssh hands to barman."""
    line = " ".join(argv[argv.index("barman@host") + 1 :])
    program, *rest = shlex.split(line)
    assert program == "barman"
    return rest


@pytest.mark.parametrize("options", [(), ("-P",), ("-z",), ("--keep-compression",)])
@pytest.mark.parametrize("first", ["", "--peek '3'", "--test"])
def test_inv_133_get_wal_understands_what_barman_wal_restore_asks(
    options, first
) -> None:
    argv = [*options, "-c", "/e/my barman.conf", "host", "m'ain", ONE, "dest"]
    arguments = wal_restore._parse(argv)
    request = _read(words(wal_restore.get_wal_argv(arguments, ONE, first)))
    assert request.wal_name == ONE
    assert request.partial is ("-P" in options)
    assert request.keep_compression is ("--keep-compression" in options)
    assert request.compression == ("gzip" if "-z" in options else None)
    assert request.peek == (3 if "peek" in first else None)
    assert request.test is ("test" in first)


def test_inv_133_put_wal_understands_what_barman_wal_archive_asks() -> None:
    arguments = wal_archive._parse(["-c", "/e/b c.conf", "-t", "host", "m ain", ONE])
    assert _read(words(wal_archive.put_wal_argv(arguments))).test


def _read(rest: list[str]) -> argparse.Namespace:
    return parse(rest, lambda command: COMMANDS[command.name].arguments).args


def test_inv_094_a_file_of_an_unknown_user_is_sent(tmp_path) -> None:
    status = os.stat_result((0o100600, 0, 0, 1, 54321, 54322, 0, 0, 0, 0))
    block = file_header(ONE, status)
    info = tarfile.TarInfo.frombuf(block[-512:], "utf-8", "strict")
    assert (info.uid, info.gid, info.uname, info.gname) == (54321, 54322, "", "")
