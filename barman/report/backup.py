# SPDX-License-Identifier: MIT
"""What is told while a base backup is taken and while its WAL is awaited."""

from __future__ import annotations

from barman.model.frozen import frozen
from barman.report.report import Level, Message, Report

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from barman.model.backup_id import BackupId
    from barman.model.lsn import Lsn
    from barman.model.segment import WalSegment


@frozen(kw_only=True)
class BackupStarting(Message):
    """A backup is recorded and about to begin."""

    server_name: str
    mode: str
    directory: str


@frozen(kw_only=True)
class BackupBegun(Message):
    """PostgreSQL has begun the backup; on a standby the segment is not known."""

    lsn: Lsn
    segment: WalSegment | None
    offset: int


@frozen(kw_only=True)
class CopyStarting(Message):
    """Files are about to be copied."""

    backup_id: BackupId
    program: str
    jobs: int = 1


@frozen(kw_only=True)
class CopyDone(Message):
    """All files are copied."""

    seconds: float


@frozen(kw_only=True)
class CopyRetrying(Message):
    """A copy failed and is begun again after a pause."""

    level = Level.WARNING
    item: str
    attempt: int
    seconds: int
    reason: str


@frozen(kw_only=True)
class StreamRetrying(Message):
    """pg_basebackup failed; what it copied is removed, and it begins anew."""

    level = Level.WARNING
    attempt: int
    seconds: int


@frozen()
class BackupFinalising(Message):
    """The end of the backup is being recorded."""


@frozen()
class BackupEnding(Message):
    """PostgreSQL is asked to end the backup."""


@frozen()
class FirstBackup(Message):
    """The server has no usable earlier backup."""

    server_name: str


@frozen()
class EarlierWalFound(Message):
    """There is WAL that precedes the first backup, and that nothing needs."""


@frozen()
class EarlierWalRemoved(Message):
    """A WAL file that precedes the first backup is gone."""

    server_name: str
    wal_name: str


@frozen()
class EarlierWalKept(Message):
    """WAL that precedes the first backup stays, because `worm_mode` is on."""


@frozen(kw_only=True)
class BackupMeasured(Message):
    """How large the backup is, and how much of that no other backup shares."""

    size: int
    deduplicated_size: int


@frozen(kw_only=True)
class BackupEnded(Message):
    """Up to where the backup needs WAL."""

    lsn: Lsn
    segment: WalSegment
    offset: int


@frozen(kw_only=True)
class BackupCompleted(Message):
    """The copy is complete and durable."""

    began: datetime
    seconds: float


@frozen(kw_only=True)
class WalAwaited(Message):
    """The last segment that the backup needs is awaited, perhaps not for ever."""

    server_name: str
    wal_name: str
    timeout: int | None


@frozen()
class WaitAbandoned(Message):
    """The user has stopped the wait, not the backup."""


@frozen()
class WaitExpired(Message):
    """The segment did not come in time; the backup stays as it is."""

    level = Level.ERROR
    wal_name: str
    timeout: int


@frozen()
class BackupFailing(Message):
    """A backup has failed, and PostgreSQL is still to be told."""

    level = Level.ERROR
    action: str


@frozen()
class BackupFailed(Message):
    """A backup has failed and is recorded so."""

    level = Level.ERROR
    action: str
    reason: str
    hint: str | None = None


@frozen()
class BackupInterrupted(Message):
    """A backup whose process died is now recorded as failed."""

    level = Level.WARNING
    server_name: str
    backup_id: BackupId


@frozen()
class BackupWaits(Message):
    """The backup is complete but for WAL that has not been archived yet."""

    level = Level.WARNING


@frozen()
class BackupLacksWal(Message):
    """A segment that the backup needs is missing between archived ones."""

    level = Level.ERROR
    reason: str


@frozen()
class CheckBackupBusy(Message):
    """Another process is at work on the backup."""

    server_name: str
    backup_id: BackupId


@frozen()
class FilesLeftOut(Message):
    """Configuration files outside the data directory that no method copies."""

    level = Level.WARNING
    program: str
    paths: tuple[str, ...]


@frozen(kw_only=True)
class ManifestWritten(Message):
    """A manifest of the backup's files stands beside them."""

    server_name: str
    backup_id: BackupId


@frozen(kw_only=True)
class BackupTaken(Report):
    """A backup as it is recorded at the end: the fields of its backup.info."""

    backup_id: BackupId
    fields: Mapping[str, object]
