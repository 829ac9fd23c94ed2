# SPDX-License-Identifier: MIT
"""An sshd on loopback, with keys of its own, that lets the lab's account in.

It runs as that account, so it needs no privileges and can let nobody else in.
"""

from __future__ import annotations

import os
import shlex
import shutil
import socket
import subprocess
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.lab.lab import Lab


class Sshd:
    """The daemon; `command` is the `ssh_command` that reaches it."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.port = lab.free_port()
        self.directory = lab.directory("ssh")
        self.key = f"{self.directory}/user"
        self.known_hosts = f"{self.directory}/known_hosts"
        self.user = lab.account.name
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def argv(self) -> list[str]:
        """The client with every option it needs, and the destination."""
        return [
            *("ssh", "-p", str(self.port), "-i", self.key),
            *("-o", f"UserKnownHostsFile={self.known_hosts}"),
            *("-o", "IdentitiesOnly=yes", f"{self.user}@127.0.0.1"),
        ]

    @property
    def command(self) -> str:
        """The client as `ssh_command` of the configuration takes it."""
        return shlex.join(self.argv)

    def start(self) -> None:
        """Make the keys, the configuration, and wait until it answers."""
        for name in ("host", "user"):
            self.lab.run(
                [
                    "ssh-keygen",
                    "-q",
                    "-t",
                    "ed25519",
                    "-N",
                    "",
                    "-f",
                    f"{self.directory}/{name}",
                ]
            )
        with open(f"{self.key}.pub") as file:
            self._write("authorized_keys", file.read())
        with open(f"{self.directory}/host.pub") as file:
            self._write("known_hosts", f"[127.0.0.1]:{self.port} {file.read()}")
        self._write("sshd_config", self._configuration())
        self._write_client()
        self.up()

    def up(self) -> None:
        """Start the daemon (again)."""
        program = shutil.which("sshd", path="/usr/sbin:/usr/local/sbin:/usr/bin")
        assert program, "OpenSSH's server (sshd) is not installed"
        log = open(f"{self.directory}/log", "ab")  # noqa: SIM115  (the child keeps it)
        with log:
            self._process = self.lab.start(
                [program, "-D", "-e", "-f", f"{self.directory}/sshd_config"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self._await()

    def down(self) -> None:
        """Stop the daemon: the host cannot be reached any more."""
        if self._process:
            self._process.terminate()
            self._process.wait(timeout=10)
            self._process = None

    def _configuration(self) -> str:
        lines = (
            f"Port {self.port}",
            "ListenAddress 127.0.0.1",
            f"HostKey {self.directory}/host",
            f"AuthorizedKeysFile {self.directory}/authorized_keys",
            "PidFile none",
            "StrictModes no",
            "UsePAM no",
            "PasswordAuthentication no",
            "KbdInteractiveAuthentication no",
            "PrintMotd no",
            "MaxStartups 200",
            "MaxSessions 100",
            "Subsystem sftp internal-sftp",
            f"SetEnv BARMAN_LAB={self.lab.root} PATH={self.lab.environment['PATH']}",
        )
        return "\n".join(lines) + "\n"

    def _write_client(self) -> None:
        # `barman-wal-archive` runs plain `ssh user@host`: this finds the way for it.
        options = " ".join(shlex.quote(word) for word in self.argv[1:-1])
        real = shutil.which("ssh", path="/usr/bin:/usr/local/bin:/bin")
        self.lab.account.write(
            f"{self.lab.root}/bin/ssh",
            f'#!/bin/sh\nexec {real} {options} "$@"\n',
            0o755,
        )

    def _write(self, name: str, text: str) -> None:
        self.lab.account.write(os.path.join(self.directory, name), text)

    def _await(self) -> None:
        for _ in range(100):
            try:
                with socket.create_connection(("127.0.0.1", self.port), 1) as probe:
                    if probe.recv(4) == b"SSH-":
                        return
            except OSError:
                pass
            time.sleep(0.05)
        with open(f"{self.directory}/log") as file:
            raise AssertionError(f"sshd does not answer:\n{file.read()}")
