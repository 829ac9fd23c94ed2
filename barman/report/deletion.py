# SPDX-License-Identifier: MIT
"""What is told while backups are deleted, by an operator or by retention."""

from __future__ import annotations

from barman.model.frozen import frozen
from barman.report.report import Level, Message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime

    from barman.model.backup_id import BackupId


@frozen()
class DeletionForbiddenByKeep(Message):
    """A backup is kept, so neither it nor its parents may be deleted."""

    level = Level.WARNING
    server_name: str
    backup_id: BackupId


@frozen()
class DeletionBelowMinimum(Message):
    """Too few backups would be left."""

    level = Level.WARNING
    server_name: str
    backup_id: BackupId
    minimum: int
    current: int


@frozen()
class DeletionBusy(Message):
    """Another process is at work on the server's backups, or on this one."""

    level = Level.ERROR
    server_name: str
    backup_id: BackupId
    lock_path: str


@frozen()
class DescendantsGo(Message):
    """The backups that need this one are deleted with it."""

    level = Level.WARNING
    server_name: str
    backup_id: BackupId
    descendants: tuple[BackupId, ...]


@frozen()
class DeletionStarted(Message):
    """A backup is being deleted."""

    server_name: str
    backup_id: BackupId


@frozen()
class WalDeletionStarted(Message):
    """WAL that only the deleted backup needed goes with it: the names follow."""


@frozen()
class WalDeleted(Message):
    """A WAL file went with the backup."""

    wal_name: str


@frozen(kw_only=True)
class DeletionDone(Message):
    """A backup is gone."""

    server_name: str
    backup_id: BackupId
    began: datetime
    seconds: float


@frozen()
class DeletionResumed(Message):
    """A deletion that was interrupted goes on."""

    server_name: str
    backup_id: BackupId


@frozen()
class DeletionMarkRemoved(Message):
    """A backup was marked for deletion, nothing of it was removed: it stays."""

    level = Level.WARNING
    server_name: str
    backup_id: BackupId


@frozen()
class BackupObsolete(Message):
    """Retention deletes a backup."""

    server_name: str
    backup_id: BackupId


@frozen()
class RetentionSkipsBusy(Message):
    """Another process is at work on an obsolete backup: it stays for now."""

    level = Level.WARNING
    server_name: str
    backup_id: BackupId


@frozen()
class BackupOrphaned(Message):
    """A backup is described in the catalogue, and its directory is missing."""

    level = Level.WARNING
    server_name: str
    backup_id: BackupId
    directory: str
