# SPDX-License-Identifier: MIT
"""The contract of hosts, on the fake and on this machine."""

from __future__ import annotations

import os
import time

import pytest

from barman.errors import FileError
from barman.system.command import Command
from barman.system.host import LocalHost
from barman.system.openssh import OpenSshHost
from barman.system.runner import LocalRunner
from tests.contract.host_contract import CommandsContract, FilesContract
from tests.fakes.host import HostFake


class TestFake(FilesContract):
    @pytest.fixture
    def root(self):
        return "/root dir"

    @pytest.fixture
    def host(self, root):
        host = HostFake()
        host.make_directory(root)
        return host


class TestLocal(FilesContract, CommandsContract):
    @pytest.fixture
    def root(self, tmp_path):
        return str(tmp_path)

    @pytest.fixture
    def host(self):
        return LocalHost()


class TestThroughShell(FilesContract, CommandsContract):
    """The scripts of a remote host, by a stand-in for the client and the network."""

    @pytest.fixture
    def root(self, tmp_path):
        return str(tmp_path)

    @pytest.fixture
    def host(self):
        return OpenSshHost(("sh", "-c"), label="pg", runner=LocalRunner())

    def test_a_failed_write_leaves_the_old_file_and_nothing_else(self, host, root):
        """inv 17: a full disk is an error, and the old content stays."""
        host.write(f"{root}/f", b"old")
        limited = OpenSshHost(
            ("sh", "-c", 'ulimit -f 1; eval "$0"'), label="pg", runner=LocalRunner()
        )
        with pytest.raises(FileError, match=f"{root}/f"):
            limited.write(f"{root}/f", bytes(1 << 20))
        assert (host.read(f"{root}/f"), os.listdir(root)) == (b"old", ["f"])

    def test_an_input_that_was_cut_off_is_not_taken_for_the_file(self, host, root):
        cut = OpenSshHost(
            ("sh", "-c", 'head -c 5 | eval "$0"'), label="pg", runner=LocalRunner()
        )
        with pytest.raises(FileError):
            cut.write(f"{root}/f", b"0123456789")
        assert os.listdir(root) == []

    def test_mode(self, host, root):
        host.write(f"{root}/f", b"", mode=0o640)
        host.make_directory(f"{root}/d", mode=0o700)
        modes = [os.stat(f"{root}/{n}").st_mode & 0o777 for n in ("f", "d")]
        assert modes == [0o640, 0o700]


def test_a_command_is_ended_with_its_group(tmp_path):
    pid_file = tmp_path / "pid"

    def fail(line: str) -> None:
        raise KeyboardInterrupt

    script = f"sleep 60 & echo $! >{pid_file}; echo started; wait"
    with pytest.raises(KeyboardInterrupt):
        LocalRunner().run(Command(("sh", "-c", script)), on_stdout=fail)
    child = int(pid_file.read_text())
    # A signal is on its way for a moment; `sleep` itself would take a minute.
    deadline = time.monotonic() + 10
    while _state(child) not in ("", "Z") and time.monotonic() < deadline:
        time.sleep(0.01)
    assert _state(child) in ("", "Z")


def _state(pid: int) -> str:
    """Return the state of a process in a letter, none when it is gone."""
    try:
        with open(f"/proc/{pid}/stat") as status:
            return status.read().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return ""


def test_a_background_child_does_not_hold_us():
    done = LocalRunner().run(Command(("sh", "-c", "sleep 20 & echo x"), timeout=10))
    assert done.text == "x"


def test_the_end_of_a_signal_is_told():
    with pytest.raises(Exception, match="was ended by signal SIGKILL"):
        LocalRunner().run(Command(("sh", "-c", "kill -9 $$")))


def test_secrets_are_not_in_errors():
    script = "echo 'bad conninfo: host=x password=s3cret' >&2; exit 1"
    with pytest.raises(Exception, match="bad conninfo") as caught:
        LocalRunner().run(Command(("sh", "-c", script)))
    assert "s3cret" not in str(caught.value)
