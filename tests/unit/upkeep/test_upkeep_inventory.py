# SPDX-License-Identifier: MIT
"""show-servers: every option, what follows from it, and what PostgreSQL tells."""

from __future__ import annotations

from datetime import timedelta

import pytest

from barman.errors import PostgresError
from barman.model.frozen import replace
from barman.postgres.programs import Programs
from barman.postgres.values import Slot
from barman.report.listing import ListedServer, ServerShown
from barman.upkeep.inventory import Inventory
from tests.fakes.backups import a_backup
from tests.fakes.clock import NOON, ClockFake
from tests.fakes.postgres import (
    BEGIN,
    SYSTEMID,
    PostgresSessionFake,
    ReplicationSessionFake,
)
from tests.fakes.reporter import ReporterFake
from tests.fakes.runner import RunnerFake
from tests.fakes.store import Store


def unreachable():
    raise PostgresError("nobody listens")


class NoSession:
    """A session whose every question fails, as that of a server that is down."""

    def __getattr__(self, name: str) -> object:
        raise PostgresError("nobody listens")


def shown(store: Store, session=NoSession, streaming=unreachable) -> ServerShown:
    reporter = ReporterFake()
    Inventory(
        config=store.config,
        catalogue=store.catalogue,
        session=session,
        streaming=streaming,
        programs=Programs(RunnerFake()),
        clock=ClockFake(),
        reporter=reporter,
    ).show()
    [report] = reporter.reports
    assert isinstance(report, ServerShown)
    return report


def test_options_are_printed_as_they_always_were(tmp_path) -> None:
    store = Store(
        tmp_path,
        active="false",
        description="Main",
        retention_policy="recovery window of 7 days",
        last_wal_maximum_age="1 day",
        bandwidth_limit="4000",
        recovery_options="get-wal",
    )
    report = shown(store)
    assert report.server == ListedServer(name="main", description="Main", inactive=True)
    wanted = {
        "name": "main",
        "active": False,
        "disabled": False,
        "passive_node": False,
        "active_model": None,
        "backup_options": "BackupOptions({'concurrent_backup'})",
        "recovery_options": "RecoveryOptions({'get-wal'})",
        "retention_policy": "RECOVERY WINDOW OF 7 DAYS",
        "wal_retention_policy": "MAIN",
        "last_wal_maximum_age": "1 day, 0:00:00",
        "last_backup_maximum_age": "None",
        "bandwidth_limit": "4000",
        "archiver": True,
        "backup_directory": store.layout.root,
        "cloud_staging_max_size": 32212254720,
    }
    values = dict(report.values)
    assert {name: values[name] for name in wanted} == wanted
    assert "server_txt_version" not in values
    assert "problems" not in values


@pytest.mark.parametrize(
    ("age", "text"),
    [
        (None, "3 days (WARNING! no backup available)"),
        (timedelta(seconds=22), "3 days (latest backup: 22 seconds )"),
        (timedelta(days=4), "3 days (WARNING! latest backup is 4 days old)"),
    ],
)
def test_the_age_of_the_latest_backup_stands_beside_the_limit(
    tmp_path, age: timedelta | None, text: str
) -> None:
    store = Store(tmp_path, active="false", last_backup_maximum_age="3 days")
    if age is not None:
        backup = a_backup("20260101T000000", segment=1)
        store.take(replace(backup, end_time=NOON - age))
    assert shown(store).values["last_backup_maximum_age"] == text


def test_what_postgres_tells(tmp_path) -> None:
    store = Store(
        tmp_path,
        slot_name="barman",
        streaming_archiver="on",
        streaming_conninfo="host=/nowhere user=barman",
    )
    session = PostgresSessionFake(
        slots={"barman": Slot("barman", "physical", True, BEGIN, "reserved")},
        all_settings={
            "archive_mode": "on",
            "archive_timeout": "60",
            "max_wal_senders": "10",
            "synchronous_standby_names": "",
            "wal_level": "replica",
            "wal_keep_size": "1024",
        },
    )
    values = shown(store, lambda: session, ReplicationSessionFake).values
    wanted = {
        "archive_mode": "on",
        "archive_timeout": 60,
        "archived_count": 2,
        "current_archived_wals_per_second": "0.5",
        "current_lsn": "0/3000028",
        "current_size": "30000000",
        "current_xlog": "000000010000000000000003",
        "has_backup_privileges": True,
        "hot_standby": None,
        "is_in_recovery": False,
        "last_archived_wal": "000000010000000000000002",
        "max_wal_senders": "10",
        "postgres_systemid": SYSTEMID,
        "replication_slot": (
            "Record(slot_name='barman', active=True, restart_lsn='0/3000028')"
        ),
        "server_txt_version": "15.0",
        "synchronous_standby_names": [""],
        "wal_keep_size": "1024",
        "xlog_segment_size": 16777216,
        "connection_error": None,
        "streaming": True,
        "streaming_systemid": SYSTEMID,
        "timeline": 1,
        "xlogpos": "0/3000028",
        "pg_receivexlog_installed": False,
        "pg_receivexlog_synchronous": False,
    }
    assert {name: values[name] for name in wanted} == wanted


def test_what_cannot_be_asked_is_none(tmp_path) -> None:
    store = Store(
        tmp_path,
        streaming_archiver="on",
        streaming_conninfo="host=/nowhere user=barman",
    )
    values = shown(store).values
    nothing = (
        "archive_command",
        "current_lsn",
        "current_size",
        "is_in_recovery",
        "replication_slot",
        "server_txt_version",
        "streaming",
        "timeline",
        "version_supported",
        "wal_level",
        "xlogpos",
    )
    assert {name: values[name] for name in nothing} == dict.fromkeys(nothing)
    assert values["connection_error"] == "nobody listens"


def test_the_program_shows_a_server_sorted_by_key(tmp_path) -> None:
    store = Store(tmp_path, active="false")
    status, out, err = store.barman("show-server", "main")
    assert (status, err) == (0, "")
    head, *rows = out.splitlines()
    assert head == "Server main (inactive):"
    assert rows == sorted(rows, key=lambda row: row.partition(":")[0])
    assert "\tdescription: (inactive)" in rows
    assert "\tactive: False" in rows
    assert "\tarchiver: True" in rows
