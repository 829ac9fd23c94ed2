# SPDX-License-Identifier: MIT
"""The lab: one folder, its clusters, its sshd, its programs, its watchdog."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import tempfile
from typing import Any

from tests.lab import watchdog
from tests.lab.account import Account
from tests.lab.barman import Barman
from tests.lab.cluster import Cluster
from tests.lab.installation import Installation, installations
from tests.lab.programs import Programs
from tests.lab.sshd import Sshd


class Lab:
    """Everything that a test session starts, below one folder with a short name."""

    def __init__(self, root: str, account: Account, dog: subprocess.Popen[bytes]):
        self.root = root
        self.account = account
        self._dog = dog
        self._clusters: dict[int, Cluster] = {}
        self._sshd: Sshd | None = None
        self._programs: Programs | None = None
        self._count = 0

    @classmethod
    def open(cls) -> Lab:
        """Make the folder and start its watchdog; nothing else runs yet."""
        account = Account.choose()
        # A unix socket's path has at most 107 bytes, and postgres must get in.
        base = "/tmp" if os.access("/tmp", os.W_OK) else tempfile.gettempdir()
        root = os.path.realpath(tempfile.mkdtemp(prefix="bl-", dir=base))
        account.own(root, 0o755)
        account.make_directory(f"{root}/bin", 0o755)
        account.make_directory(f"{root}/home")
        dog = subprocess.Popen(
            [sys.executable, "-I", watchdog.__file__, root, str(os.getpid())],
            stdin=subprocess.PIPE,
            start_new_session=True,
            cwd="/",
        )
        return cls(root, account, dog)

    def close(self) -> None:
        """End everything; the watchdog does it, as it does when we are killed."""
        assert self._dog.stdin
        self._dog.stdin.close()
        self._dog.wait(timeout=60)

    def __enter__(self) -> Lab:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def environment(self) -> dict[str, str]:
        """What the lab's processes get; the watchdog knows them by the first."""
        return {
            "BARMAN_LAB": self.root,
            "PATH": f"{self.root}/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
            "HOME": f"{self.root}/home",
            "LC_ALL": "C.UTF-8",
            "PGCONNECT_TIMEOUT": "10",
        }

    def run(self, argv: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        """Run a program as the lab's account in the lab's environment."""
        options.setdefault("cwd", self.root)
        env = {**self.environment, **options.pop("env", {})}
        return self.account.run(argv, env=env, **options)

    def start(self, argv: list[str], **options: Any) -> subprocess.Popen[Any]:
        """Start a program that stays, as the lab's account."""
        options.setdefault("cwd", self.root)
        env = {**self.environment, **options.pop("env", {})}
        return self.account.start(argv, env=env, **options)

    def directory(self, name: str = "dir", mode: int = 0o700) -> str:
        """Return a new, empty directory that the lab's account owns."""
        self._count += 1
        safe = re.sub(r"[^\w.-]", "_", name)[:24]
        return self.account.make_directory(f"{self.root}/{safe}-{self._count}", mode)

    @staticmethod
    def free_port() -> int:
        """Return a TCP port of the loopback that nobody uses at the moment."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
            return port

    def installation(self, major: int) -> Installation:
        """Return the programs of a major version; fail when they are not there."""
        return installations()[major]

    def cluster(self, major: int) -> Cluster:
        """Return the session's cluster of that version; leave it as you found it."""
        if major not in self._clusters:
            self._clusters[major] = self.new_cluster(major, name=f"shared{major}")
        return self._clusters[major]

    def new_cluster(
        self, major: int, *, name: str = "pg", **settings: object
    ) -> Cluster:
        """Make and start a cluster of the caller's own, with settings if need be."""
        cluster = Cluster(self, name, self.installation(major))
        cluster.create()
        cluster.start(settings)
        cluster.furnish()
        return cluster

    @property
    def sshd(self) -> Sshd:
        """The lab's sshd, started when first asked for."""
        if self._sshd is None:
            self._sshd = Sshd(self)
            self._sshd.start()
        return self._sshd

    @property
    def programs(self) -> Programs:
        """The project's programs, runnable by the lab's account."""
        if self._programs is None:
            self._programs = Programs(self)
            self._programs.install()
        return self._programs

    def barman(self, **options: object) -> Barman:
        """Return a new Barman home; `options` go into its `[barman]` section."""
        return Barman(self, **options)
