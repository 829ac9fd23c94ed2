# SPDX-License-Identifier: MIT
"""What is told of a restore."""

from __future__ import annotations

from barman.model.frozen import frozen
from barman.report.report import Level, Message, Report

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime

    from barman.model.backup import Tablespace
    from barman.model.backup_id import BackupId
    from barman.model.target import RecoveryTarget


@frozen(kw_only=True)
class RestoreStarting(Message):
    """A restore begins, of which backup and where to."""

    server_name: str
    backup_id: BackupId
    destination: str


@frozen()
class TargetAimedAt(Message):
    """Recovery will stop at a target, or follow a timeline."""

    target: RecoveryTarget


@frozen()
class ZoneAssumed(Message):
    """The target time had no zone; that of this host is taken."""

    level = Level.WARNING
    time: datetime


@frozen()
class BackupChosen(Message):
    """Which backup was chosen for the target, and why."""

    backup_id: BackupId
    reason: str


@frozen()
class WaitingWalLeftOut(Message):
    """WAL that waits could not be archived; the restore goes on with what there is."""

    level = Level.WARNING
    reason: str


@frozen()
class RestoreResumed(Message):
    """What an interrupted restore left here is removed first."""

    destination: str


@frozen()
class BaseCopying(Message):
    """The base backup is being copied."""


@frozen()
class TablespaceCopying(Message):
    """Where a tablespace goes."""

    tablespace: Tablespace


@frozen()
class WalCopying(Message):
    """The WAL that recovery needs is being copied."""


@frozen()
class StatusFilesWriting(Message):
    """PostgreSQL is told that the copied WAL is archived already."""


@frozen()
class SettingsWriting(Message):
    """The settings of the recovery are being written."""


@frozen()
class RestoreCommandReplaced(Message):
    """The user's own command fetches WAL."""

    line: str


@frozen()
class RestoreCommandIgnored(Message):
    """The user's own command has no use where WAL is copied."""

    level = Level.WARNING


@frozen()
class DangerLookedFor(Message):
    """Settings that could do harm are being looked for."""


@frozen()
class BackupAwaitsWal(Message):
    """The backup to restore lacks WAL that it needs to be consistent."""

    level = Level.WARNING


@frozen()
class RestoredBackupIncomplete(Message):
    """The restored backup still lacks that WAL."""

    level = Level.WARNING


@frozen()
class WalGapAhead(Message):
    """WAL is missing that PostgreSQL will ask for."""

    level = Level.WARNING
    gap: str


@frozen(kw_only=True)
class SettingFound:
    """A setting in a configuration file; `value` None: it was commented out."""

    file: str
    line: int
    name: str
    value: str | None


@frozen(kw_only=True)
class RestoreDone(Report):
    """A restore is complete: what was changed, and what must be looked at.

    `settings_file` names the file with a command that fetches WAL, if there is one.
    """

    changes: tuple[SettingFound, ...]
    warnings: tuple[SettingFound, ...]
    missing_files: tuple[str, ...]
    settings_file: str | None
    began: datetime
    seconds: float
