# SPDX-License-Identifier: MIT
"""What a restore says, in both formats."""

from __future__ import annotations

import io
import json
from datetime import datetime, timezone

import pytest

import barman.render.console.recovery
import barman.render.json.recovery
import barman.render.words.recovery  # noqa: F401  registers words
from barman.model.backup import Tablespace
from barman.model.backup_id import BackupId
from barman.model.lsn import Lsn
from barman.model.target import RecoveryTarget
from barman.render.console import ConsoleReporter
from barman.render.json import JsonReporter
from barman.render.words import text
from barman.report import recovery as report

TIME = datetime(2026, 1, 1, 10, 11, 11, 196175, tzinfo=timezone.utc)
DONE = report.RestoreDone(
    changes=(
        report.SettingFound(
            file="postgresql.conf", line=821, name="archive_command", value="false"
        ),
        report.SettingFound(
            file="postgresql.auto.conf", line=2, name="recovery_target_time", value=None
        ),
    ),
    warnings=(
        report.SettingFound(
            file="postgresql.conf",
            line=817,
            name="unix_socket_directories",
            value="'/run/pg'",
        ),
    ),
    missing_files=("postgresql.auto.conf", "pg_ident.conf"),
    settings_file="postgresql.auto.conf",
    began=TIME,
    seconds=0.25,
)
CONSOLE = """
IMPORTANT
These settings have been modified to prevent data losses

postgresql.conf line 821: archive_command = false
postgresql.auto.conf line 2: recovery_target_time = None

WARNING
You are required to review the following options as potentially dangerous

postgresql.conf line 817: unix_socket_directories = '/run/pg'

WARNING
The following configuration files have not been saved during backup, hence they have \
not been restored.
You need to manually restore them in order to start the restored PostgreSQL instance:

    postgresql.auto.conf
    pg_ident.conf

WARNING: 'get-wal' is in the specified 'recovery_options'.
Before you start up the PostgreSQL server, please review the postgresql.auto.conf file
inside the target directory. Make sure that 'restore_command' can be executed by the \
PostgreSQL user.

Restore operation completed (start time: 2026-01-01 10:11:11.196175+00:00, elapsed \
time: less than one second)
Your PostgreSQL server has been successfully prepared for recovery!
"""
QUIET = report.RestoreDone(
    changes=(),
    warnings=(),
    missing_files=(),
    settings_file=None,
    began=TIME,
    seconds=0.25,
)


def console(told: report.RestoreDone) -> str:
    out = io.StringIO()
    ConsoleReporter(out, io.StringIO()).tell(told)
    return out.getvalue()


def document(told: report.RestoreDone) -> dict[str, object]:
    out = io.StringIO()
    reporter = JsonReporter(out)
    reporter.tell(told)
    assert reporter.finish(0) == 0
    read: dict[str, object] = json.loads(out.getvalue())
    return read


def test_on_the_console() -> None:
    assert console(DONE) == CONSOLE


def test_only_what_there_is_to_say() -> None:
    assert console(QUIET) == CONSOLE[CONSOLE.index("\nRestore operation completed") :]


def test_as_json() -> None:
    read = document(DONE)
    assert len(read.pop("_WARNING")) == 4  # type: ignore[arg-type]
    assert read == {
        "changes": [
            ["postgresql.conf", 821, "archive_command", "false"],
            ["postgresql.auto.conf", 2, "recovery_target_time", None],
        ],
        "changes_count": 2,
        "warnings": [["postgresql.conf", 817, "unix_socket_directories", "'/run/pg'"]],
        "warnings_count": 1,
        "missing_files": ["postgresql.auto.conf", "pg_ident.conf"],
        "recovery_start_time": "2026-01-01 10:11:11.196175+00:00",
        "recovery_start_time_timestamp": "1767262271",
        "recovery_elapsed_time": "less than one second",
        "recovery_elapsed_time_seconds": 0.25,
    }
    assert "_WARNING" not in document(QUIET)


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (
            report.RestoreStarting(
                server_name="S",
                backup_id=BackupId("20260101T101010"),
                destination="/restore/pg",
            ),
            "Starting local restore for server S using backup 20260101T101010\n"
            "Destination directory: /restore/pg",
        ),
        (
            report.TargetAimedAt(RecoveryTarget(time=TIME.replace(microsecond=0))),
            "Doing PITR. Recovery target time: '2026-01-01 10:11:11+00:00'",
        ),
        (
            report.TargetAimedAt(RecoveryTarget(xid="7", timeline=2)),
            "Doing PITR. Recovery target xid: '7', timeline: '2'",
        ),
        (
            report.TargetAimedAt(RecoveryTarget(lsn=Lsn(0x3000028))),
            "Doing PITR. Recovery target lsn: '0/3000028'",
        ),
        (
            report.TargetAimedAt(RecoveryTarget(name="here", timeline="latest")),
            "Doing PITR. Recovery target timeline: 'latest', name: 'here'",
        ),
        (
            report.TargetAimedAt(RecoveryTarget(immediate=True)),
            "Doing PITR. Recovery target immediate: True",
        ),
        (
            report.TablespaceCopying(Tablespace("ts1", 16398, "/restore/ts1")),
            "\t16398, ts1, /restore/ts1",
        ),
        (
            report.RestoreCommandReplaced("restore_command = 'x'"),
            "Custom restore command override: restore_command = 'x'",
        ),
        (
            report.RestoreCommandIgnored(),
            "The provided custom restore command was ignored as it only works with"
            " get-wal mode.",
        ),
        (
            report.BackupAwaitsWal(),
            "IMPORTANT: You have requested a recovery operation for a backup that does"
            " not have yet all the WAL files that are required for consistency.",
        ),
        (
            report.RestoredBackupIncomplete(),
            "IMPORTANT: The backup we have restored IS NOT VALID. Required WAL files"
            " for consistency are missing. Please verify that WAL archiving is working"
            " correctly or evaluate using the 'get-wal' option for recovery",
        ),
        (report.BaseCopying(), "Copying the base backup."),
        (report.WalCopying(), "Copying required WAL segments."),
        (report.StatusFilesWriting(), "Generating archive status files"),
        (report.SettingsWriting(), "Generating recovery configuration"),
        (
            report.DangerLookedFor(),
            "Identify dangerous settings in destination directory.",
        ),
    ],
)
def test_words(message: report.Message, words: str) -> None:
    assert text(message) == words
