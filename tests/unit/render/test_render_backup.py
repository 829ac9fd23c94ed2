# SPDX-License-Identifier: MIT
"""Base backups in words and as JSON, and progress on a terminal."""

from __future__ import annotations

import io
import json
from datetime import datetime, timedelta, timezone

import pytest

import barman.render.console.backup
import barman.render.json.backup
import barman.render.words.backup  # noqa: F401  registers words
from barman.catalogue.backup_info import fields
from barman.model.backup import Tablespace
from barman.model.backup_id import BackupId
from barman.model.frozen import replace
from barman.model.lsn import Lsn
from barman.model.postgres_version import PostgresVersion
from barman.model.segment import WalSegment
from barman.render.console import ConsoleReporter
from barman.render.json import JsonReporter
from barman.render.words import text
from barman.report import backup as report
from barman.report.report import Progress
from tests.fakes.backups import a_backup

ID = BackupId("20260101T101010")
SEGMENT = WalSegment.parse("00000001000000000000004C")
BEGAN = datetime(2026, 1, 1, 10, 10, 11, 675483, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (
            report.BackupStarting(
                server_name="S", mode="rsync-concurrent", directory="/b/ID"
            ),
            "Starting backup using rsync-concurrent method for server S in /b/ID",
        ),
        (
            report.BackupBegun(
                lsn=Lsn.parse("0/4C000028"), segment=SEGMENT, offset=0x28
            ),
            "Backup start at LSN: 0/4C000028 (00000001000000000000004C, 00000028)",
        ),
        (
            report.CopyStarting(backup_id=ID, program="rsync/SSH", jobs=2),
            "Starting backup copy via rsync/SSH for 20260101T101010 (2 jobs)",
        ),
        (
            report.CopyStarting(backup_id=ID, program="local rsync"),
            "Starting backup copy via local rsync for 20260101T101010",
        ),
        (report.CopyDone(seconds=1.2), "Copy done (time: 1 second)"),
        (
            report.BackupMeasured(size=1 << 20, deduplicated_size=1 << 18),
            "Backup size: 1.0 MiB. Actual size on disk: 256.0 KiB"
            " (-75.00% deduplication ratio).",
        ),
        (
            report.BackupCompleted(began=BEGAN, seconds=5),
            "Backup completed (start time: 2026-01-01 10:10:11.675483,"
            " elapsed time: 5 seconds)",
        ),
        (
            report.WalAwaited(server_name="S", wal_name=str(SEGMENT), timeout=30),
            "Waiting for the WAL file 00000001000000000000004C from server 'S'"
            " (max: 30 seconds)",
        ),
        (
            report.BackupFailed("copying files", "no space"),
            "Backup failed copying files.\nDETAILS: no space",
        ),
        (
            report.BackupFailed("copying files", "no space", "Free some."),
            "Backup failed copying files.\nDETAILS: no space\nHINT: Free some.",
        ),
        (
            report.FilesLeftOut("pg_basebackup", ("/etc/a", "/etc/b")),
            "pg_basebackup does not copy the PostgreSQL configuration files that"
            " reside outside PGDATA.\nPlease manually backup the following files:"
            "\n\t/etc/a\n\t/etc/b",
        ),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else "",
)
def test_words(message, words):
    assert text(message) == words


def test_a_backup_as_json():
    backup = replace(
        a_backup(ID.text, segment=3, status="WAITING_FOR_WALS", name="b-one"),
        version=PostgresVersion(150020),
        tablespaces=(Tablespace("ts1", 16389, "/ts"),),
        cluster_size=25127469,
        label="START\n",
        begin_time=BEGAN.astimezone(timezone(timedelta(0))),
        copy_stats={"copy_time": 1.5, "copy_time_per_item": {"pgdata": 1.5}},
    )
    out = io.StringIO()
    reporter = JsonReporter(out)
    reporter.tell(report.BackupTaken(backup_id=ID, fields=dict(fields(backup))))
    assert reporter.finish(0) == 0
    document = json.loads(out.getvalue())
    expected = {
        "backup_id": ID.text,
        "backup_label": "'START\\n'",
        "backup_name": "b-one",
        "begin_wal": "000000010000000000000003",
        "begin_xlog": "0/3000028",
        "cluster_size": 25127469.0,
        "copy_stats": {"copy_time": 1.5, "copy_time_per_item": {"pgdata": 1.5}},
        "mode": "postgres",
        "status": "WAITING_FOR_WALS",
        "tablespaces": [["ts1", 16389, "/ts"]],
        "version": 150020,
    }
    assert {key: document.get(key) for key in expected} == expected


def progress(done: int) -> Progress:
    return Progress(
        work="copying files", done_bytes=done << 20, total_bytes=200 << 20, item="x"
    )


def test_progress_is_one_line_that_the_next_one_replaces():
    out, err = io.StringIO(), io.StringIO()
    reporter = ConsoleReporter(out, err, terminal=True)
    for done in (0, 1, 2, 3, 200):
        reporter.tell(progress(done))
    reporter.tell(report.CopyDone(seconds=1))
    reporter.tell(report.BackupFinalising())
    drawn = [f"copying files: {share}% of 200 MiB" for share in (0, 1, 100)]
    assert err.getvalue() == "".join(f"\r\033[K{line}" for line in drawn) + "\r\033[K"
    assert out.getvalue() == "Copy done (time: 1 second)\nFinalising the backup.\n"


def test_progress_of_unknown_length():
    err = io.StringIO()
    reporter = ConsoleReporter(io.StringIO(), err, terminal=True)
    reporter.tell(Progress(work="copying files", done_bytes=3 << 20))
    assert err.getvalue() == "\r\033[Kcopying files: 3 MiB"


@pytest.mark.parametrize("options", [{}, {"terminal": True, "quiet": True}])
def test_cron_sees_no_progress(options):
    out, err = io.StringIO(), io.StringIO()
    ConsoleReporter(out, err, **options).tell(progress(1))
    assert (out.getvalue(), err.getvalue()) == ("", "")
