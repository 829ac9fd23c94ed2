# SPDX-License-Identifier: MIT
"""Parts of the client programs: words for ssh, tar streams, transfers, the spool."""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import os
import signal
import subprocess
import sys
import tarfile
from types import SimpleNamespace

import pytest

from barman.clients import remote, spool, tar_stream, wal_archive, wal_restore
from barman.clients.remote import ProgramError, quoted, quoted_if_needed
from barman.clients.transfer import Destination, receive, write_plain
from tests.fakes.wal import segment_bytes, segment_name

ONE, TWO = segment_name(1), segment_name(2)
SHELL = ["sh", "-c"]


# remote


@pytest.mark.parametrize(
    ("word", "always", "needed"),
    [
        ("main", "'main'", "main"),
        ("/etc/barman.d/x-y_z.conf", "'/etc/barman.d/x-y_z.conf'", None),
        ("it's", "'it'\\''s'", "'it'\\''s'"),
        ("$(id)", "'$(id)'", "'$(id)'"),
        ("", "''", "''"),
        ("ü", "'ü'", "'ü'"),
    ],
)
def test_words_for_the_remote_shell(word: str, always: str, needed) -> None:
    assert quoted(word) == always
    assert quoted_if_needed(word) == (word if needed is None else needed)
    said = subprocess.run(
        ["sh", "-c", f"printf %s {quoted(word)}"], capture_output=True, check=True
    )
    assert said.stdout.decode() == word


def options(**given: object) -> argparse.Namespace:
    known = {
        "user": "barman",
        "port": None,
        "barman_host": "h",
        "config": None,
        "server_name": "main",
        "test": False,
        "gzip": False,
        "bzip2": False,
        "keep_compression": False,
        "partial": False,
    }
    return argparse.Namespace(**{**known, **given})


def test_the_ssh_command() -> None:
    plain = ["ssh", "-q", "-T", "barman@h", "barman"]
    assert remote.ssh_argv(options()) == plain
    ported = ["ssh", "-p", "22", "-q", "-T", "me@h", "barman"]
    assert remote.ssh_argv(options(user="me", port="22")) == ported


def test_the_command_that_takes_a_file() -> None:
    argv = wal_archive.put_wal_argv(options(config="/b c", test=True))
    assert argv[-4:] == ["--config='/b c'", "put-wal", "main", "--test"]
    assert wal_archive.put_wal_argv(options())[-2:] == ["put-wal", "main"]


@pytest.mark.parametrize(
    ("given", "first", "words"),
    [
        ({}, None, f"get-wal 'main' '{ONE}'"),
        (
            {"partial": True, "gzip": True},
            "--peek '3'",
            f"get-wal --peek '3' --gzip --partial 'main' '{ONE}'",
        ),
        (
            {"keep_compression": True},
            None,
            f"get-wal --keep-compression 'main' '{ONE}'",
        ),
    ],
)
def test_the_command_that_sends_a_file(given, first, words: str) -> None:
    assert wal_restore.get_wal_argv(options(**given), ONE, first)[-1] == words


def test_a_failure_is_one_line_and_a_status(capsys) -> None:
    with pytest.raises(SystemExit) as caught:
        remote.fail(ProgramError(3, "no"))
    assert (caught.value.code, capsys.readouterr().err) == (3, "ERROR: no\n")


@pytest.mark.parametrize(
    ("number", "status", "said"),
    [
        (signal.SIGTERM, 143, b""),
        (signal.SIGINT, 2, b"SIGINT received! Terminating.\n"),
    ],
)
def test_signals_end_a_program_through_its_cleaning_up(number, status, said) -> None:
    code = (
        "import os; from barman.clients.remote import end_on_signals;"
        f"end_on_signals()\ntry: os.kill(os.getpid(), {int(number)})\n"
        "finally: print('clean')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (status, b"clean\n", said)


# tar streams


def a_status(**facts: float) -> os.stat_result:
    known = {"st_mode": 0o100640, "st_uid": 0, "st_gid": 0, "st_size": 3, "st_mtime": 9}
    return SimpleNamespace(**{**known, **facts})  # type: ignore[return-value]


def members(*parts: bytes) -> list[tarfile.TarInfo]:
    data = b"".join(parts)
    stream = io.BytesIO(data + tar_stream.end_of_archive(len(data)))
    assert len(stream.getvalue()) % tar_stream.RECORD == 0
    with tarfile.open(fileobj=stream) as archive:
        return archive.getmembers()


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"st_mtime": 1.25},
        {"st_uid": 0o7777777, "st_gid": 7},
        {"st_uid": 3_000_000_000, "st_gid": 2_999_999_999},
    ],
)
def test_other_programs_read_our_headers(facts: dict[str, float]) -> None:
    status = a_status(**facts)
    head = tar_stream.file_header(ONE, status)
    [member] = members(head, b"abc", tar_stream.padding(3))
    assert (member.name, member.size, member.mode) == (ONE, 3, 0o640)
    assert (member.uid, member.gid) == (status.st_uid, status.st_gid)
    assert member.mtime == status.st_mtime


