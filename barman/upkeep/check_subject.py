# SPDX-License-Identifier: MIT
"""What the checks of one server look at.

Whatever many checks ask is asked once: a server that cannot be reached costs one
attempt.  Sessions and hosts are made when a check first needs them.
"""

from __future__ import annotations

from functools import cached_property
from typing import Generic, TypeVar

from barman.errors import BarmanError
from barman.model.frozen import frozen
from barman.system.command import Command

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from barman.catalogue.backups import BackupCatalogue, Survey
    from barman.catalogue.layout import Layout
    from barman.catalogue.wal_accounting import WalAccounting
    from barman.catalogue.wal_index import WalIndex
    from barman.config.server_config import ServerConfig
    from barman.model.backup import Backup
    from barman.model.postgres_version import PostgresVersion
    from barman.postgres.programs import Program, Programs
    from barman.postgres.replication import ReplicationSession
    from barman.postgres.session import PostgresSession
    from barman.postgres.values import SystemIdentity
    from barman.system.clock import Clock
    from barman.system.command import Completed
    from barman.system.host import Host
    from barman.system.locks import Locks
    from barman.wal.switch import Archiving

Asked = TypeVar("Asked")


@frozen(kw_only=True)
class CheckTools:
    """What the checks of a server are given; the callables connect nothing yet.

    `archiver` archives without a word.  `host` leads where `ssh_command` does,
    `primary_host` where `primary_ssh_command` does.
    """

    layout: Layout
    catalogue: BackupCatalogue
    index: WalIndex
    locks: Locks
    clock: Clock
    programs: Programs
    archiver: Callable[[], Archiving]
    postgres: Callable[[], PostgresSession]
    streaming: Callable[[], ReplicationSession]
    wal_postgres: Callable[[], PostgresSession]
    wal_streaming: Callable[[], ReplicationSession]
    primary_postgres: Callable[[], PostgresSession | None]
    host: Callable[[], Host]
    primary_host: Callable[[], Host]
    environ: Mapping[str, str]


class Known(Generic[Asked]):
    """An answer, or why there is none."""

    def __init__(self, value: Asked | None, error: str | None = None) -> None:
        self.value = value
        self.error = error


def known(ask: Callable[[], Asked | None]) -> Known[Asked]:
    """Return the answer, or the error that was raised."""
    try:
        return Known(ask())
    except BarmanError as error:
        return Known(None, error.message)


def streams(config: ServerConfig) -> bool:
    """Tell whether the streaming connection is in use."""
    return config.streaming_conninfo is not None and (
        config.streaming_archiver or config.backup_method == "postgres"
    )


class Subject:
    """One server, while it is being checked; `limit` is in seconds, 0 for none."""

    def __init__(
        self, config: ServerConfig, tools: CheckTools, *, limit: float
    ) -> None:
        self.config = config
        self.tools = tools
        self.limit = limit
        self._began = tools.clock.monotonic()
        self._programs: dict[str, Program | None] = {}

    @property
    def is_reached(self) -> bool:
        """Whether PostgreSQL is asked at all: not of inactive and passive servers."""
        return self.config.active and not self.config.passive

    @property
    def has_wal_host(self) -> bool:
        """Whether WAL is streamed from another server than the one backed up."""
        config = self.config
        return self.is_reached and config.wal_host_conninfo != config.conninfo

    @property
    def seconds_left(self) -> float | None:
        """How long a program may run, so that it ends before the limit; None: ever."""
        if not self.limit:
            return None
        spent = self.tools.clock.monotonic() - self._began
        return max(self.limit - spent - 0.5, 0.5)

    @cached_property
    def postgres(self) -> PostgresSession | None:
        """The session, where it can be had."""
        return self._link.value

    @cached_property
    def version(self) -> PostgresVersion | None:
        """The version of the server, where it can be reached."""
        return None if self.postgres is None else self.postgres.version

    @cached_property
    def _link(self) -> Known[PostgresSession]:
        def connect() -> PostgresSession | None:
            if not self.is_reached or not self.config.conninfo:
                return None
            session = self.tools.postgres()
            _ = session.version
            return session

        return known(connect)

    @property
    def connection_error(self) -> str | None:
        """Why PostgreSQL cannot be reached."""
        return self._link.error

    @cached_property
    def streaming_identity(self) -> Known[SystemIdentity]:
        """What the streaming connection says of the cluster."""
        return known(lambda: self.tools.streaming().identify())

    @cached_property
    def wal_streaming_identity(self) -> Known[SystemIdentity]:
        """What the streaming connection of the WAL host says of the cluster."""
        if not self.config.wal_host_streaming_conninfo:
            return Known(None, "no streaming connection is configured")
        return known(lambda: self.tools.wal_streaming().identify())

    @cached_property
    def remote_answer(self) -> Known[Completed]:
        """What comes of running `true` where the files of the server are."""
        host = self.tools.primary_host if self.config.passive else self.tools.host
        command = Command(("true",), timeout=self.seconds_left)
        return known(lambda: host().run(command))

    def program(self, name: str) -> Program | None:
        """Return PostgreSQL's program of that name that fits the server best."""
        if name not in self._programs:
            self._programs[name] = self.tools.programs.find(
                name, for_version=self.version
            )
        return self._programs[name]

    @cached_property
    def survey(self) -> Survey:
        """All backups, readable or not."""
        return self.tools.catalogue.survey()

    @cached_property
    def latest(self) -> Backup | None:
        """The newest backup whose copy is complete."""
        usable = [each for each in self.survey.backups if each.status.is_usable]
        return usable[-1] if usable else None

    @cached_property
    def latest_wal(self) -> WalAccounting | None:
        """The WAL of the newest backup and after it."""
        if self.latest is None:
            return None
        return self.tools.index.accounting(self.latest, None)
