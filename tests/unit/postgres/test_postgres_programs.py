# SPDX-License-Identifier: MIT
from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from barman.errors import CommandError, InvalidNameError, NotFoundError
from barman.model.postgres_version import PostgresVersion
from barman.postgres.programs import Program, Programs, parse_version
from barman.system.command import Completed

if TYPE_CHECKING:
    from barman.system.command import Command


class RunnerFake:
    """Programs by path, with what they print; `on_path` is what PATH leads to."""

    def __init__(self, programs: dict[str, str | None], on_path: str | None = None):
        self.programs = programs
        self.on_path = on_path

    def find(self, *names: str) -> str | None:
        for name in names:
            if name in self.programs:
                return name
            if self.on_path and self.on_path.endswith(f"/{name}"):
                return self.on_path
        return None

    def run(self, command: Command, **_: object) -> Completed:
        path, argument = command.argv
        assert argument == "--version"
        text = self.programs[path]
        if text is None:
            raise CommandError("it failed")
        return Completed(0, text.encode())


def says(version: str) -> str:
    return f"pg_basebackup (PostgreSQL) {version} (Debian {version}-1)\n"


def version(text: str) -> PostgresVersion:
    return PostgresVersion.parse(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("pg_basebackup (PostgreSQL) 15.20 (Debian 15.20-0+deb12u1)", 150020),
        ("pg_receivewal (PostgreSQL) 18beta1", 180000),
        ("pg_receivexlog (PostgreSQL) 9.6.24", 90624),
        ("pg_basebackup (EnterpriseDB) 16.2.0", 160002),
    ],
)
def test_versions_are_read(text: str, number: int):
    assert parse_version(text) == PostgresVersion(number)


@pytest.mark.parametrize("text", ["", "usage: x", "command not found"])
def test_what_is_no_version_is_refused(text: str):
    with pytest.raises(InvalidNameError):
        parse_version(text)


def test_the_one_on_the_path_is_preferred():
    runner = RunnerFake({"/p/pg_basebackup": says("17.2")}, "/p/pg_basebackup")
    found = Programs(runner).find("pg_basebackup", for_version=version("15.1"))
    assert found == Program("/p/pg_basebackup", version("17.2"))


def test_the_usual_places_serve_when_the_path_has_an_older_one():
    place = "/usr/lib/postgresql/15/bin/pg_basebackup"
    runner = RunnerFake(
        {"/p/pg_basebackup": says("13.9"), place: says("15.3")}, "/p/pg_basebackup"
    )
    found = Programs(runner).find("pg_basebackup", for_version=version("15.1"))
    assert found == Program(place, version("15.3"))


def test_a_newer_one_serves_an_older_server():
    place = "/usr/pgsql-17/bin/pg_basebackup"
    runner = RunnerFake({place: says("17.1")})
    programs = Programs(runner)
    assert programs.get("pg_basebackup", for_version=version("14.1")).path == place
    exact = programs.find("pg_basebackup", for_version=version("14.1"), exactly=True)
    assert exact is not None
    assert not exact.serves(version("14.1"), exactly=True)


def test_too_old_is_found_but_not_got():
    runner = RunnerFake({"/p/pg_basebackup": says("13.9")}, "/p/pg_basebackup")
    programs = Programs(runner)
    assert programs.find("pg_basebackup", for_version=version("15.1")) == Program(
        "/p/pg_basebackup", version("13.9")
    )
    with pytest.raises(NotFoundError, match=r"13\.9 does not work with PostgreSQL 15"):
        programs.get("pg_basebackup", for_version=version("15.1"))


def test_nothing_is_found_where_nothing_is():
    programs = Programs(RunnerFake({}))
    assert programs.find("pg_basebackup", for_version=version("15.1")) is None
    with pytest.raises(NotFoundError, match="pg_basebackup not found"):
        programs.get("pg_basebackup")


def test_one_that_does_not_run_has_no_version():
    runner = RunnerFake({"/p/pg_basebackup": None}, "/p/pg_basebackup")
    assert Programs(runner).find("pg_basebackup") == Program("/p/pg_basebackup", None)


def test_the_old_name_of_receivewal_is_known():
    runner = RunnerFake({"/p/pg_receivexlog": says("9.6.1")}, "/p/pg_receivexlog")
    found = Programs(runner).find("pg_receivewal", for_version=version("9.6.2"))
    assert found == Program("/p/pg_receivexlog", version("9.6.1"))