def test_the_owner_is_named_where_there_is_one() -> None:
    [member] = members(tar_stream.file_header("x", a_status(st_size=0)))
    assert (member.uname, member.gname) == ("root", "root")
    stranger = a_status(st_size=0, st_uid=3_000_000_000, st_gid=2_999_999_999)
    [member] = members(tar_stream.file_header("x", stranger))
    assert (member.uname, member.gname) == ("", "")


def test_a_small_file_is_a_whole_member() -> None:
    data = tar_stream.small_file("SHA256SUMS", b"sum")
    assert len(data) == 2 * tar_stream.BLOCK
    assert [member.name for member in members(data, data)] == ["SHA256SUMS"] * 2


def test_a_name_that_no_header_holds_is_refused() -> None:
    with pytest.raises(OSError, match="name too long"):
        tar_stream.small_file("x" * 101, b"")


@pytest.mark.parametrize("size", [0, 1, 511, 512, 513])
def test_blocks_are_filled(size: int) -> None:
    assert (size + len(tar_stream.padding(size))) % tar_stream.BLOCK == 0


@pytest.mark.parametrize("digest", ["sha256", "md5"])
def test_a_file_is_sent_with_its_checksum(tmp_path, digest: str) -> None:
    path = tmp_path / ONE
    path.write_bytes(b"wal" * 1000)
    target = io.BytesIO()
    with open(path, "rb") as source:
        wal_archive.write_stream(source, ONE, target, digest)
    target.seek(0)
    with tarfile.open(fileobj=target) as archive:
        wal, sums = archive.getmembers()
        content = archive.extractfile(wal)
        said = archive.extractfile(sums)
        assert content is not None and said is not None
        assert content.read() == b"wal" * 1000
        expected = hashlib.new(digest, b"wal" * 1000).hexdigest()
        assert said.read().decode() == f"{expected} *{ONE}\n"
    assert sums.name == f"{digest.upper()}SUMS"


def test_a_file_that_changes_meanwhile_is_not_sent(tmp_path) -> None:
    path = tmp_path / ONE
    path.write_bytes(b"wal")

    class Growing(io.BytesIO):
        def write(self, data) -> int:
            with open(path, "ab") as more:
                more.write(b"more")
            return super().write(data)

    with open(path, "rb") as source, pytest.raises(OSError, match="changed while"):
        wal_archive.write_stream(source, ONE, Growing(), "sha256")


# transfers


def test_a_destination_created_in_vain_is_removed(tmp_path) -> None:
    path = str(tmp_path / "dest")
    destination = Destination.open(path)
    assert os.stat(path).st_mode & 0o777 == 0o600
    destination.close()
    assert not os.path.exists(path)


def test_a_destination_that_was_there_is_untouched_until_data_comes(tmp_path) -> None:
    path = tmp_path / "dest"
    path.write_bytes(b"old contents")
    destination = Destination.open(str(path))
    assert receive([*SHELL, "exit 1"], destination) == 1
    assert path.read_bytes() == b"old contents"
    assert receive([*SHELL, "printf new"], destination) == 0
    destination.close()
    assert path.read_bytes() == b"new"


@pytest.mark.parametrize("place", ["", "no/dest"])
def test_a_destination_that_cannot_be_written(tmp_path, place: str) -> None:
    with pytest.raises(ProgramError) as caught:
        Destination.open(str(tmp_path / place))
    assert caught.value.status == 3


