# SPDX-License-Identifier: MIT
"""status: the catalogue and PostgreSQL at a glance, without what cannot be asked."""

from __future__ import annotations

import json

import pytest

from barman.errors import PostgresError
from barman.model.backup_id import BackupId
from barman.report.status import (
    ArchiverStatus,
    BackupsStatus,
    PostgresStatus,
    ServerStatus,
)
from barman.upkeep.status import Status
from tests.fakes.backups import a_backup
from tests.fakes.postgres import TIME, PostgresSessionFake
from tests.fakes.reporter import ReporterFake
from tests.fakes.store import Store


def shown(store: Store, session) -> ServerStatus:
    reporter = ReporterFake()
    Status(
        config=store.config,
        catalogue=store.catalogue,
        session=session,
        reporter=reporter,
    ).show()
    [report] = reporter.reports
    assert isinstance(report, ServerStatus)
    return report


def unreachable() -> PostgresSessionFake:
    raise PostgresError("nobody listens")


def test_everything_is_known(tmp_path) -> None:
    store = Store(
        tmp_path,
        description="Main one",
        retention_policy="REDUNDANCY 2",
        minimum_redundancy="1",
    )
    store.take(
        a_backup("20260101T000000", segment=1),
        a_backup("20260102T000000", segment=2, parent="20260101T000000"),
        a_backup("20260103T000000", segment=3, status="WAITING_FOR_WALS"),
        a_backup("20260104T000000", status="FAILED"),
    )
    session = PostgresSessionFake(all_settings={"archive_command": "cp %p /x"})
    assert shown(store, lambda: session) == ServerStatus(
        server_name="main",
        description="Main one",
        retention_policy="REDUNDANCY 2",
        minimum_redundancy=1,
        backups=BackupsStatus(
            count=2,
            whole=1,
            first_id=BackupId("20260101T000000"),
            last_id=BackupId("20260103T000000"),
        ),
        postgres=PostgresStatus(
            version=session.version,
            is_in_recovery=False,
            current_size=30_000_000,
            data_directory="/pgdata",
            current_segment="000000010000000000000003",
            archiver=ArchiverStatus(
                archive_command="cp %p /x",
                last_wal="000000010000000000000002",
                last_time=TIME,
                per_second=0.5,
            ),
        ),
    )


def test_postgres_that_cannot_be_reached_is_left_out(tmp_path) -> None:
    assert shown(Store(tmp_path), unreachable).postgres is None


def test_what_the_role_may_not_know_is_left_out(tmp_path) -> None:
    class Modest(PostgresSessionFake):
        def cluster_size(self) -> int:
            raise PostgresError("permission denied")

    found = shown(Store(tmp_path), lambda: Modest(data_directory=None)).postgres
    assert found is not None
    assert (found.current_size, found.data_directory) == (None, None)
    assert found.current_segment is not None


@pytest.mark.parametrize(
    "options",
    [{"active": "false"}, {"primary_ssh_command": "ssh backup", "conninfo": ""}],
)
def test_postgres_of_an_inactive_or_passive_server_is_not_asked(
    tmp_path, options
) -> None:
    def never() -> PostgresSessionFake:
        raise AssertionError("asked")

    assert shown(Store(tmp_path, **options), never).postgres is None


def test_without_the_file_archiver_nothing_is_said_of_it(tmp_path) -> None:
    store = Store(
        tmp_path,
        archiver="off",
        streaming_archiver="on",
        streaming_conninfo="host=/nowhere user=barman",
    )
    found = shown(store, PostgresSessionFake).postgres
    assert found is not None
    assert found.archiver is None


def test_the_program_never_fails_because_of_postgres(tmp_path) -> None:
    store = Store(tmp_path)
    assert store.barman("status", "main") == (
        0,
        "Server main:\n"
        "\tActive: True\n"
        "\tDisabled: False\n"
        "\tActive configuration model: None\n"
        "\tPostgreSQL version: FAILED trying to get PostgreSQL version\n"
        "\tPassive node: False\n"
        "\tRetention policies: not enforced\n"
        "\tNo. of available backups: 0\n"
        "\tFirst available backup: None\n"
        "\tLast available backup: None\n"
        "\tMinimum redundancy requirements: satisfied (0/0)\n",
        "",
    )
    status, out, err = store.barman("-f", "json", "status", "main")
    assert (status, err) == (0, "")
    assert json.loads(out)["main"]["backups_number"] == {
        "description": "No. of available backups",
        "message": "0",
    }
