# SPDX-License-Identifier: MIT
"""What is said while backups are deleted."""

from __future__ import annotations

from barman.model.quantity import ctime, pretty_duration
from barman.render.words import text
from barman.report.deletion import (
    BackupObsolete,
    BackupOrphaned,
    DeletionBelowMinimum,
    DeletionBusy,
    DeletionDone,
    DeletionForbiddenByKeep,
    DeletionMarkRemoved,
    DeletionResumed,
    DeletionStarted,
    DescendantsGo,
    RetentionSkipsBusy,
    WalDeleted,
    WalDeletionStarted,
)


@text.register(DeletionForbiddenByKeep)
def _forbidden_by_keep(message: DeletionForbiddenByKeep) -> str:
    server, id = message.server_name, message.backup_id
    return (
        f"Skipping delete of backup {id} for server {server}: it is kept. Run"
        f" 'barman keep --release {server} {id}' first if you want to delete it."
    )


@text.register(DeletionBelowMinimum)
def _below_minimum(message: DeletionBelowMinimum) -> str:
    return (
        f"Skipping delete of backup {message.backup_id} for server"
        f" {message.server_name} due to minimum redundancy requirements"
        f" (minimum redundancy = {message.minimum},"
        f" current redundancy = {message.current})"
    )


@text.register(DeletionBusy)
def _busy(message: DeletionBusy) -> str:
    return (
        f"Another process holds '{message.lock_path}': backup {message.backup_id} of"
        f" server {message.server_name} is not deleted"
    )


@text.register(DescendantsGo)
def _descendants_go(message: DescendantsGo) -> str:
    ids = ", ".join(str(id) for id in message.descendants)
    return (
        f"Backup {message.backup_id} of server {message.server_name} has incremental"
        f" backups, which are deleted with it: {ids}"
    )


@text.register(DeletionStarted)
def _started(message: DeletionStarted) -> str:
    return f"Deleting backup {message.backup_id} for server {message.server_name}"


@text.register(WalDeletionStarted)
def _wal_started(_: WalDeletionStarted) -> str:
    return "Delete associated WAL segments:"


@text.register(WalDeleted)
def _wal_deleted(message: WalDeleted) -> str:
    return f"\t{message.wal_name}"


@text.register(DeletionDone)
def _done(message: DeletionDone) -> str:
    return (
        f"Deleted backup {message.backup_id} (start time: {ctime(message.began)},"
        f" elapsed time: {pretty_duration(message.seconds)})"
    )


@text.register(DeletionResumed)
def _resumed(message: DeletionResumed) -> str:
    return (
        f"Resuming the interrupted deletion of backup {message.backup_id} of server"
        f" {message.server_name}"
    )


@text.register(DeletionMarkRemoved)
def _mark_removed(message: DeletionMarkRemoved) -> str:
    return (
        f"Backup {message.backup_id} of server {message.server_name} was marked for"
        " deletion, but nothing of it has been removed: the mark is taken away and the"
        " backup stays"
    )


@text.register(BackupObsolete)
def _obsolete(message: BackupObsolete) -> str:
    return (
        f"Enforcing retention policy: removing backup {message.backup_id} for server"
        f" {message.server_name}"
    )


@text.register(RetentionSkipsBusy)
def _skips_busy(message: RetentionSkipsBusy) -> str:
    return (
        f"Another process is at work on backup {message.backup_id} of server"
        f" {message.server_name}: skipping its deletion"
    )


@text.register(BackupOrphaned)
def _orphaned(message: BackupOrphaned) -> str:
    return (
        f"Backup {message.backup_id} of server {message.server_name} is in the"
        f" catalogue, but '{message.directory}' is missing: it is left alone"
    )
