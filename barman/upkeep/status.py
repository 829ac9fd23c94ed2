# SPDX-License-Identifier: MIT
"""The state of a server: what PostgreSQL and the catalogue say, at a glance.

It never fails because of PostgreSQL: what cannot be asked is left out.
"""

from __future__ import annotations

from barman.errors import BarmanError
from barman.report.status import (
    ArchiverStatus,
    BackupsStatus,
    PostgresStatus,
    ServerStatus,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from barman.catalogue.backups import BackupCatalogue
    from barman.config.server_config import ServerConfig
    from barman.postgres.session import PostgresSession
    from barman.report.report import Reporter

    Fact = TypeVar("Fact")


class Status:
    """Tells the state of one server; `session` is opened when PostgreSQL is asked."""

    def __init__(
        self,
        *,
        config: ServerConfig,
        catalogue: BackupCatalogue,
        session: Callable[[], PostgresSession],
        reporter: Reporter,
    ) -> None:
        self._config = config
        self._catalogue = catalogue
        self._session = session
        self._reporter = reporter

    def show(self) -> None:
        """Tell it."""
        config = self._config
        policy = config.retention_policy
        self._reporter.tell(
            ServerStatus(
                server_name=config.name,
                description=config.description,
                active=config.active,
                disabled=config.disabled,
                active_model=config.active_model,
                primary_ssh_command=config.primary_ssh_command,
                retention_policy=None if policy is None else str(policy),
                minimum_redundancy=config.minimum_redundancy,
                backups=self._backups(),
                postgres=self._postgres(),
            )
        )

    def _backups(self) -> BackupsStatus:
        backups = self._catalogue.list()
        usable = [backup.id for backup in backups if backup.status.is_usable]
        done = [backup for backup in backups if backup.status.value == "DONE"]
        return BackupsStatus(
            count=len(done),
            whole=sum(backup.is_done_and_whole for backup in done),
            first_id=usable[0] if usable else None,
            last_id=usable[-1] if usable else None,
        )

    def _postgres(self) -> PostgresStatus | None:
        config = self._config
        if not config.active or config.passive or config.conninfo is None:
            return None
        try:
            session = self._session()
            version, recovering = session.version, session.is_in_recovery
        except BarmanError:
            return None
        segment = _known(lambda: session.current_segment)
        return PostgresStatus(
            version=version,
            is_in_recovery=recovering,
            current_size=_known(session.cluster_size),
            data_directory=_known(lambda: session.data_directory),
            current_segment=None if segment is None else str(segment),
            archiver=_known(lambda: _archiver(session)) if config.archiver else None,
        )


def _archiver(session: PostgresSession) -> ArchiverStatus:
    stats = session.archiver()
    return ArchiverStatus(
        archive_command=session.settings("archive_command").get("archive_command", ""),
        last_wal=stats.last_archived_wal,
        last_time=stats.last_archived_time,
        failed_count=stats.failed_count,
        last_failed_wal=stats.last_failed_wal,
        last_failed_time=stats.last_failed_time,
        per_second=stats.archived_per_second,
    )


def _known(ask: Callable[[], Fact]) -> Fact | None:
    """Return a fact, None where PostgreSQL does not tell it to our role."""
    try:
        return ask()
    except BarmanError:
        return None
