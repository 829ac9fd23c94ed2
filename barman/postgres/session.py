# SPDX-License-Identifier: MIT
"""A session: what can be asked of a server, and what it can be told to do."""

from __future__ import annotations

import contextlib

from barman.errors import PostgresError
from barman.model.lsn import Lsn
from barman.model.segment import WalSegment
from barman.postgres.facts import ServerFacts
from barman.postgres.queries import timeouts
from barman.postgres.values import BeginPoint, EndPoint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime

    from barman.model.postgres_version import PostgresVersion


class PostgresSession(ServerFacts):
    """A session of the role that `conninfo` names."""

    _is_exclusive = False

    @property
    def is_superuser(self) -> bool:
        """Whether the role may do everything."""
        return bool(self._value("superuser"))

    @property
    def has_backup_privileges(self) -> bool:
        """Whether the role may take backups (below 10 only a superuser may)."""
        return self.is_superuser or bool(self._value("backup_privileges"))

    @property
    def has_monitoring_privileges(self) -> bool:
        """Whether the role may read all settings and statistics."""
        return self.is_superuser or bool(self._value("monitoring_privileges"))

    @property
    def has_checkpoint_privileges(self) -> bool:
        """Whether the role may force a checkpoint."""
        return self.is_superuser or bool(self._value("checkpoint_privileges"))

    def now(self) -> datetime:
        """Return the time by the server's clock, aware."""
        moment: datetime = self._value("now")
        return moment

    def begin_backup(
        self, label: str, *, fast: bool, exclusive: bool = False
    ) -> BeginPoint:
        """Begin a backup; from here to its end the session must not be lost."""
        if exclusive and self.version.at_least(15):
            raise PostgresError(
                f"PostgreSQL {self.version} has no exclusive backups",
                hint="Set 'backup_options = concurrent_backup'.",
            )
        self._set_timeouts(self.version, "SET {} TO 0")
        name = "begin_exclusive" if exclusive else "begin"
        lsn, timeline, time = self.act(name, label, fast)
        self._is_exclusive = exclusive
        self._holds_backup = not exclusive
        return BeginPoint(Lsn.parse(lsn), timeline, time)

    def end_backup(self) -> EndPoint:
        """End the backup; PostgreSQL does not wait for its WAL to be archived."""
        if not self._holds_backup and not self._is_exclusive:
            raise PostgresError("this session holds no backup")
        name = "end_exclusive" if self._is_exclusive else "end"
        lsn, timeline, time, label, tablespace_map = self.act(name)
        self._holds_backup = self._is_exclusive = False
        with contextlib.suppress(PostgresError):  # the backup is complete without
            self._set_timeouts(self.version, "RESET {}")
        return EndPoint(
            Lsn.parse(lsn), timeline, time, label or None, tablespace_map or None
        )

    def switch_wal(self) -> str | None:
        """Close the current segment and return its name; None if nothing was in it.

        pg_switch_wal returns the end of the segment it closed, perhaps right at the
        boundary; which segment a boundary belongs to in pg_walfile_name changed with
        PostgreSQL 17, so we do the arithmetic ourselves: to the one before.
        """
        timeline, size = self.timeline, self.segment_size
        before, closed, after = (
            WalSegment.ending_at(Lsn.parse(lsn), timeline=timeline, size=size)
            for lsn in self.act("switch")
        )
        return None if before == after else str(closed)

    def create_restore_point(self, name: str) -> Lsn:
        """Give the current place in the log a name to recover to."""
        return Lsn.parse(self.act("restore_point", name)[0])

    def checkpoint(self) -> None:
        """Force a checkpoint."""
        self.ping_or_reconnect()
        self.patiently("CHECKPOINT")

    def ping_or_reconnect(self) -> None:
        """Make sure that the next statement finds a live session."""
        self.ask("recovery")

    def _set_timeouts(self, version: PostgresVersion, statement: str) -> None:
        for name in timeouts(version):
            self.execute(statement.format(name))
