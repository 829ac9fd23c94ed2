# SPDX-License-Identifier: MIT
"""Which means serves which ssh command."""

from __future__ import annotations

import base64
import os
import stat

import pytest
from paramiko.hostkeys import HostKeys
from paramiko.rsakey import RSAKey

from barman.errors import ConfigError, ConnectionFailedError
from barman.system.hosts import open_host
from barman.system.known_hosts import KnownHosts
from barman.system.openssh import OpenSshHost
from barman.system.ssh import SshHost
from barman.system.ssh_command import (
    Settings,
    client_argv,
    parse_ssh_command,
    reason_for_client,
)
from tests.fakes.runner import Completed, RunnerFake

ANSWER = """user postgres
hostname db.example
port 2222
ciphers chacha20-poly1305@openssh.com,aes128-ctr,aes256-gcm@openssh.com
identityfile ~/.ssh/id_a
identityfile /key
stricthostkeychecking false
userknownhostsfile ~/.ssh/known_hosts /other
globalknownhostsfile /none
gssapiauthentication no
proxycommand none
"""
PLAIN = Settings.parse(ANSWER)


def test_parsing():
    command = parse_ssh_command("ssh -qp 2222 -i '/a key' -oUser=pg postgres@host -T")
    assert command.destination == "postgres@host"
    assert command.options == (
        ("q", ""),
        ("p", "2222"),
        ("i", "/a key"),
        ("o", "User=pg"),
        ("T", ""),
    )
    assert parse_ssh_command("ssh host sudo -n").remainder == ("sudo", "-n")


@pytest.mark.parametrize("text", ["", "  ", "ssh 'host"])
def test_what_is_no_command(text):
    with pytest.raises(ConfigError):
        parse_ssh_command(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("ssh -p 2222 -i key -q -o StrictHostKeyChecking=no postgres@host", None),
        ("/usr/bin/ssh -T host", None),
        ("wrapper host", '"wrapper" is not ssh'),
        ("ssh -J jump host", "option -J"),
        ("ssh -o ControlMaster=auto -o Weird=1 host", "option weird"),
        ("ssh -o GSSAPIAuthentication=yes host", "option gssapiauthentication"),
        ("ssh host sudo", "the ssh command holds words after the destination"),
    ],
)
def test_why_the_client_is_used(text, reason):
    assert reason_for_client(parse_ssh_command(text), PLAIN) == reason


def test_the_configuration_of_the_client_counts():
    jump = Settings.parse(ANSWER.replace("proxycommand none", "proxyjump a"))
    assert reason_for_client(parse_ssh_command("ssh db"), jump) == "proxyjump is a"


def test_our_options_come_first_and_fast_ciphers_are_preferred():
    argv = client_argv(parse_ssh_command("ssh -q -p 1 db"), PLAIN)
    assert argv == (
        "ssh",
        *("-o", "BatchMode=yes", "-o", "LogLevel=ERROR"),
        *("-o", "StrictHostKeyChecking=accept-new"),
        *("-o", "ServerAliveInterval=15", "-o", "ServerAliveCountMax=3"),
        *("-o", "ConnectTimeout=30", "-o"),
        "Ciphers=aes256-gcm@openssh.com,chacha20-poly1305@openssh.com,aes128-ctr",
        *("-p", "1", "db"),
    )


def test_what_the_user_chose_is_kept():
    strict = Settings.parse(ANSWER.replace("checking false", "checking true"))
    argv = client_argv(parse_ssh_command("ssh -c aes128-ctr db"), strict)
    assert not any("StrictHostKey" in word or "Ciphers" in word for word in argv)


def test_open_host_chooses():
    runner = RunnerFake({"ssh": Completed(0, ANSWER.encode())})
    environ = {"HOME": "/home/barman"}
    host = open_host("ssh -p 2222 db", environ=environ, runner=runner)
    assert isinstance(host, SshHost)
    assert runner.argvs == [("ssh", "-G", "-p", "2222", "db")]
    access = host._access
    assert (access.host, access.port, access.user) == ("db.example", 2222, "postgres")
    assert access.key_files == ("/home/barman/.ssh/id_a", "/key")
    for text in ("wrapper", "ssh -J a db"):
        other = open_host(text, environ=environ, runner=runner)
        assert isinstance(other, OpenSshHost)
    assert open_host(None, environ=environ, runner=runner).label == "localhost"


def test_without_the_client_its_own_error_is_told():
    runner = RunnerFake(lenient=False)
    assert isinstance(open_host("ssh db", environ={}, runner=runner), OpenSshHost)


KEY = RSAKey.generate(2048)
OTHER = RSAKey.generate(2048)


def _line(names: str, key: RSAKey = KEY) -> str:
    return f"{names} ssh-rsa {base64.b64encode(key.asbytes()).decode()}\n"


@pytest.mark.parametrize(
    "names",
    ["[db]:2222", "x,[db]:2222", "[d?]:2*", HostKeys.hash_host("[db]:2222")],
    ids=["plain", "list", "pattern", "hashed"],
)
def test_a_known_key(tmp_path, names):
    path = str(tmp_path / "known_hosts")
    with open(path, "w") as file:
        file.write("# comment\n\n" + _line("elsewhere", OTHER) + _line(names))
    known = KnownHosts([path])
    known.check("[db]:2222", KEY, strict=True)
    assert known.exchange_names("[db]:2222") == ["rsa-sha2-512", "rsa-sha2-256"]
    with pytest.raises(ConnectionFailedError, match="has changed"):
        known.check("[db]:2222", OTHER, strict=False)


def test_a_new_key_is_recorded_hashed_if_wanted(tmp_path):
    path = str(tmp_path / "ssh" / "known_hosts")
    KnownHosts([path], hashed=True).check("db", KEY, strict=False)
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    with open(path) as file:
        assert file.read().startswith("|1|")
    KnownHosts([path]).check("db", KEY, strict=True)
    with pytest.raises(ConnectionFailedError, match="not known"):
        KnownHosts([path]).check("db2", KEY, strict=True)


def test_authorities_are_left_to_the_client(tmp_path):
    path = tmp_path / "known_hosts"
    path.write_text(_line("@cert-authority *"))
    assert KnownHosts([str(path)]).has_markers()
