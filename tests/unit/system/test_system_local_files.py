# SPDX-License-Identifier: MIT
"""Files of this machine: what the contract of hosts leaves open."""

from __future__ import annotations

import os

import pytest

from barman.errors import CommandError, FileError
from barman.system.command import Command, Completed
from barman.system.local_files import LocalFiles
from barman.system.remote_shell import RemoteShell


@pytest.fixture
def files() -> LocalFiles:
    return LocalFiles()


def test_a_link_replaces_a_link_at_once_and_nothing_else(files, tmp_path) -> None:
    link = str(tmp_path / "link")
    for target in ("one", "/nowhere/two"):
        files.symlink(target, link)
        assert os.readlink(link) == target
    assert os.listdir(tmp_path) == ["link"]
    (tmp_path / "file").write_text("x")
    with pytest.raises(FileError, match=r'a link of ".*file": File exists'):
        files.symlink("one", str(tmp_path / "file"))
    assert (tmp_path / "file").read_text() == "x"


def test_a_link_that_leads_nowhere_exists(files, tmp_path) -> None:
    link = str(tmp_path / "link")
    files.symlink("/nowhere", link)
    assert files.exists(link)
    assert not files.is_directory(link)
    assert not files.is_empty(link)


def test_nothing_is_as_empty_as_an_empty_directory(files, tmp_path) -> None:
    assert files.is_empty(str(tmp_path / "none"))
    assert files.is_empty(str(tmp_path))
    (tmp_path / "x").write_text("")
    assert not files.is_empty(str(tmp_path))
    assert not files.is_empty(str(tmp_path / "x"))


def test_space_is_measured_where_a_path_would_be(files, tmp_path) -> None:
    found = os.statvfs(tmp_path)
    assert files.free_space(str(tmp_path / "a" / "b")) == pytest.approx(
        found.f_bavail * found.f_frsize, rel=0.2
    )


@pytest.mark.parametrize("act", ["read", "list_directory"])
def test_what_is_not_there_is_an_error_with_path_and_reason(
    files, tmp_path, act
) -> None:
    path = str(tmp_path / "none")
    with pytest.raises(FileError) as caught:
        getattr(files, act)(path)
    assert path in caught.value.message
    assert "No such file or directory" in caught.value.message


class Shell(RemoteShell):
    label = "pg"

    def __init__(self, *answers: Completed) -> None:
        self.answers = list(answers)
        self.commands: list[Command] = []

    def run(self, command: Command, **listeners: object) -> Completed:
        self.commands.append(command)
        return self.answers.pop(0)


def test_a_script_is_a_constant_with_operands() -> None:
    shell = Shell(Completed(0, b"out"))
    done = shell.act("try", 'cat "$1"', "-n", "a b", stdin=b"in")
    assert done.stdout == b"out"
    [command] = shell.commands
    assert command.argv == ("sh", "-c", 'cat "$1"', "sh", "./-n", "a b")
    assert (command.stdin, command.env) == (b"in", {"LC_ALL": "C"})


def test_a_script_that_fails_says_what_and_where() -> None:
    shell = Shell(Completed(3, b"", b"cat: x: gone\n"), Completed(9))
    with pytest.raises(FileError) as caught:
        shell.act("read", "cat", "/x")
    assert caught.value.message == 'could not read "/x" on pg: cat: x: gone'
    cause = caught.value.__cause__
    assert isinstance(cause, CommandError)
    assert cause.status == 3
    with pytest.raises(FileError, match="on pg: status 9"):
        shell.ask("true", "/x")


def test_a_shell_alone_runs_nothing() -> None:
    with pytest.raises(AssertionError):
        RemoteShell().run(Command(("true",)))
