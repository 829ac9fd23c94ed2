# SPDX-License-Identifier: MIT
"""Both SSH adapters against a real sshd on loopback, through the contract of hosts."""

from __future__ import annotations

import getpass
import os
import shutil
import signal
import socket
import subprocess
import time

import pytest

from barman.errors import BarmanError, CommandError, ConnectionFailedError
from barman.model.frozen import replace
from barman.system.command import Command
from barman.system.hosts import open_host
from barman.system.openssh import OpenSshHost
from barman.system.rsync import RsyncOptions, rsync_command, rsync_list_command
from barman.system.rsync_output import parse_listing
from barman.system.runner import LocalRunner
from barman.system.ssh import SshHost
from tests.contract.host_contract import CommandsContract, FilesContract

pytestmark = pytest.mark.integration
SSHD = shutil.which("sshd", path="/usr/sbin:/usr/local/sbin:/usr/bin")
LIBRARY, CLIENT = "", " -o EscapeChar=none"  # an option that only the client knows


class Server:
    """An sshd with keys of its own that lets the current user in."""

    def __init__(self, directory: str) -> None:
        self.directory = directory
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        for key in ("host", "other", "user", "stranger"):
            self.make_key(key)
        os.rename(f"{directory}/user.pub", f"{directory}/authorized")
        self.process: subprocess.Popen[bytes] | None = None

    def make_key(self, name: str) -> None:
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.path(name)],
            check=True,
        )

    def path(self, name: str) -> str:
        return f"{self.directory}/{name}"

    def start(self, key: str = "host") -> None:
        options = (
            *("ListenAddress=127.0.0.1", "StrictModes=no", "UsePAM=no", "PidFile=none"),
            *("PasswordAuthentication=no", "KbdInteractiveAuthentication=no"),
            *(
                "UseDNS=no",
                "PermitRootLogin=yes",
                f"AuthorizedKeysFile={self.path('authorized')}",
            ),
        )
        argv = [SSHD, "-D", "-q", "-f", "/dev/null", "-p", str(self.port)]
        argv += ["-h", self.path(key), *(w for o in options for w in ("-o", o))]
        self.process = subprocess.Popen(argv, start_new_session=True)
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise AssertionError("sshd does not answer")

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(10)

    def command(self, *, key: str = "user", known_hosts: str = "known_hosts") -> str:
        return (
            f"ssh -F none -p {self.port} -i {self.path(key)} -q "
            f"-o IdentitiesOnly=yes -o UserKnownHostsFile={self.path(known_hosts)} "
            f"-o StrictHostKeyChecking=no {getpass.getuser()}@127.0.0.1"
        )


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    if SSHD is None:
        pytest.skip("sshd is not installed")
    if os.getuid() == 0:
        os.makedirs("/run/sshd", exist_ok=True)
    server = Server(str(tmp_path_factory.mktemp("sshd")))
    server.start()
    yield server
    server.stop()


def environ() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if k != "SSH_AUTH_SOCK"}


@pytest.fixture
def opened():
    """Open hosts that are closed at the end."""
    hosts = []

    def opened(command: str):
        hosts.append(open_host(command, environ=environ()))
        return hosts[-1]

    yield opened
    for host in hosts:
        host.close()


@pytest.fixture(scope="module")
def by_library(server):
    host = open_host(server.command(), environ=environ())
    assert isinstance(host, SshHost)
    yield host
    host.close()


class TestLibrary(FilesContract, CommandsContract):
    @pytest.fixture
    def host(self, by_library):
        return by_library

    @pytest.fixture
    def root(self, tmp_path):
        return str(tmp_path)


class TestClient(FilesContract, CommandsContract):
    @pytest.fixture
    def host(self, server):
        host = open_host(server.command() + CLIENT, environ=environ())
        assert isinstance(host, OpenSshHost)
        return host

    @pytest.fixture
    def root(self, tmp_path):
        return str(tmp_path)


def test_one_connection_carries_many_commands_at_once(server, opened):
    from concurrent.futures import ThreadPoolExecutor

    host = opened(server.command())
    script = 'sleep 0.1; echo "$SSH_CONNECTION"'
    with ThreadPoolExecutor(20) as pool:
        runs = [pool.submit(host.run, Command(("sh", "-c", script))) for _ in range(20)]
    assert len({run.result().text for run in runs}) == 1


def test_aes_gcm_is_chosen(server, opened):
    host = opened(server.command())
    host.run(Command(("true",)))
    transport = host._connection._transport
    assert transport.local_cipher == "aes128-gcm@openssh.com"


@pytest.mark.parametrize("adapter", [LIBRARY, CLIENT])
def test_a_new_key_is_recorded_and_a_changed_one_refused(server, opened, adapter):
    name = f"known{len(adapter)}"
    command = server.command(known_hosts=name) + adapter
    opened(command).run(Command(("true",)))
    with open(server.path(name)) as recorded:
        kind, key = recorded.read().split()[1:3]
    with open(server.path("host.pub")) as public:
        assert public.read().split()[:2] == [kind, key]
    server.stop()
    server.start("other")
    try:
        with pytest.raises(ConnectionFailedError, match=r"host key.*has changed") as e:
            opened(command).run(Command(("true",)))
        assert "ssh-keygen -R" in e.value.hint
    finally:
        server.stop()
        server.start()
    opened(command).run(Command(("true",)))


