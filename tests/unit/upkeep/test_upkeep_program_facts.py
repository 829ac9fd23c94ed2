# SPDX-License-Identifier: MIT
"""What is known of PostgreSQL's programs: installed or not, fitting or not."""

from __future__ import annotations

import pytest

from barman.model.postgres_version import PostgresVersion
from barman.postgres.programs import Programs
from barman.system.command import Completed
from barman.upkeep.program_facts import basebackup_facts, receivewal_facts
from tests.fakes.runner import RunnerFake

V15 = PostgresVersion(150004)


def programs(name: str, version: str) -> Programs:
    path = f"/opt/bin/{name}"
    said = Completed(0, f"{name} (PostgreSQL) {version}\n".encode())
    return Programs(RunnerFake({name: said, path: said}, programs={name: path}))


def test_a_program_that_fits() -> None:
    assert dict(basebackup_facts(programs("pg_basebackup", "15.4"), V15)) == {
        "pg_basebackup_installed": True,
        "pg_basebackup_path": "/opt/bin/pg_basebackup",
        "pg_basebackup_version": "15.4",
        "pg_basebackup_compatible": True,
        "pg_basebackup_bwlimit": True,
        "pg_basebackup_tbls_mapping": True,
    }


def test_a_program_of_a_server_that_nobody_could_ask() -> None:
    found = dict(basebackup_facts(programs("pg_basebackup", "15.4"), None))
    assert found["pg_basebackup_compatible"] is None
    assert found["pg_basebackup_installed"] is True


def test_a_program_that_is_too_old() -> None:
    found = dict(basebackup_facts(programs("pg_basebackup", "14.1"), V15))
    assert found["pg_basebackup_compatible"] is False


@pytest.mark.parametrize("synchronous", [True, False, None])
def test_a_program_that_is_missing_goes_by_its_old_name(synchronous) -> None:
    nothing = Programs(RunnerFake())
    assert dict(receivewal_facts(nothing, V15, synchronous=synchronous)) == {
        "pg_receivexlog_installed": False,
        "pg_receivexlog_path": None,
        "pg_receivexlog_version": None,
        "pg_receivexlog_compatible": None,
        "pg_receivexlog_supports_slots": None,
        "pg_receivexlog_synchronous": synchronous,
    }
