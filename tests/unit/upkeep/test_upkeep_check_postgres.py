# SPDX-License-Identifier: MIT
"""What is wrong with PostgreSQL, and how it is said."""

from __future__ import annotations

from datetime import timedelta

import pytest

from barman.model.frozen import replace
from barman.model.lsn import Lsn
from barman.model.postgres_version import PostgresVersion
from barman.postgres.values import Slot, SystemIdentity
from tests.fakes.checks import Checked
from tests.fakes.postgres import BEGIN, STATS, TIME, PostgresSessionFake

STREAMING = {
    "streaming_archiver": "on",
    "streaming_conninfo": "host=pg",
    "slot_name": "s",
}
RIGHTS = "privileges for PostgreSQL {} functions are required (see documentation)"


def test_a_server_that_is_too_old(tmp_path):
    checked = Checked(tmp_path)
    checked.postgres.version = PostgresVersion(90500)
    failures = checked.failures()
    assert failures["PostgreSQL"] == "unsupported version: 9.5.0 (9.5.0 < 9.6.0)"
    assert "postgres minimal version" in failures


def test_missing_rights_rename_the_line(tmp_path):
    checked = Checked(tmp_path)
    checked.postgres.has_backup_privileges = False
    assert checked.failures() == {
        "no access to backup functions": RIGHTS.format("backup")
    }


@pytest.mark.parametrize("level", ["minimal", None])
def test_inv_131_a_wal_level_that_is_low_or_unknown(tmp_path, level):
    checked = Checked(tmp_path)
    checked.postgres.all_settings.pop("wal_level")
    if level:
        checked.postgres.all_settings["wal_level"] = level
    assert set(checked.failures()) == {"wal_level"}


def test_a_streaming_connection_that_fails_says_why(tmp_path):
    checked = Checked(tmp_path, **STREAMING)
    checked.postgres.slots["s"] = Slot("s", "physical", True, BEGIN)
    checked.streaming = None
    assert checked.failures()["PostgreSQL streaming"] == (
        "could not connect to PostgreSQL: no route to host"
    )


@pytest.mark.parametrize(
    "slot, streams, expected",
    [
        (Slot("s", "physical", True, BEGIN), True, (True, None)),
        (
            Slot("s", "physical", False, BEGIN),
            True,
            (False, "slot 's' not active: is 'receive-wal' running?"),
        ),
        (
            Slot("s", "physical", False, None),
            True,
            (False, "slot 's' not initialised: is 'receive-wal' running?"),
        ),
        (
            Slot("s", "physical", True, BEGIN),
            False,
            (
                True,
                "WARNING: slot 's' is active but not required by the current config",
            ),
        ),
        (
            Slot("s", "physical", False, BEGIN),
            False,
            (
                True,
                "WARNING: slot 's' is initialised but not required by the current"
                " config",
            ),
        ),
        (Slot("s", "physical", False, None), False, None),
        (None, False, None),
    ],
)
def test_the_slot(tmp_path, slot, streams, expected):
    checked = Checked(
        tmp_path, **{**STREAMING, "streaming_archiver": "on" if streams else "off"}
    )
    if slot is not None:
        checked.postgres.slots["s"] = slot
    assert checked.check().get("replication slot") == expected


def test_a_standby_and_its_primary(tmp_path):
    checked = Checked(tmp_path, primary_conninfo="host=primary")
    checked.primary = PostgresSessionFake(systemid="1", is_in_recovery=True)
    failures = checked.failures()
    assert set(failures) == {
        "PostgreSQL server is standby",
        "Primary server is not a standby",
        "Primary and standby have same system ID",
    }
    checked.postgres.is_in_recovery = True
    checked.primary = PostgresSessionFake()
    assert checked.failures() == {}


def test_wal_from_another_server(tmp_path):
    checked = Checked(
        tmp_path,
        **STREAMING,
        wal_conninfo="host=other",
        wal_streaming_conninfo="host=other",
    )
    checked.wal_postgres = PostgresSessionFake(
        all_settings={"wal_level": "replica"},
        slots={"s": Slot("s", "physical", True, BEGIN)},
    )
    names = [name for name in checked.check() if "(WAL streaming)" in name]
    assert names == [
        "has monitoring privileges (WAL streaming)",
        "PostgreSQL streaming (WAL streaming)",
        "wal_level (WAL streaming)",
        "systemid coherence (WAL streaming)",
        "replication slot (WAL streaming)",
    ]
    checked.wal_postgres.has_monitoring_privileges = False
    checked.wal_streaming.identity = SystemIdentity("7", 1, Lsn(0))
    failures = checked.failures()
    assert failures["no access to monitoring functions"] == RIGHTS.format("monitoring")
    assert "systemid coherence (WAL streaming)" in failures
    checked.wal_postgres = None
    assert checked.failures()["replication slot (WAL streaming)"] == (
        "could not connect to PostgreSQL: no route to host"
    )


@pytest.mark.parametrize(
    "settings, failures",
    [
        ({}, set()),
        ({"archive_mode": "always"}, set()),
        ({"archive_mode": "off", "archive_command": "(disabled)"}, {"mode", "command"}),
        ({"archive_command": ""}, {"command"}),
        ({"archive_command": "", "archive_library": "basic_archive"}, set()),
    ],
)
def test_archiving_settings(tmp_path, settings, failures):
    checked = Checked(tmp_path)
    checked.postgres.all_settings.update(settings)
    assert set(checked.failures()) == {f"archive_{name}" for name in failures}
    shown = "continuous archiving" in checked.check()
    assert shown is ("command" not in failures)


@pytest.mark.parametrize(
    "archived, failed, well",
    [
        (0, None, True),
        (None, None, True),
        (None, 0, False),
        (1, 0, True),
        (0, 1, False),
    ],
)
def test_archiving_that_fails(tmp_path, archived, failed, well):
    checked = Checked(tmp_path)

    def moment(minutes):
        return None if minutes is None else TIME + timedelta(minutes=minutes)

    checked.postgres.archiver_stats = replace(
        STATS,
        last_archived_time=moment(archived),
        last_failed_time=moment(failed),
        last_failed_wal="000000010000000000000007",
    )
    hint = "PostgreSQL failed to archive '000000010000000000000007'"
    assert checked.failures() == ({} if well else {"continuous archiving": hint})


def test_exclusive_backups_need_a_primary_that_has_them(tmp_path):
    checked = Checked(tmp_path, backup_options="exclusive_backup")
    checked.postgres.is_in_recovery = True
    assert set(checked.failures()) == {"not in recovery", "exclusive backup supported"}
    checked.postgres.version = PostgresVersion(140000)
    checked.postgres.is_in_recovery = False
    assert checked.failures() == {}
