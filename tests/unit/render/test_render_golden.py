# SPDX-License-Identifier: MIT
"""Whole outputs, byte for byte, in both formats."""

from __future__ import annotations

import io
import json
import os
import time
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

import pytest

import barman.render.console.backup_details
import barman.render.console.listing
import barman.render.console.status
import barman.render.json.backup_details
import barman.render.json.listing
import barman.render.json.status  # noqa: F401  registers words
from barman.model.backup import Backup, BackupStatus, Tablespace
from barman.model.backup_id import BackupId
from barman.model.lsn import Lsn
from barman.model.postgres_version import PostgresVersion
from barman.model.retention import Verdict
from barman.model.segment import WalSegment
from barman.render.console import ConsoleReporter
from barman.render.json import JsonReporter
from barman.report.backup_details import BackupShown, WalFigures
from barman.report.listing import BackupsListed, ListedBackup
from barman.report.report import Report
from barman.report.status import (
    ArchiverStatus,
    BackupsStatus,
    PostgresStatus,
    ServerStatus,
)

GOLDEN = Path(__file__).parents[2] / "golden"
MIB = 1 << 20


@pytest.fixture(autouse=True)
def utc() -> Iterator[None]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = "UTC"
    time.tzset()
    yield
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    time.tzset()


def console(report: Report) -> str:
    out = io.StringIO()
    ConsoleReporter(out, io.StringIO()).tell(report)
    return out.getvalue()


def document(report: Report) -> str:
    out = io.StringIO()
    reporter = JsonReporter(out)
    reporter.tell(report)
    assert reporter.finish(0) == 0
    return out.getvalue()


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-22T{text}").replace(tzinfo=timezone.utc)


def backup(id: str, **facts: object) -> Backup:
    facts.setdefault("server_name", "pg")
    facts.setdefault("mode", "postgres")
    return Backup(id=BackupId(id), **facts)  # type: ignore[arg-type]


LISTED = BackupsListed(
    server_name="pg",
    backups=(
        ListedBackup(
            backup=backup(
                "20261122T165033",
                name="nightly",
                status=BackupStatus.DONE,
                end_time=at("16:50:34.7"),
            ),
            size=47839997,
            verdict=Verdict.VALID,
        ),
        ListedBackup(
            backup=backup(
                "20261122T165030",
                status=BackupStatus.WAITING_FOR_WALS,
                end_time=at("16:50:32"),
            ),
            size=47839997,
            wal_size=32 * MIB,
            verdict=Verdict.NONE,
        ),
        ListedBackup(
            backup=backup(
                "20261122T165028", status=BackupStatus.DONE, end_time=at("16:50:32")
            ),
            size=47839997,
            wal_size=32 * MIB,
            verdict=Verdict.OBSOLETE,
        ),
        ListedBackup(
            backup=backup("20261122T170043", status=BackupStatus.FAILED),
            verdict=Verdict.NONE,
        ),
        ListedBackup(
            backup=backup("20261122T171236", status=BackupStatus.STARTED),
            verdict=Verdict.NONE,
        ),
    ),
)

SHOWN = BackupShown(
    backup=backup(
        "20261122T165039",
        name="n1",
        server_name="rs",
        mode="rsync-concurrent",
        systemid="7711037956226052670",
        status=BackupStatus.DONE,
        version=PostgresVersion(150020),
        pgdata="/data/pg",
        cluster_size=31198256,
        size=30882101,
        deduplicated_size=8440,
        data_checksums="on",
        tablespaces=(Tablespace("ts1", 16386, "/data/ts1"),),
        timeline=1,
        begin_segment=WalSegment.parse("000000010000000000000011"),
        end_segment=WalSegment.parse("000000010000000000000011"),
        begin_time=at("16:50:39.687220"),
        end_time=at("16:50:40.294702"),
        begin_lsn=Lsn.parse("0/11000028"),
        end_lsn=Lsn.parse("0/11000100"),
        copy_stats={"copy_time": 0.2234, "number_of_workers": 2, "total_time": 0.4},
    ),
    spanned=WalFigures(count=1, size=16500, segment_size=16 * MIB),
    after=WalFigures(count=2, size=33000, segment_size=16 * MIB),
    last_wal_name="000000010000000000000011",
    wal_seconds=3 * 3600 / 5505.39,
    reachable_timelines=(2,),
    previous_id=BackupId("20261122T165035"),
)

STATUS = ServerStatus(
    server_name="rs",
    description="Local rsync server",
    backups=BackupsStatus(count=0, whole=0),
    postgres=PostgresStatus(
        version=PostgresVersion(150020),
        is_in_recovery=False,
        current_size=31142706,
        data_directory="/data/pg",
        current_segment="000000010000000000000006",
        archiver=ArchiverStatus(
            archive_command="cp %p /barman/rs/incoming/%f",
            last_wal="000000010000000000000005",
            last_time=at("16:48:46"),
            per_second=80.2 / 3600,
        ),
    ),
)


@pytest.mark.parametrize(
    ("name", "report"),
    [("list-backups", LISTED), ("show-backup", SHOWN), ("status", STATUS)],
)
def test_the_output_is_the_golden_one(name: str, report: Report) -> None:
    assert console(report) == (GOLDEN / f"{name}.txt").read_text()
    said = document(report)
    assert said == (GOLDEN / f"{name}.json").read_text()
    assert said == json.dumps(json.loads(said), sort_keys=True)


def test_only_ids_where_the_list_is_minimal() -> None:
    listed = BackupsListed(server_name="pg", backups=LISTED.backups[:2], minimal=True)
    assert console(listed) == "20261122T165033\n20261122T165030\n"
    assert document(listed) == '{"pg": ["20261122T165033", "20261122T165030"]}'


def test_a_failed_backup_is_shown_with_its_error_alone() -> None:
    none = WalFigures(segment_size=16 * MIB)
    failed = BackupShown(
        backup=backup("x", status=BackupStatus.FAILED, error="failure copying"),
        spanned=none,
        after=none,
    )
    assert console(failed) == (
        "Backup x:\n"
        "  Server Name            : pg\n"
        "  Status                 : FAILED\n"
        "\n"
        "  Error                  : failure copying\n"
    )
    assert json.loads(document(failed))["pg"]["error"] == "failure copying"
