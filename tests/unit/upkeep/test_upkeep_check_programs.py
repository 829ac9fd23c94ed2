# SPDX-License-Identifier: MIT
"""PostgreSQL's programs on this machine."""

from __future__ import annotations

from barman.model.postgres_version import PostgresVersion
from tests.fakes.checks import Checked

STREAMING = {"backup_method": "postgres", "streaming_conninfo": "host=pg"}


def test_a_program_that_is_missing(tmp_path):
    checked = Checked(tmp_path, **STREAMING)
    checked.programs.programs.clear()
    assert checked.failures() == {
        "pg_basebackup": None,
        "pg_basebackup compatible": "PostgreSQL version: 15.0, pg_basebackup version:"
        " None",
        "pg_basebackup supports tablespaces mapping": "pg_basebackup 9.4 or later is"
        " needed",
    }


def test_a_program_that_is_too_old(tmp_path):
    checked = Checked(tmp_path, **STREAMING)
    checked.postgres.version = PostgresVersion(180000)
    assert checked.failures() == {
        "pg_basebackup compatible": "PostgreSQL version: 18.0, pg_basebackup version:"
        " 15.4"
    }


def test_inv_121_the_receiver_runs_when_its_lock_is_held_and_not_by_its_file(tmp_path):
    checked = Checked(tmp_path, streaming_archiver="on", streaming_conninfo="host=pg")
    with checked.locks.receive_wal():
        assert checked.check()["receive-wal running"] == (True, None)
    assert checked.check()["receive-wal running"][0] is False
