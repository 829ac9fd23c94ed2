# SPDX-License-Identifier: MIT
"""The account that owns the lab: PostgreSQL refuses root, so root uses `postgres`."""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Account:
    """A user of this machine, and how to run programs as that user."""

    name: str
    uid: int
    gid: int
    switch: bool

    @classmethod
    def choose(cls) -> Account:
        """Return `postgres` for root, else the current user."""
        me = os.geteuid()
        entry = pwd.getpwnam("postgres") if me == 0 else pwd.getpwuid(me)
        return cls(entry.pw_name, entry.pw_uid, entry.pw_gid, switch=me == 0)

    def _as_user(self) -> dict[str, Any]:
        if not self.switch:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": [self.gid]}

    def run(
        self, argv: list[str], *, check: bool = True, **options: Any
    ) -> subprocess.CompletedProcess[str]:
        """Run to the end and return texts; raise with stderr when `check`."""
        if "input" not in options:
            options.setdefault("stdin", subprocess.DEVNULL)
        done = subprocess.run(
            argv,
            capture_output=True,
            text=True,
            errors="surrogateescape",
            **self._as_user(),
            **options,
        )
        if check and done.returncode:
            raise AssertionError(
                f"{' '.join(argv)} ended with {done.returncode}:\n"
                f"{done.stdout}{done.stderr}"
            )
        return done

    def start(self, argv: list[str], **options: Any) -> subprocess.Popen[Any]:
        """Start a program that stays."""
        return subprocess.Popen(argv, **self._as_user(), **options)

    def own(self, path: str, mode: int | None = None) -> str:
        """Give a file or directory to the account; return its path."""
        if self.switch:
            os.chown(path, self.uid, self.gid)
        if mode is not None:
            os.chmod(path, mode)
        return path

    def own_tree(self, path: str) -> str:
        """Give a directory and all that is below it to the account."""
        self.own(path)
        for top, directories, files in os.walk(path):
            for name in directories + files:
                if self.switch:
                    os.lchown(os.path.join(top, name), self.uid, self.gid)
        return path

    def make_directory(self, path: str, mode: int = 0o700) -> str:
        """Make a directory that the account owns; return its path."""
        os.makedirs(path, exist_ok=True)
        return self.own(path, mode)

    def write(self, path: str, text: str, mode: int = 0o600) -> str:
        """Write a file that the account owns; return its path."""
        with open(path, "w") as file:
            file.write(text)
        return self.own(path, mode)
