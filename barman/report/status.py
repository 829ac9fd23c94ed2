# SPDX-License-Identifier: MIT
"""The state of a server in a few facts."""

from __future__ import annotations

from barman.model.frozen import frozen
from barman.report.report import Report

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime

    from barman.model.backup_id import BackupId
    from barman.model.postgres_version import PostgresVersion


@frozen(kw_only=True)
class ArchiverStatus:
    """What PostgreSQL says of its archive_command."""

    archive_command: str
    last_wal: str | None = None
    last_time: datetime | None = None
    failed_count: int = 0
    last_failed_wal: str | None = None
    last_failed_time: datetime | None = None
    per_second: float | None = None


@frozen(kw_only=True)
class PostgresStatus:
    """What PostgreSQL says of itself; None is what its role may not know."""

    version: PostgresVersion
    is_in_recovery: bool
    current_size: int | None = None
    data_directory: str | None = None
    current_segment: str | None = None
    archiver: ArchiverStatus | None = None


@frozen(kw_only=True)
class BackupsStatus:
    """How many backups are DONE, and how many of these are whole."""

    count: int
    whole: int
    first_id: BackupId | None = None
    last_id: BackupId | None = None


@frozen(kw_only=True)
class ServerStatus(Report):
    """The state of a server.

    `postgres` is None where PostgreSQL cannot be reached, or is not asked because the
    server is inactive or passive.
    """

    server_name: str
    description: str | None = None
    active: bool = True
    disabled: bool = False
    active_model: str | None = None
    primary_ssh_command: str | None = None
    retention_policy: str | None = None
    minimum_redundancy: int = 0
    backups: BackupsStatus
    postgres: PostgresStatus | None = None

    @property
    def passive(self) -> bool:
        """Whether the server is copied from another Barman."""
        return self.primary_ssh_command is not None
