# SPDX-License-Identifier: MIT
"""The project's programs, put where the lab's account can run them.

The checkout and its virtual environment may lie where that account cannot read (below
/root, say).  Then a system Python of the same version runs the checkout's code with the
environment's packages on PYTHONPATH; when that is not readable either, we say so.
"""

from __future__ import annotations

import os
import shlex
import site
import subprocess
import sys
import sysconfig
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.lab.lab import Lab

CHECKOUT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
MODULES = {
    "barman": "barman.cli.main",
    "barman-wal-archive": "barman.clients.wal_archive",
    "barman-wal-restore": "barman.clients.wal_restore",
}
PROBE = "import barman, dateutil, psycopg2, paramiko"


class Programs:
    """`barman` and the two clients, as scripts in the lab's `bin` folder."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.directory = f"{lab.root}/bin"
        self.python_path = os.pathsep.join(
            (CHECKOUT, *site.getsitepackages(), sysconfig.get_paths()["purelib"])
        )
        self.python = self._interpreter()

    @property
    def environment(self) -> dict[str, str]:
        """What a Python program of ours needs besides the lab's environment."""
        return {"PYTHONPATH": self.python_path, "PYTHONDONTWRITEBYTECODE": "1"}

    def install(self) -> None:
        """Write the scripts; PATH of the lab, of sshd and of PostgreSQL has them."""
        exports = " ".join(
            f"{name}={shlex.quote(value)}" for name, value in self.environment.items()
        )
        python = shlex.quote(self.python)
        for name, module in MODULES.items():
            self.lab.account.write(
                f"{self.directory}/{name}",
                f'#!/bin/sh\n{exports} exec {python} -m {module} "$@"\n',
                0o755,
            )

    def _interpreter(self) -> str:
        name = f"python{sys.version_info[0]}.{sys.version_info[1]}"
        tried = []
        for python in (sys.executable, f"/usr/bin/{name}", f"/usr/local/bin/{name}"):
            if os.path.exists(python) and self._works(python, tried):
                return python
        raise AssertionError(
            f"user '{self.lab.account.name}' cannot run this checkout ({CHECKOUT}) with"
            f" {name}: put checkout and virtual environment where every user can read"
            f" (not below /root), or run the tests as another user\n" + "\n".join(tried)
        )

    def _works(self, python: str, tried: list[str]) -> bool:
        try:
            done = self.lab.run(
                [python, "-c", PROBE], env=self.environment, check=False, cwd="/"
            )
        except (OSError, subprocess.SubprocessError) as error:
            tried.append(f"{python}: {error}")
            return False
        if done.returncode:
            tried.append(f"{python}: {done.stderr.strip().splitlines()[-1:]}")
        return done.returncode == 0