def test_damage_counts_only_where_the_other_side_saw_none(tmp_path) -> None:
    half = tmp_path / "half"
    half.write_bytes(gzip.compress(b"wal" * 99)[:-9])
    for status in (0, 7):
        destination = Destination.open(str(tmp_path / "dest"))
        command = [*SHELL, f"cat {half}; exit {status}"]
        if status:
            assert receive(command, destination) == status
        else:
            with pytest.raises(ProgramError, match="cannot decompress the file"):
                receive(command, destination)
        destination.close()
        assert not os.path.exists(destination.path)


@pytest.mark.parametrize("data", [b"", b"x", b"plain" * 9, gzip.compress(b"plain" * 9)])
def test_what_comes_is_written_plainly(data: bytes) -> None:
    target = io.BytesIO(b"what was there before, and longer than all of it.......")
    write_plain(io.BytesIO(data), target)
    if data.startswith(b"\x1f"):
        data = b"plain" * 9
    assert target.getvalue()[: len(data)] == data
    assert not data or len(target.getvalue()) == len(data)


# the spool


@pytest.fixture
def cluster(tmp_path, monkeypatch):
    """A directory to recover in, as restore_command finds it."""
    home = tmp_path / "pgdata"
    home.mkdir()
    monkeypatch.chdir(home)
    return home


def taken(directory, name: str, path) -> bool:
    destination = Destination.open(str(path))
    try:
        return spool.take(str(directory), name, destination)
    finally:
        destination.close()


@pytest.mark.parametrize(
    ("name", "data"),
    [(ONE, segment_bytes(ONE)), ("00000002.history", b"1\n"), (ONE, b"no header")],
)
def test_what_was_fetched_is_taken_once(tmp_path, cluster, name, data) -> None:
    (tmp_path / name).write_bytes(data)
    assert taken(tmp_path, name, cluster / "dest")
    assert (cluster / "dest").read_bytes() == data
    assert not (tmp_path / name).exists()
    assert not taken(tmp_path, name, cluster / "other")
    assert not (cluster / "other").exists()


@pytest.mark.parametrize("data", [b"", segment_bytes(TWO), segment_bytes(ONE)[:-1]])
def test_what_contradicts_its_name_is_left(tmp_path, cluster, data: bytes) -> None:
    (tmp_path / ONE).write_bytes(data)
    assert not taken(tmp_path, ONE, cluster / "dest")
    assert (tmp_path / ONE).read_bytes() == data


def test_what_belongs_to_another_cluster_is_left(tmp_path, cluster) -> None:
    (cluster / "global").mkdir()
    control = cluster / "global" / "pg_control"
    control.write_bytes((5).to_bytes(8, sys.byteorder))
    (tmp_path / ONE).write_bytes(segment_bytes(ONE))
    assert not taken(tmp_path, ONE, cluster / "dest")
    (tmp_path / ONE).write_bytes(segment_bytes(ONE, systemid="5"))
    assert taken(tmp_path, ONE, cluster / "dest")


def test_files_are_fetched_ahead_and_only_whole_ones_are_kept(tmp_path) -> None:
    directory = tmp_path / "spool"
    commands = {
        ONE: "printf one | gzip",
        TWO: "printf half; exit 1",
        segment_name(3): "true",
        segment_name(4): "printf x; printf y",
    }
    ahead = spool.Prefetch(str(directory), lambda name: [*SHELL, commands[name]])
    (directory / segment_name(5)).write_bytes(b"there already")
    ahead.start([*commands, segment_name(5), "../evil", "00000002.history"])
    ahead.finish()
    assert {p.name: p.read_bytes() for p in directory.iterdir()} == {
        ONE: b"one",
        segment_name(4): b"xy",
        segment_name(5): b"there already",
    }
    assert directory.stat().st_mode & 0o777 == 0o700


def test_what_a_killed_program_left_is_swept(tmp_path) -> None:
    dead = subprocess.Popen(["true"])
    dead.wait()
    gone, living = f".{ONE}.{dead.pid}.part", f".{ONE}.{os.getppid()}.plain"
    for name in (gone, living, ".other"):
        (tmp_path / name).write_bytes(b"x")
    spool.Prefetch(str(tmp_path), lambda name: ["true"]).start([])
    assert sorted(os.listdir(tmp_path)) == sorted([living, ".other"])


def test_a_spool_that_cannot_be_made_ends_with_2(tmp_path) -> None:
    with pytest.raises(ProgramError, match="Cannot create") as caught:
        spool.Prefetch(str(tmp_path / "a" / "b"), lambda name: ["true"])
    assert caught.value.status == 2
