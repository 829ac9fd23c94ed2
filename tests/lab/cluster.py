# SPDX-License-Identifier: MIT
"""One throw-away PostgreSQL cluster: loopback TCP, a unix socket, trust for all."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

import psycopg2

from tests.lab import roles

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.lab.installation import Installation
    from tests.lab.lab import Lab

SETTINGS: dict[str, object] = {
    "listen_addresses": "127.0.0.1",
    "shared_buffers": "16MB",
    "max_connections": 60,
    "max_wal_senders": 10,
    "max_replication_slots": 6,
    "wal_level": "replica",
    "archive_mode": "on",
    "fsync": "off",
    "full_page_writes": "on",
    "max_wal_size": "256MB",
    "checkpoint_timeout": "30min",
    "track_commit_timestamp": "on",
    "autovacuum": "off",
    "log_line_prefix": "%m [%p] ",
    "lc_messages": "C",
}
TABLESPACES = {"plain_ts": "plain", "odd space": "with blank", "it's": "grün"}


class Cluster:
    """A data directory, its server when it runs, and how to talk to it."""

    def __init__(
        self, lab: Lab, name: str, installation: Installation, data: str | None = None
    ) -> None:
        self.lab = lab
        self.name = name
        self.installation = installation
        self.directory = lab.directory(name)
        self.data = data or f"{self.directory}/data"
        self.archive = lab.account.make_directory(f"{self.directory}/archive")
        self.port = lab.free_port()
        self.log = f"{self.directory}/log"

    @property
    def major(self) -> int:
        """The major version."""
        return self.installation.major

    # -- life

    def create(self, *arguments: str) -> None:
        """Make the cluster with initdb, superuser `postgres`, checksums on."""
        self.lab.run(
            [
                *(self.installation.program("initdb"), "-D", self.data),
                *("-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"),
                *("-k", "--no-sync", *arguments),
            ]
        )

    def start(self, settings: Mapping[str, object] | None = None) -> None:
        """Start with the lab's settings and the caller's; wait until it answers."""
        self.configure({**SETTINGS, **self._own(), **(settings or {})})
        for attempt in range(3):
            done = self._pg_ctl("start", "-l", self.log, check=False)
            if done.returncode == 0:
                return
            if attempt == 2 or "Address already in use" not in self.log_text():
                raise AssertionError(f"{done.stderr}\n{self.log_text()[-3000:]}")
            self.port = self.lab.free_port()
            self.configure({"port": self.port})

    def stop(self, mode: str = "fast") -> None:
        """Stop it: smart, fast, or immediate, which is a crash."""
        self._pg_ctl("stop", "-m", mode)

    def restart(self, settings: Mapping[str, object] | None = None) -> None:
        """Stop, change settings, start."""
        self.stop()
        self.start(settings)

    def reload(self, settings: Mapping[str, object]) -> None:
        """Change settings that need no restart, and wait until they hold."""
        self.configure(settings)
        self._pg_ctl("reload")
        time.sleep(0.1)

    @property
    def is_running(self) -> bool:
        """Whether a postmaster runs on the data directory."""
        return self._pg_ctl("status", check=False, wait=False).returncode == 0

    def promote(self) -> None:
        """Make a standby a primary on a new timeline."""
        self._pg_ctl("promote")

    def configure(self, settings: Mapping[str, object]) -> None:
        """Append settings to postgresql.conf; the last one of a name holds."""
        lines = "".join(
            f"{key} = '{_escaped(value)}'\n" for key, value in settings.items()
        )
        path = f"{self.data}/postgresql.conf"
        with open(path, "a") as file:
            file.write(lines)
        self.lab.account.own(path)

    def log_text(self) -> str:
        """Return the server's log."""
        if not os.path.exists(self.log):
            return ""
        with open(self.log, errors="replace") as file:
            return file.read()

    # -- contents

    def furnish(self) -> None:
        """Make the roles, the tablespaces and the ledger."""
        for statement in roles.statements(self.major):
            self.sql(statement)
        for name, folder in TABLESPACES.items():
            self.create_tablespace(name, folder)
        self.sql(LEDGER)
        if self.installation.has_amcheck:
            self.sql("CREATE EXTENSION amcheck")

    def create_tablespace(self, name: str, folder: str) -> str:
        """Make a tablespace below the cluster's folder; return its place."""
        place = self.lab.account.make_directory(f"{self.directory}/ts/{folder}")
        self.lab.account.own(os.path.dirname(place), 0o755)
        self.sql(f"CREATE TABLESPACE \"{name}\" LOCATION '{place}'")
        return place

    def archive_with(self, command: str) -> None:
        """Set archive_command and reload."""
        self.reload({"archive_command": command})

    def archive_plainly(self) -> None:
        """Set archive_command back to a copy into `archive`."""
        self.archive_with(self._own()["archive_command"])

    @property
    def restore_command(self) -> str:
        """What fetches from `archive`."""
        return f"cp {self.archive}/%f %p"

    # -- talk

    def dsn(self, *, user: str = "barman", database: str = "postgres") -> str:
        """Return a conninfo by TCP."""
        return f"host=127.0.0.1 port={self.port} user={user} dbname={database}"

    def socket_dsn(self, *, user: str = "barman", database: str = "postgres") -> str:
        """Return a conninfo by unix socket."""
        return f"host={self.lab.root} port={self.port} user={user} dbname={database}"

    @property
    def options(self) -> list[str]:
        """The options with which PostgreSQL's client programs reach it."""
        return ["-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres"]

    def connect(self, *, user: str = "postgres") -> Any:
        """Return a psycopg2 connection in autocommit."""
        connection = psycopg2.connect(self.dsn(user=user))
        connection.autocommit = True
        return connection

    def sql(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Run one statement as superuser and return its rows."""
        connection = self.connect()
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement, values or None)
                return list(cursor.fetchall()) if cursor.description else []
        finally:
            connection.close()

    def value(self, statement: str, *values: object) -> Any:
        """Return the first column of the first row."""
        return self.sql(statement, *values)[0][0]

    def switch_wal(self, *, wait: bool = False) -> str:
        """Close the current segment and return its name; wait for its archiving."""
        self.sql("SELECT pg_create_restore_point('lab')")
        name: str = self.value("SELECT pg_walfile_name(pg_switch_wal())")
        deadline = time.monotonic() + 30
        while wait and not self.value(
            "SELECT coalesce(last_archived_wal >= %s, false) FROM pg_stat_archiver",
            name,
        ):
            assert time.monotonic() < deadline, f"{name} is not archived"
            time.sleep(0.05)
        return name

    # -- relatives

    def standby(self, name: str = "standby", **settings: object) -> Cluster:
        """Return a running hot standby, made with pg_basebackup -R."""
        twin = Cluster(self.lab, name, self.installation)
        moves = [
            f"--tablespace-mapping={row[0]}={twin.directory}/ts/{index}"
            for index, row in enumerate(self.sql(PLACES))
        ]
        self.lab.run(
            [
                *(self.installation.program("pg_basebackup"), "-R", "-c", "fast"),
                *("-D", twin.data, "-X", "stream", "--no-sync", *moves),
                *(
                    "-d",
                    self.dsn(user="streaming_barman") + " application_name=" + name,
                ),
            ]
        )
        twin.start({"hot_standby": "on", **settings})
        return twin

    def _own(self) -> dict[str, Any]:
        archived = f"{self.archive}/%f"
        return {
            "port": self.port,
            "unix_socket_directories": self.lab.root,
            "archive_command": f"test ! -f {archived} && cp %p {archived}",
        }

    def _pg_ctl(
        self, action: str, *arguments: str, check: bool = True, wait: bool = True
    ) -> Any:
        waiting = ["-w", "-t", "60"] if wait and action != "reload" else []
        program = self.installation.program("pg_ctl")
        return self.lab.run(
            [program, action, "-D", self.data, *waiting, *arguments], check=check
        )


def _escaped(value: object) -> str:
    return str(value).replace("'", "''")


PLACES = """
    SELECT pg_tablespace_location(oid) FROM pg_tablespace
    WHERE spcname NOT IN ('pg_default', 'pg_global') ORDER BY oid"""

LEDGER = """
    CREATE TABLE ledger (
        id bigserial PRIMARY KEY,
        xid bigint NOT NULL DEFAULT txid_current(),
        lsn pg_lsn NOT NULL DEFAULT pg_current_wal_insert_lsn(),
        committed timestamptz NOT NULL DEFAULT clock_timestamp(),
        filler text);
    CREATE TABLE ledger_copy (id bigint NOT NULL) TABLESPACE "it's";
    CREATE INDEX ledger_lsn ON ledger (lsn) TABLESPACE "odd space";
    GRANT ALL ON ledger, ledger_copy TO PUBLIC"""
