# SPDX-License-Identifier: MIT
"""A session of the replication protocol: who the server is, and its physical slots."""

from __future__ import annotations

import psycopg2
from psycopg2 import errorcodes
from psycopg2.extras import PhysicalReplicationConnection

from barman.errors import PostgresError
from barman.model.conninfo import Conninfo
from barman.model.lsn import Lsn
from barman.model.postgres_version import PostgresVersion
from barman.postgres.dsn import replication_dsn
from barman.postgres.failure import connection_failure, statement_failure
from barman.postgres.values import SystemIdentity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from barman.postgres.connection import Connect


class SlotExistsError(PostgresError):
    """There is a slot of that name."""


class SlotMissingError(PostgresError):
    """There is no slot of that name."""


class SlotInUseError(PostgresError):
    """The slot is being streamed from."""


class NoFreeSlotError(PostgresError):
    """`max_replication_slots` are there already."""


class ReplicationSession:
    """A replication connection, opened when first used."""

    def __init__(
        self,
        conninfo: str,
        *,
        application_name: str = "barman_receive_wal",
        connect: Connect = psycopg2.connect,
    ) -> None:
        parsed = Conninfo.parse(conninfo)
        self._connect = connect
        self._dsn = replication_dsn(parsed, application_name=application_name)
        self._password = parsed.get("password")
        self._link: Any = None

    @property
    def version(self) -> PostgresVersion:
        """The server's version."""
        return PostgresVersion(self._connected().server_version)

    def identify(self) -> SystemIdentity:
        """Return the system identifier, the timeline and the flushed end of the log."""
        try:
            systemid, timeline, lsn, *_ = self._execute("IDENTIFY_SYSTEM")[0]
        except (psycopg2.Error, UnicodeError) as error:
            raise statement_failure(error, self._password) from error
        return SystemIdentity(systemid, int(timeline), Lsn.parse(lsn))

    def create_slot(self, name: str) -> None:
        """Make a physical slot; `SlotExistsError`, `NoFreeSlotError`."""
        try:
            self._execute(f"CREATE_REPLICATION_SLOT {_quoted(name)} PHYSICAL")
        except psycopg2.Error as error:
            if error.pgcode == errorcodes.DUPLICATE_OBJECT:
                message = f"Replication slot '{name}' already exists"
                raise SlotExistsError(message) from error
            if error.pgcode == errorcodes.CONFIGURATION_LIMIT_EXCEEDED:
                raise NoFreeSlotError(
                    "all replication slots are in use",
                    hint="Free one or increase the max_replication_slots value on your"
                    " PostgreSQL server.",
                ) from error
            raise statement_failure(error, self._password) from error

    def drop_slot(self, name: str) -> None:
        """Remove a slot; `SlotMissingError`, `SlotInUseError`."""
        try:
            self._execute(f"DROP_REPLICATION_SLOT {_quoted(name)}")
        except psycopg2.Error as error:
            if error.pgcode == errorcodes.UNDEFINED_OBJECT:
                message = f"Replication slot '{name}' does not exist"
                raise SlotMissingError(message) from error
            if error.pgcode == errorcodes.OBJECT_IN_USE:
                message = f"Replication slot '{name}' is in use"
                raise SlotInUseError(message) from error
            raise statement_failure(error, self._password) from error

    def close(self) -> None:
        """End the session."""
        link, self._link = self._link, None
        if link is not None:
            link.close()

    def _execute(self, command: str) -> list[tuple[Any, ...]]:
        with self._connected().cursor() as cursor:
            cursor.execute(command)
            return list(cursor.fetchall()) if cursor.description else []

    def _connected(self) -> Any:
        if self._link is None or self._link.closed:
            try:
                self._link = self._connect(
                    self._dsn, connection_factory=PhysicalReplicationConnection
                )
            except (psycopg2.Error, UnicodeError) as error:
                raise connection_failure(error, self._password) from error
        return self._link


def _quoted(name: str) -> str:
    escaped = name.replace('"', '""')
    return f'"{escaped}"'
