# SPDX-License-Identifier: MIT
"""One connection to PostgreSQL, opened when first used, in autocommit.

Autocommit keeps the session idle between statements, never idle in a transaction.
Threads may share it: statements wait for each other.  A connection that holds a backup
is never replaced by a new one, because PostgreSQL ends the backup with its session.
"""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import threading

import psycopg2

from barman.errors import PostgresError
from barman.model.conninfo import Conninfo
from barman.model.postgres_version import PostgresVersion
from barman.postgres.dsn import session_dsn
from barman.postgres.failure import connection_failure, statement_failure
from barman.postgres.queries import MINIMUM, sql

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Connect = Callable[..., Any]
    Row = tuple[Any, ...]
    Parameters = tuple[object, ...]

logger = logging.getLogger(__name__)

GRACE = 5.0  # seconds that a cancelled statement gets to end
PING_TIMEOUT = 60.0  # seconds in which a live server answers


class Connection:
    """A connection string and, once used, what it leads to."""

    def __init__(
        self,
        conninfo: str,
        *,
        application_name: str = "barman",
        connect: Connect = psycopg2.connect,
    ) -> None:
        parsed = Conninfo.parse(conninfo)
        self._connect = connect
        self._dsn = session_dsn(parsed, application_name=application_name)
        self._password = parsed.get("password")
        self._lock = threading.RLock()
        self._link: Any = None
        self._holds_backup = False

    @property
    def version(self) -> PostgresVersion:
        """The server's version."""
        with self._lock:
            return PostgresVersion(self._connected().server_version)

    def ping(self, *, timeout: float = PING_TIMEOUT) -> None:
        """Make the server answer, so that nobody thinks the session idle or dead.

        A session that is busy is neither.  One that does not answer in time is given
        up, as if the server had closed it.
        """
        if not self._lock.acquire(blocking=False):
            return
        try:
            link = self._connected()
            watch = threading.Timer(timeout, _cut, (link,))
            watch.start()
            try:
                self.execute("SELECT 1")
            finally:
                watch.cancel()
        finally:
            self._lock.release()

    def close(self) -> None:
        """End the session, and with it a backup that it holds."""
        with self._lock:
            link, self._link = self._link, None
            self._holds_backup = False
            if link is not None:
                link.close()

    def ask(self, name: str, *parameters: object) -> list[Row]:
        """Return the rows of a query that changes nothing, so may be sent again."""
        with self._lock:
            text = sql(name, self._supported_version())
            try:
                return self.execute(text, parameters)
            except PostgresError:
                if self._holds_backup or not self._is_lost():
                    raise
            return self.execute(text, parameters)

    def act(self, name: str, *parameters: object) -> Row:
        """Run a statement that changes something, once; return its row.

        It runs in a thread of its own, so that an interruption ends the wait for a
        checkpoint: the statement is then cancelled.
        """
        if not self._holds_backup:
            self.ask("recovery")  # a session that timed out is replaced now
        text = sql(name, self._supported_version())
        return self.patiently(text, parameters)[0]

    def patiently(self, text: str, parameters: Parameters = ()) -> list[Row]:
        """Run a statement that may take long; an interruption cancels it."""
        rows: list[list[Row]] = []
        errors: list[BaseException] = []

        def work() -> None:
            try:
                rows.append(self.execute(text, parameters))
            except BaseException as error:  # raised below, where the caller is
                errors.append(error)

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        try:
            thread.join()
        except BaseException:
            if self._link is not None:
                self._link.cancel()
            thread.join(GRACE)
            raise
        if errors:
            raise errors[0]
        return rows[0]

    def execute(self, text: str, parameters: Parameters = ()) -> list[Row]:
        """Run one statement and return its rows."""
        with self._lock:
            link = self._connected()
            try:
                with link.cursor() as cursor:
                    cursor.execute(text, parameters or None)
                    return list(cursor.fetchall()) if cursor.description else []
            except (psycopg2.Error, UnicodeError) as error:
                if self._holds_backup and self._is_lost():
                    raise self._lost() from error
                raise statement_failure(error, self._password) from error

    def _connected(self) -> Any:
        """Return the open link; raise when it was lost with a backup on it."""
        if self._link is not None and not self._link.closed:
            return self._link
        if self._holds_backup:
            raise self._lost()
        logger.debug("connecting to PostgreSQL")
        try:
            link = self._connect(self._dsn)
            link.autocommit = True
        except (psycopg2.Error, UnicodeError) as error:
            raise connection_failure(error, self._password) from error
        self._link = link
        return link

    def _supported_version(self) -> PostgresVersion:
        version = self.version
        if version < MINIMUM:
            raise PostgresError(
                f"unsupported version: PostgreSQL {version} ({version} < {MINIMUM})"
            )
        return version

    def _is_lost(self) -> bool:
        return self._link is None or bool(self._link.closed)

    @staticmethod
    def _lost() -> PostgresError:
        return PostgresError(
            "Connection to the Postgres server was lost during the backup."
        )


def _cut(link: Any) -> None:
    """End the conversation on a link's socket, whatever waits for it."""
    with (
        contextlib.suppress(OSError, psycopg2.Error),
        socket.socket(fileno=os.dup(link.fileno())) as wire,
    ):
        wire.shutdown(socket.SHUT_RDWR)
