# SPDX-License-Identifier: MIT
"""What the maintenance run says."""

from __future__ import annotations

from barman.render.words import text
from barman.report.cron import (
    ArchiverStarting,
    CheckBackupStarting,
    ConfigQueueBusy,
    ConfigQueueIgnored,
    CronBusy,
    CronLate,
    ReceiverStarting,
    SyncSkipped,
)


@text.register(CronBusy)
def _cron_busy(message: CronBusy) -> str:
    return (
        "Another cron process is already running on server"
        f" {message.server_name}. Skipping to the next server"
    )


@text.register(CronLate)
def _cron_late(message: CronLate) -> str:
    return (
        f"The maintenance of server {message.server_name} takes long: going on with"
        " the other servers meanwhile"
    )


@text.register(ArchiverStarting)
def _archiver_starting(message: ArchiverStarting) -> str:
    return f"Starting WAL archiving for server {message.server_name}"


@text.register(ReceiverStarting)
def _receiver_starting(message: ReceiverStarting) -> str:
    return f"Starting streaming archiver for server {message.server_name}"


@text.register(CheckBackupStarting)
def _check_backup_starting(message: CheckBackupStarting) -> str:
    return (
        f"Starting check-backup for backup {message.backup_id} of server"
        f" {message.server_name}"
    )


@text.register(SyncSkipped)
def _sync_skipped(message: SyncSkipped) -> str:
    return (
        f"Server {message.server_name} is passive: this version of Barman cannot copy"
        " backups and WAL from another node, nothing is synchronised"
    )


@text.register(ConfigQueueBusy)
def _config_queue_busy(message: ConfigQueueBusy) -> str:
    return (
        f"Another process holds '{message.lock_path}': the queue of configuration"
        " changes is skipped"
    )


@text.register(ConfigQueueIgnored)
def _config_queue_ignored(message: ConfigQueueIgnored) -> str:
    return (
        f"'{message.path}' holds changes of the configuration, which this version of"
        " Barman cannot apply: they are left there"
    )
