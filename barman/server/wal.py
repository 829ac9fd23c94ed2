# SPDX-License-Identifier: MIT
"""What takes in, archives, streams and hands out the WAL of one server."""

from __future__ import annotations

from barman.model.cached import cached_property
from barman.server.reach import Reached

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barman.postgres.session import PostgresSession
    from barman.report.report import Reporter
    from barman.wal.archiver import WalArchiver
    from barman.wal.get import WalSource
    from barman.wal.receiver import WalReceiver
    from barman.wal.slots import Slots


class WithWal(Reached):
    """A server and its WAL."""

    @cached_property
    def systemid(self) -> str | None:
        """The cluster that its archive belongs to; None before the first backup."""
        from barman.catalogue.identity import IdentityFile

        identity = IdentityFile(self.layout).find()
        return identity.systemid if identity else None

    @cached_property
    def wal_archiver(self) -> WalArchiver:
        """What moves its waiting WAL into the archive."""
        return self._wal_archiver(self.surroundings.reporter)

    def _wal_archiver(self, reporter: Reporter) -> WalArchiver:
        from barman.wal.archiver import WalArchiver

        return WalArchiver(
            config=self.config,
            layout=self.layout,
            index=self.wal_index,
            locks=self.locks,
            hooks=self.hooks,
            clock=self.surroundings.clock,
            reporter=reporter,
            systemid=self.systemid,
            environ=self.environ,
        )

    @cached_property
    def wal_source(self) -> WalSource:
        """What hands out its WAL files."""
        from barman.wal.archiver import custom_filters
        from barman.wal.get import WalSource

        return WalSource(
            layout=self.layout, custom=custom_filters(self.config, self.environ)
        )

    @cached_property
    def wal_receiver(self) -> WalReceiver:
        """What streams its WAL."""
        from barman.wal.receiver import WalReceiver

        return WalReceiver(
            config=self.config,
            layout=self.layout,
            locks=self.locks,
            session=self.wal_postgres,
            streaming=self.wal_streaming,
            conninfo=self.config.wal_host_streaming_conninfo,
            programs=self.programs,
            runner=self.runner,
            reporter=self.surroundings.reporter,
            systemid=self.systemid,
        )

    @cached_property
    def slots(self) -> Slots:
        """Its replication slot."""
        from barman.wal.slots import Slots

        return Slots(
            server_name=self.name,
            slot_name=self.config.slot_name,
            session=self.wal_streaming,
            reporter=self.surroundings.reporter,
        )

    @cached_property
    def primary_postgres(self) -> PostgresSession | None:
        """The session of the primary where `conninfo` leads to a standby."""
        from barman.postgres.session import PostgresSession

        conninfo = self.config.primary_conninfo
        return PostgresSession(conninfo) if conninfo else None
