# SPDX-License-Identifier: MIT
"""PostgreSQL's own programs on the Barman host: where they are, and which version.

A program works with servers of its own major version and older ones.  The one on the
PATH, which begins with `path_prefix`, is preferred; when it is missing or too old, the
places are tried where distributions keep several versions side by side.
"""

from __future__ import annotations

import re

from barman.errors import (
    CommandError,
    InvalidNameError,
    NotFoundError,
    TimeoutExpiredError,
)
from barman.model.frozen import frozen
from barman.model.postgres_version import PostgresVersion
from barman.system.command import Command

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from barman.system.command import CommandRunner

PLACES = ("/usr/lib/postgresql/{}/bin", "/usr/pgsql-{}/bin")
NEWEST = 19
PROBE_TIMEOUT = 10.0
_VERSION = re.compile(r"\) ?(\d\S*)|(\d+[.\d]*\S*)\s*$")
_OLD_NAMES = {"pg_receivewal": "pg_receivexlog"}


@frozen()
class Program:
    """A program that was found; its version is None when it does not say it."""

    path: str
    version: PostgresVersion | None

    def serves(self, server: PostgresVersion | None, *, exactly: bool = False) -> bool:
        """Whether it works with such a server: its major version is not older."""
        if self.version is None:
            return False
        if server is None:
            return True
        mine, theirs = _major(self.version), _major(server)
        return mine == theirs if exactly else mine >= theirs


class Programs:
    """Finds programs by means of a runner whose PATH begins with `path_prefix`."""

    def __init__(self, runner: CommandRunner) -> None:
        self._runner = runner

    def find(
        self,
        name: str,
        *,
        for_version: PostgresVersion | None = None,
        exactly: bool = False,
    ) -> Program | None:
        """Return the program for a server, else one that is too old, else None."""
        first: Program | None = None
        for path in self._paths(name, for_version):
            program = Program(path, self._version(path))
            if program.serves(for_version, exactly=exactly):
                return program
            first = first or program
        return first

    def get(self, name: str, *, for_version: PostgresVersion | None = None) -> Program:
        """Return the program for a server, or raise saying what is wrong."""
        program = self.find(name, for_version=for_version)
        if program is None:
            raise NotFoundError(
                f"{name} not found",
                hint="Install PostgreSQL's client programs, or set 'path_prefix'.",
            )
        if not program.serves(for_version):
            raise NotFoundError(
                f"'{program.path}' of version {program.version or 'unknown'}"
                f" does not work with PostgreSQL {for_version}",
                hint="Set 'path_prefix' to the programs of that version or a newer.",
            )
        return program

    def _paths(self, name: str, version: PostgresVersion | None) -> Iterator[str]:
        """Yield where the program is, best first."""
        found = self._runner.find(*_names(name))
        if found:
            yield found
        if version is None:
            majors = [str(major) for major in range(NEWEST, 9, -1)]
        else:
            newer = range(max(version.number // 10000, 9) + 1, NEWEST + 1)
            majors = [version.major, *(str(major) for major in newer if major >= 10)]
        for major in majors:
            for place in PLACES:
                directory = place.format(major)
                path = self._runner.find(*(f"{directory}/{n}" for n in _names(name)))
                if path:
                    yield path

    def _version(self, path: str) -> PostgresVersion | None:
        command = Command((path, "--version"), timeout=PROBE_TIMEOUT)
        try:
            return parse_version(self._runner.run(command).text)
        except (CommandError, TimeoutExpiredError, InvalidNameError):
            return None


def parse_version(text: str) -> PostgresVersion:
    """Read `pg_basebackup (PostgreSQL) 15.20 (Debian …)`; raise `InvalidNameError`."""
    match = _VERSION.search(text.partition("\n")[0])
    if not match:
        raise InvalidNameError(f"'{text}' does not say a PostgreSQL version")
    return PostgresVersion.parse(match[1] or match[2])


def _names(name: str) -> tuple[str, ...]:
    return (name, _OLD_NAMES[name]) if name in _OLD_NAMES else (name,)


def _major(version: PostgresVersion) -> int:
    """Return a number that is equal for versions of one major, and ordered."""
    return (
        version.number // 10000 * 100
        if version.at_least(10)
        else (version.number // 100)
    )
