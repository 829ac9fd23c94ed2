# SPDX-License-Identifier: MIT
"""Words of base backups."""

from __future__ import annotations

from barman.model.quantity import pretty_duration, pretty_size
from barman.render.words import text
from barman.report import backup as report


@text.register(report.BackupStarting)
def _starting(message: report.BackupStarting) -> str:
    return (
        f"Starting backup using {message.mode} method for server"
        f" {message.server_name} in {message.directory}"
    )


@text.register(report.BackupBegun)
def _begun(message: report.BackupBegun) -> str:
    if message.segment is None:
        return f"Backup start at LSN: {message.lsn}"
    return (
        f"Backup start at LSN: {message.lsn} ({message.segment}, {message.offset:08X})"
    )


@text.register(report.CopyStarting)
def _copy_starting(message: report.CopyStarting) -> str:
    jobs = f" ({message.jobs} jobs)" if message.jobs > 1 else ""
    return f"Starting backup copy via {message.program} for {message.backup_id}{jobs}"


@text.register(report.CopyDone)
def _copy_done(message: report.CopyDone) -> str:
    return f"Copy done (time: {pretty_duration(message.seconds)})"


@text.register(report.CopyRetrying)
def _copy_retrying(message: report.CopyRetrying) -> str:
    return (
        f"Failure copying {message.item} (attempt {message.attempt}):"
        f" {message.reason}\n"
        f"The copy will start again in {message.seconds} seconds"
    )


@text.register(report.StreamRetrying)
def _stream_retrying(message: report.StreamRetrying) -> str:
    return (
        f"Failure executing a backup using pg_basebackup (attempt {message.attempt})\n"
        "The files copied so far will be removed and the backup process will restart"
        f" in {message.seconds} seconds"
    )


@text.register(report.BackupFinalising)
def _finalising(message: report.BackupFinalising) -> str:
    return "Finalising the backup."


@text.register(report.BackupEnding)
def _ending(message: report.BackupEnding) -> str:
    return "Asking PostgreSQL server to finalize the backup."


@text.register(report.FirstBackup)
def _first(message: report.FirstBackup) -> str:
    return f"This is the first backup for server {message.server_name}"


@text.register(report.EarlierWalFound)
def _earlier_found(message: report.EarlierWalFound) -> str:
    return "WAL segments preceding the current backup have been found:"


@text.register(report.EarlierWalRemoved)
def _earlier_removed(message: report.EarlierWalRemoved) -> str:
    return f"\t{message.wal_name} from server {message.server_name} has been removed"


@text.register(report.EarlierWalKept)
def _earlier_kept(message: report.EarlierWalKept) -> str:
    return "'worm_mode' is enabled, skip purging of unused WAL files."


@text.register(report.BackupMeasured)
def _measured(message: report.BackupMeasured) -> str:
    size, unshared = message.size, message.deduplicated_size
    if unshared >= size:
        return f"Backup size: {pretty_size(size)}"
    saved = 100 * (1 - unshared / size)
    return (
        f"Backup size: {pretty_size(size)}. Actual size on disk:"
        f" {pretty_size(unshared)} (-{saved:.2f}% deduplication ratio)."
    )


@text.register(report.BackupEnded)
def _ended(message: report.BackupEnded) -> str:
    return f"Backup end at LSN: {message.lsn} ({message.segment}, {message.offset:08X})"


@text.register(report.BackupCompleted)
def _completed(message: report.BackupCompleted) -> str:
    began = message.began.strftime("%Y-%m-%d %H:%M:%S.%f")
    return (
        f"Backup completed (start time: {began},"
        f" elapsed time: {pretty_duration(message.seconds)})"
    )


@text.register(report.WalAwaited)
def _wal_awaited(message: report.WalAwaited) -> str:
    limit = f" (max: {message.timeout} seconds)" if message.timeout else ""
    return (
        f"Waiting for the WAL file {message.wal_name} from server"
        f" '{message.server_name}'{limit}"
    )


@text.register(report.WaitAbandoned)
def _wait_abandoned(message: report.WaitAbandoned) -> str:
    return "Process interrupted by user; the backup continues without waiting for WAL"


@text.register(report.WaitExpired)
def _wait_expired(message: report.WaitExpired) -> str:
    return (
        f"The WAL file {message.wal_name} has not been received"
        f" in {message.timeout} seconds"
    )


@text.register(report.BackupFailing)
def _failing(message: report.BackupFailing) -> str:
    return f"The backup has failed {message.action}"


@text.register(report.BackupFailed)
def _failed(message: report.BackupFailed) -> str:
    hint = f"\nHINT: {message.hint}" if message.hint else ""
    return f"Backup failed {message.action}.\nDETAILS: {message.reason}{hint}"


@text.register(report.BackupInterrupted)
def _interrupted(message: report.BackupInterrupted) -> str:
    return (
        f"Backup {message.backup_id} of server {message.server_name} was interrupted"
        " and is now marked as FAILED"
    )


@text.register(report.BackupWaits)
def _waits(message: report.BackupWaits) -> str:
    return (
        "IMPORTANT: this backup is classified as WAITING_FOR_WALS, meaning that Barman"
        " has not received yet all the required WAL files for the backup consistency.\n"
        "This is a common behaviour in concurrent backup scenarios, and Barman"
        " automatically set the backup as DONE once all the required WAL files have"
        " been archived.\n"
        "Hint: execute the backup command with '--wait'"
    )


@text.register(report.BackupLacksWal)
def _lacks_wal(message: report.BackupLacksWal) -> str:
    return (
        "This backup has been marked as FAILED due to the following reason:"
        f" {message.reason}"
    )


@text.register(report.CheckBackupBusy)
def _check_backup_busy(message: report.CheckBackupBusy) -> str:
    return (
        f"Another process is at work on backup {message.backup_id}"
        f" of server {message.server_name}"
    )


@text.register(report.FilesLeftOut)
def _files_left_out(message: report.FilesLeftOut) -> str:
    if message.program == "pg_basebackup":
        what = (
            "pg_basebackup does not copy the PostgreSQL configuration files that"
            " reside outside PGDATA."
        )
    else:
        what = (
            "The usage of include directives is not supported for files that reside"
            " outside PGDATA."
        )
    listed = "".join(f"\n\t{path}" for path in message.paths)
    return f"{what}\nPlease manually backup the following files:{listed}"


@text.register(report.ManifestWritten)
def _manifest_written(message: report.ManifestWritten) -> str:
    return (
        f"Backup manifest for backup '{message.backup_id}' successfully generated"
        f" for server {message.server_name}"
    )
