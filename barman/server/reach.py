# SPDX-License-Identifier: MIT
"""What is reached of one server: hosts, sessions, programs, hooks."""

from __future__ import annotations

from barman.model.cached import cached_property
from barman.server.disk import OnDisk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from barman.hooks.script import Hooks
    from barman.postgres.programs import Programs
    from barman.postgres.replication import ReplicationSession
    from barman.postgres.session import PostgresSession
    from barman.system.host import Host
    from barman.system.runner import LocalRunner

_SESSIONS = (
    "postgres",
    "streaming",
    "wal_postgres",
    "wal_streaming",
    "primary_postgres",
)


class Reached(OnDisk):
    """What is reached of one server: hosts, sessions, programs."""

    def close(self) -> None:
        """Close what is connected; whatever is used again connects again."""
        for name in _SESSIONS:
            session = self.__dict__.get(name)
            if session is not None:
                session.close()
        for name in ("host", "primary_host"):
            host = self.__dict__.pop(name, None)
            if host is not None:
                host.close()

    def abandon(self) -> None:
        """Forget what is connected: something that hangs may still be using it."""
        for name in (*_SESSIONS, "host", "primary_host"):
            self.__dict__.pop(name, None)

    @cached_property
    def environ(self) -> Mapping[str, str]:
        """The environment of its programs and hooks, `path_prefix` first in PATH."""
        from barman.system.program_path import ProgramPath

        path = ProgramPath(self.config.path_prefix)
        return path.environment(self.surroundings.environ)

    @cached_property
    def runner(self) -> LocalRunner:
        """What runs its programs on this machine."""
        from barman.system.runner import LocalRunner

        return LocalRunner(self.environ)

    @cached_property
    def host(self) -> Host:
        """The host that its `ssh_command` leads to, or this machine."""
        from barman.system.hosts import open_host

        return open_host(
            self.config.ssh_command, environ=self.environ, runner=self.runner
        )

    @cached_property
    def primary_host(self) -> Host:
        """The host that its `primary_ssh_command` leads to: another Barman."""
        from barman.system.hosts import open_host

        return open_host(
            self.config.primary_ssh_command, environ=self.environ, runner=self.runner
        )

    @cached_property
    def postgres(self) -> PostgresSession:
        """Its session; connects when first asked."""
        from barman.postgres.session import PostgresSession

        return PostgresSession(self.config.conninfo or "")

    @cached_property
    def streaming(self) -> ReplicationSession:
        """Its replication session; connects when first asked."""
        from barman.postgres.replication import ReplicationSession

        return ReplicationSession(self.config.streaming_conninfo or "")

    @cached_property
    def wal_postgres(self) -> PostgresSession:
        """The session of the server that WAL is streamed from."""
        from barman.postgres.session import PostgresSession

        return PostgresSession(self.config.wal_host_conninfo or "")

    @cached_property
    def wal_streaming(self) -> ReplicationSession:
        """The replication session of the server that WAL is streamed from."""
        from barman.postgres.replication import ReplicationSession

        return ReplicationSession(self.config.wal_host_streaming_conninfo or "")

    @cached_property
    def programs(self) -> Programs:
        """PostgreSQL's own programs."""
        from barman.postgres.programs import Programs

        return Programs(self.runner)

    @cached_property
    def hooks(self) -> Hooks:
        """Its hook scripts."""
        from barman.hooks.script import Hooks

        return Hooks(
            config=self.config,
            configuration_path=self.surroundings.configuration.path,
            runner=self.runner,
            clock=self.surroundings.clock,
        )
