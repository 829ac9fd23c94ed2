# SPDX-License-Identifier: MIT
"""What is said while backups are deleted and servers maintained."""

from __future__ import annotations

from datetime import datetime

import pytest

from barman.model.backup_id import BackupId
from barman.render.words import cron as _cron
from barman.render.words import deletion as _deletion
from barman.render.words import text
from barman.report import cron, deletion

assert _cron and _deletion
ID = BackupId("20261122T165030")


@pytest.mark.parametrize(
    "message, expected",
    [
        (
            deletion.DeletionStarted("pg", ID),
            "Deleting backup 20261122T165030 for server pg",
        ),
        (deletion.WalDeletionStarted(), "Delete associated WAL segments:"),
        (
            deletion.WalDeleted("00000001000000000000000B"),
            "\t00000001000000000000000B",
        ),
        (
            deletion.DeletionDone(
                server_name="pg",
                backup_id=ID,
                began=datetime(2026, 11, 22, 16, 52, 18),
                seconds=0.2,
            ),
            "Deleted backup 20261122T165030 (start time: Sun Nov 22 16:52:18 2026,"
            " elapsed time: less than one second)",
        ),
        (
            deletion.DeletionBelowMinimum("pg", ID, 2, 1),
            "Skipping delete of backup 20261122T165030 for server pg due to minimum"
            " redundancy requirements (minimum redundancy = 2, current redundancy = 1)",
        ),
        (cron.ArchiverStarting("pg"), "Starting WAL archiving for server pg"),
        (cron.ReceiverStarting("pg"), "Starting streaming archiver for server pg"),
        (
            cron.CheckBackupStarting("pg", ID),
            "Starting check-backup for backup 20261122T165030 of server pg",
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_texts_that_scripts_match(message, expected) -> None:
    assert text(message) == expected


@pytest.mark.parametrize(
    "message",
    [
        deletion.DeletionForbiddenByKeep("pg", ID),
        deletion.DeletionBusy("pg", ID, "/l"),
        deletion.DescendantsGo("pg", ID, (ID,)),
        deletion.DeletionResumed("pg", ID),
        deletion.DeletionMarkRemoved("pg", ID),
        deletion.BackupObsolete("pg", ID),
        deletion.RetentionSkipsBusy("pg", ID),
        deletion.BackupOrphaned("pg", ID, "/base/x"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_others_name_the_backup_and_the_server(message) -> None:
    said = text(message)
    assert "20261122T165030" in said
    assert "pg" in said


@pytest.mark.parametrize(
    "message, named",
    [
        (cron.CronBusy("pg"), "pg"),
        (cron.CronLate("pg"), "pg"),
        (cron.SyncSkipped("pg"), "pg"),
        (cron.ConfigQueueBusy("/lock"), "/lock"),
        (cron.ConfigQueueIgnored("/queue"), "/queue"),
    ],
)
def test_the_maintenance_run_names_what_it_means(message, named) -> None:
    assert named in text(message)