@pytest.mark.parametrize("adapter", [LIBRARY, CLIENT])
def test_an_unknown_key_is_refused_if_the_user_says_so(server, opened, adapter):
    command = server.command(known_hosts=f"strict{len(adapter)}") + adapter
    command = command.replace("Checking=no", "Checking=yes")
    with pytest.raises(ConnectionFailedError, match=r"(?i)host key"):
        opened(command).run(Command(("true",)))
    assert not os.path.exists(server.path(f"strict{len(adapter)}"))


@pytest.mark.parametrize("adapter", [LIBRARY, CLIENT])
def test_a_key_that_is_not_let_in(server, opened, adapter):
    command = server.command(key="stranger") + adapter
    with pytest.raises(
        ConnectionFailedError, match=r"none of 1 keys|Permission denied"
    ):
        opened(command.replace(" -q", "")).run(Command(("true",)))


@pytest.mark.parametrize("adapter", [LIBRARY, CLIENT])
def test_a_port_where_nobody_listens(server, opened, adapter):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = server.command().replace(f"-p {server.port}", f"-p {port}") + adapter
    with pytest.raises(ConnectionFailedError, match="Connection refused"):
        opened(command.replace(" -q", "")).run(Command(("true",)))


@pytest.mark.parametrize("adapter", [LIBRARY, CLIENT])
def test_inv_066_a_port_that_never_answers(server, opened, adapter):
    with socket.create_server(("127.0.0.1", 0)) as mute:
        command = server.command().replace(
            f"-p {server.port}", f"-p {mute.getsockname()[1]} -o ConnectTimeout=1"
        )
        begun = time.monotonic()
        with pytest.raises(ConnectionFailedError):
            opened(command + adapter).run(Command(("true",)))
        assert time.monotonic() - begun < 8


@pytest.mark.parametrize("adapter", [LIBRARY, CLIENT])
def test_inv_066_a_peer_that_goes_silent_is_given_up(server, opened, adapter):
    alive = " -o ServerAliveInterval=1 -o ServerAliveCountMax=2"
    host = opened(server.command() + alive + adapter)
    # The server process of this connection stops in the middle of the command; where
    # privileges are separated, it is the parent of the shell.
    pid = host.run(Command(("sh", "-c", "echo $PPID"))).text
    script = "echo $PPID; sleep 60"
    stopped = []

    def stop(line: str) -> None:
        stopped.append(int(line))
        os.kill(int(line), signal.SIGSTOP)

    begun = time.monotonic()
    try:
        with pytest.raises(ConnectionFailedError):
            host.run(Command(("sh", "-c", script)), on_stdout=stop)
    finally:
        for number in stopped:
            os.kill(number, signal.SIGKILL)
    assert time.monotonic() - begun < 10
    assert pid


def test_a_lost_connection_is_told_and_made_again(server, opened):
    host = opened(server.command())
    with pytest.raises(ConnectionFailedError, match="lost the connection"):
        host.run(Command(("sh", "-c", "kill -9 $PPID; sleep 5")))
    assert host.run(Command(("echo", "back"))).text == "back"


def test_a_jump_goes_through_the_client(server, opened):
    jump = server.command().replace("ssh ", f"ssh -o ProxyCommand='nc 127.0.0.1 {1}' ")
    host = opened(jump)
    assert isinstance(host, OpenSshHost)
    with pytest.raises(ConnectionFailedError):
        host.run(Command(("true",)))


def test_a_wrapper_script_serves(server, opened, tmp_path):
    script = tmp_path / "wrapper"
    script.write_text(f'#!/bin/sh\nexec {server.command()} "$@"\n')
    script.chmod(0o755)
    host = opened(str(script))
    # It holds the destination already, so what follows it are no options to ssh.
    assert isinstance(host, OpenSshHost)
    assert host.label == str(script)


def test_a_command_that_fails_names_the_host(server, opened):
    with pytest.raises(CommandError, match=r"^false on .*@127\.0\.0\.1 failed"):
        opened(server.command()).run(Command(("false",)))


@pytest.mark.parametrize("adapter", [LIBRARY, CLIENT])
def test_rsync_uses_the_same_way(server, opened, tmp_path, adapter):
    host = opened(server.command() + adapter)
    source, target = tmp_path / "a b:c", tmp_path / "target"
    source.mkdir()
    for name in ("x", "new\nline", "it's", "left out"):
        (source / name).write_bytes(b"data")
    options = RsyncOptions(
        shell=host.rsync_shell,
        remote_source=True,
        files=("x", "new\nline", "it's"),
        network_compression=True,
    )
    done = LocalRunner().run(rsync_command([f"{source}/"], f"{target}/", options))
    assert done.status == 0, done.stderr
    assert sorted(os.listdir(target)) == ["it's", "new\nline", "x"]
    back = RsyncOptions(shell=host.rsync_shell, remote_destination=True)
    LocalRunner().run(rsync_command([f"{target}/"], f"{tmp_path}/back", back))
    assert sorted(os.listdir(tmp_path / "back")) == ["it's", "new\nline", "x"]
    listing = replace(options, files=None)
    listed = LocalRunner().run(rsync_list_command(f"{source}/", listing)).stdout
    names = [(f.path, f.size) for f in parse_listing(listed) if not f.is_directory]
    assert names == [("it's", 4), ("left out", 4), ("new\nline", 4), ("x", 4)]


def test_every_error_is_one_of_ours(server, opened):
    with pytest.raises(BarmanError):
        opened("ssh -F none -o NoSuchOption=1 host").run(Command(("true",)))
