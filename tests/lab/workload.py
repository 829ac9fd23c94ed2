# SPDX-License-Identifier: MIT
"""A writer whose every transaction is known, so that a recovery can be judged by it.

The server's own commit timestamps (`track_commit_timestamp`) are what
recovery_target_time compares with; they are read when the workload has ended.
"""

from __future__ import annotations

import contextlib
import threading
import time
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import psycopg2

if TYPE_CHECKING:
    from tests.lab.cluster import Cluster


@dataclass(frozen=True)
class Entry:
    """One acknowledged transaction."""

    id: int
    xid: int
    before_lsn: int  # the log's end when the row was inserted
    after_lsn: int  # the log's end after the commit was acknowledged
    acknowledged: datetime  # the client's clock
    committed: datetime | None = None  # the commit record's time


class Workload:
    """Inserts one row a transaction into `ledger` and `ledger_copy` until stopped."""

    def __init__(
        self, cluster: Cluster, *, pause: float = 0.01, filler: int = 100
    ) -> None:
        self.cluster = cluster
        self.pause = pause
        self.filler = filler
        self.entries: list[Entry] = []
        self.error: Exception | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Workload:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Begin, and wait for the first acknowledged transaction."""
        self._thread.start()
        self.wait_for(1)

    def stop(self) -> None:
        """End, and learn the commit times when the cluster still answers."""
        self._stop.set()
        self._thread.join(timeout=30)
        # When the cluster was killed, entries keep the client's clock only.
        with contextlib.suppress(psycopg2.Error):
            self.learn_times()

    def wait_for(self, more: int, *, timeout: float = 30) -> Entry:
        """Wait for that many further acknowledged transactions; return the last."""
        wanted = len(self.entries) + more
        deadline = time.monotonic() + timeout
        while len(self.entries) < wanted:
            if self.error or time.monotonic() > deadline:
                raise AssertionError(f"the workload does not advance: {self.error}")
            time.sleep(0.005)
        return self.entries[-1]

    def insert(self, count: int = 1) -> Entry:
        """Run transactions in the caller's thread (not while the workload runs)."""
        connection = psycopg2.connect(self.cluster.dsn())
        try:
            for _ in range(count):
                self._transaction(connection)
        finally:
            connection.close()
        return self.entries[-1]

    def learn_times(self) -> None:
        """Fetch the commit timestamps of all entries."""
        times = dict(self.cluster.sql(COMMITTED))
        self.entries = [
            Entry(**{**entry.__dict__, "committed": times.get(entry.id)})
            for entry in self.entries
        ]

    # -- what a recovery must hold

    def ids(self) -> set[int]:
        """All acknowledged rows."""
        return {entry.id for entry in self.entries}

    def until(self, moment: datetime) -> set[int]:
        """Rows whose commit record is not later than `moment`."""
        return {e.id for e in self.entries if e.committed and e.committed <= moment}

    def until_xid(self, xid: int, *, inclusive: bool = True) -> set[int]:
        """Rows committed up to a transaction, with or without it."""
        ids: set[int] = set()
        for entry in self.entries:
            if entry.xid == xid:
                return ids | {entry.id} if inclusive else ids
            ids.add(entry.id)
        raise AssertionError(f"no entry has xid {xid}")

    def until_lsn(self, lsn: int) -> set[int]:
        """Rows whose commit is wholly before a position."""
        return {entry.id for entry in self.entries if entry.after_lsn <= lsn}

    def _run(self) -> None:
        try:
            connection = psycopg2.connect(self.cluster.dsn())
            try:
                while not self._stop.is_set():
                    self._transaction(connection)
                    self._stop.wait(self.pause)
            finally:
                connection.close()
        except Exception as error:  # told to whoever waits for us
            self.error = error

    def _transaction(self, connection: Any) -> None:
        with connection, connection.cursor() as cursor:
            cursor.execute(INSERT, (self.filler,))
            row_id, xid, before = cursor.fetchone()
        acknowledged = datetime.now(timezone.utc)
        with connection, connection.cursor() as cursor:
            cursor.execute(POSITION)
            after = int(cursor.fetchone()[0])
        self.entries.append(Entry(row_id, xid, int(before), after, acknowledged))


INSERT = """
    WITH row AS (
        INSERT INTO ledger (filler) VALUES (repeat('x', %s)) RETURNING id, xid, lsn
    ), copy AS (INSERT INTO ledger_copy SELECT id FROM row)
    SELECT id, xid, lsn - '0/0' FROM row"""
POSITION = "SELECT pg_current_wal_insert_lsn() - '0/0'"
COMMITTED = """
    SELECT id, pg_xact_commit_timestamp((xid % 4294967296)::text::xid) FROM ledger"""
