# SPDX-License-Identifier: MIT
"""Scripts for hosts behind SSH, and connections that cannot be made."""

from __future__ import annotations

import socket

import pytest

from barman.errors import CommandError, ConnectionFailedError, FileError
from barman.system.command import Command, Completed
from barman.system.known_hosts import KnownHosts
from barman.system.remote_files import RemoteFiles
from barman.system.ssh_connection import Access, Connection


class Remote(RemoteFiles):
    """A host that answers every script alike and remembers what it was asked."""

    label = "pg"

    def __init__(self, answer: Completed) -> None:
        self.answer = answer
        self.commands: list[Command] = []

    def run(self, command: Command, **listeners: object) -> Completed:
        self.commands.append(command)
        return self.answer


def operands(remote: Remote) -> tuple[str, ...]:
    """Return what the script is given, without the words that start the shell."""
    [command] = remote.commands
    assert command.argv[:2] == ("sh", "-c")
    return tuple(command.argv[4:])


def test_names_are_operands_and_never_options_or_shell() -> None:
    remote = Remote(Completed(0))
    remote.remove("-rf $(id)")
    assert operands(remote) == ("./-rf $(id)", ".")
    assert "$(id)" not in remote.commands[0].argv[2]


def test_a_write_is_sent_whole_and_checked_by_its_size() -> None:
    remote = Remote(Completed(0))
    remote.write("/d/file", b"abc", mode=0o640)
    path, temporary, parent, mode, size = operands(remote)
    assert (path, parent, mode, size) == ("/d/file", "/d", "640", "3")
    assert temporary.startswith("/d/") and temporary != path
    assert remote.commands[0].stdin == b"abc"


@pytest.mark.parametrize(("status", "expected"), [(0, True), (1, False)])
def test_a_question_is_answered_by_the_status(status: int, expected: bool) -> None:
    remote = Remote(Completed(status))
    assert remote.exists("/x") is expected
    assert remote.is_directory("/x") is expected
    assert remote.is_empty("/x") is expected


def test_a_question_that_cannot_be_answered_is_an_error() -> None:
    remote = Remote(Completed(2, b"", b"first\nls: Permission denied\n"))
    with pytest.raises(FileError) as caught:
        remote.is_empty("/x")
    assert caught.value.message == (
        'could not examine "/x" on pg: ls: Permission denied'
    )
    assert isinstance(caught.value.__cause__, CommandError)
    with pytest.raises(FileError, match="status 7"):
        Remote(Completed(7)).read("/x")


def test_names_of_a_directory_may_hold_anything_but_zero() -> None:
    listed = Completed(0, b"./b\0./a\nb\0./\xff\0")
    assert Remote(listed).list_directory("/d") == ["a\nb", "b", "\udcff"]


@pytest.mark.parametrize(
    ("table", "free"),
    [
        (
            b"Filesystem 1024-blocks Used Available Capacity Mounted on\n"
            b"/dev/a b  100 40 60 40% /a b\n",
            60 * 1024,
        ),
        (b"Filesystem\ntmpfs 100 0 100 - /run\n", 100 * 1024),
    ],
)
def test_free_space_is_read_from_the_table(table: bytes, free: int) -> None:
    assert Remote(Completed(0, table)).free_space("/x") == free


def test_a_table_that_says_nothing_is_an_error() -> None:
    with pytest.raises(FileError, match='could not measure "/x" on pg'):
        Remote(Completed(0, b"what")).free_space("/x")


def test_a_program_is_found_by_its_path_alone() -> None:
    assert Remote(Completed(0, b"/usr/bin/rsync\n")).find("rsync") == "/usr/bin/rsync"
    assert Remote(Completed(0, b"rsync\n")).find("rsync") is None
    assert Remote(Completed(1)).find("rsync") is None


# connections


def access(port: int, **facts: float) -> Access:
    return Access(
        label="pg",
        host="127.0.0.1",
        port=port,
        user="postgres",
        known_hosts=KnownHosts(("/nosuch",)),
        **facts,  # type: ignore[arg-type]
    )


def test_a_host_is_known_by_its_port_where_that_is_not_the_usual_one() -> None:
    assert access(22).known_as == "127.0.0.1"
    assert access(2222).known_as == "[127.0.0.1]:2222"


def test_a_port_where_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(ConnectionFailedError, match='could not connect to "pg": '):
        Connection(access(port))


def test_a_server_that_says_nothing_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(ConnectionFailedError, match='could not connect to "pg"'):
            Connection(access(port, timeout=0.2))
