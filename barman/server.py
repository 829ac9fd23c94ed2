# SPDX-License-Identifier: MIT
"""One configured server, and its parts, each built when it is first used.

This is the only place that knows how the parts fit together; no part knows a server.
Imports stand in the properties, so that a command pays for the parts that it uses.
The classes are tiers: what lies on disk, what is reached, what works with both.
"""

from __future__ import annotations

from barman.model.cached import cached_property
from barman.model.frozen import frozen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from barman.backup.manager import BackupManager
    from barman.backup.surroundings import BackupSurroundings
    from barman.backup.wal_completion import WalCompletion
    from barman.catalogue.backups import BackupCatalogue
    from barman.catalogue.keeps import Keeps
    from barman.catalogue.layout import Layout
    from barman.catalogue.wal_index import WalIndex
    from barman.catalogue.wal_stored import StoredWals
    from barman.catalogue.wal_tree import WalTree
    from barman.config.configuration import Configuration
    from barman.config.server_config import ServerConfig
    from barman.hooks.script import Hooks
    from barman.postgres.programs import Programs
    from barman.postgres.replication import ReplicationSession
    from barman.postgres.session import PostgresSession
    from barman.recovery.recovery import Recovery
    from barman.report.report import Reporter
    from barman.system.clock import Clock
    from barman.system.host import Host
    from barman.system.locks import Locks
    from barman.system.runner import LocalRunner
    from barman.upkeep.backup_files import BackupFiles
    from barman.upkeep.check import Checks
    from barman.upkeep.cron import Cron
    from barman.upkeep.delete import Deletion
    from barman.upkeep.delete_removal import DeletionTools
    from barman.upkeep.details import Details
    from barman.upkeep.inventory import Inventory
    from barman.upkeep.keeping import Keeping
    from barman.upkeep.listing import Listing
    from barman.upkeep.processes import Processes
    from barman.upkeep.retention import Retention
    from barman.upkeep.status import Status
    from barman.upkeep.verdicts import Verdicts
    from barman.wal.archiver import WalArchiver
    from barman.wal.get import WalSource
    from barman.wal.receiver import WalReceiver
    from barman.wal.slots import Slots

_SESSIONS = (
    "postgres",
    "streaming",
    "wal_postgres",
    "wal_streaming",
    "primary_postgres",
)


@frozen(kw_only=True)
class Surroundings:
    """What the program hands to its servers.

    `program` is how it calls itself: interpreter, script and the option that names
    its configuration; `environ` is the environment that its children start from.
    """

    configuration: Configuration
    reporter: Reporter
    clock: Clock
    environ: Mapping[str, str]
    program: tuple[str, ...] = ("barman",)


class _Disk:
    """What lies on disk of one server."""

    def __init__(self, config: ServerConfig, surroundings: Surroundings) -> None:
        self.config = config
        self.name = config.name
        self.surroundings = surroundings

    @cached_property
    def layout(self) -> Layout:
        """Where its files lie."""
        from barman.catalogue.layout import Layout

        return Layout.of(self.config)

    @cached_property
    def catalogue(self) -> BackupCatalogue:
        """Its backups."""
        from barman.catalogue.backups import BackupCatalogue

        return BackupCatalogue(layout=self.layout, server_name=self.name)

    @cached_property
    def locks(self) -> Locks:
        """Its locks."""
        from barman.system.locks import Locks

        return Locks(self.surroundings.configuration.barman.lock_directory, self.name)

    @cached_property
    def wal_index(self) -> WalIndex:
        """The list of its archived WAL files."""
        from barman.catalogue.wal_index import WalIndex

        return WalIndex(
            layout=self.layout, lock=self.locks.xlogdb, stored=self._stored_wals
        )

    def _stored_wals(self) -> StoredWals:
        from barman.catalogue.wal_stored import StoredWals
        from barman.codec.registry import identify

        return StoredWals(self.wal_tree, identify)

    @cached_property
    def wal_tree(self) -> WalTree:
        """Its archived WAL files themselves."""
        from barman.catalogue.wal_tree import WalTree

        return WalTree(self.layout)

    @cached_property
    def keeps(self) -> Keeps:
        """Which of its backups are kept beyond their retention."""
        from barman.catalogue.keeps import Keeps

        return Keeps(self.layout)


class _Reach(_Disk):
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


class _Wal(_Reach):
    """What takes in, archives, streams and hands out the WAL of one server."""

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


class _Checked(_Wal):
    """What sees whether one server is ready to be backed up."""

    @cached_property
    def checks(self) -> Checks:
        """Its checks."""
        from barman.upkeep.check import Checks
        from barman.upkeep.check_silence import LoggingReporter
        from barman.upkeep.check_subject import CheckTools

        return Checks(
            config=self.config,
            tools=CheckTools(
                layout=self.layout,
                catalogue=self.catalogue,
                index=self.wal_index,
                locks=self.locks,
                clock=self.surroundings.clock,
                programs=self.programs,
                archiver=lambda: self._wal_archiver(LoggingReporter()),
                postgres=lambda: self.postgres,
                streaming=lambda: self.streaming,
                wal_postgres=lambda: self.wal_postgres,
                wal_streaming=lambda: self.wal_streaming,
                primary_postgres=lambda: self.primary_postgres,
                host=lambda: self.host,
                primary_host=lambda: self.primary_host,
                environ=self.environ,
            ),
            reporter=self.surroundings.reporter,
            abandon=self.abandon,
        )


class _Backups(_Checked):
    """What takes and completes the backups of one server."""

    @cached_property
    def wal_completion(self) -> WalCompletion:
        """What sees to it that its backups get their WAL."""
        from barman.backup.wal_completion import WalCompletion

        return WalCompletion(
            self.backup_surroundings,
            index=self.wal_index,
            tree=self.wal_tree,
            archiver=self.wal_archiver,
            hooks=self.hooks,
            worm_mode=self.config.worm_mode,
        )

    @cached_property
    def backup_surroundings(self) -> BackupSurroundings:
        """What its backups work with besides their method."""
        from barman.backup.surroundings import BackupSurroundings

        return BackupSurroundings(
            server_name=self.name,
            layout=self.layout,
            catalogue=self.catalogue,
            locks=self.locks,
            clock=self.surroundings.clock,
            reporter=self.surroundings.reporter,
        )

    def backup_manager(self, *, check_timeout: int | None = None) -> BackupManager:
        """Return what takes its backups, after checks of `check_timeout` seconds."""
        from barman.backup.backup_hooks import BackupHooks
        from barman.backup.identify import identify
        from barman.backup.manager import BackupManager
        from barman.backup.methods import Reach, backup_method
        from barman.catalogue.identity import IdentityFile

        reach = Reach(
            session=self.postgres,
            host=lambda: self.host,
            runner=self.runner,
            programs=self.programs,
        )
        return BackupManager(
            self.backup_surroundings,
            method=backup_method(self.config, self.backup_surroundings, reach),
            wal=self.wal_completion,
            hooks=BackupHooks(
                hooks=self.hooks, layout=self.layout, catalogue=self.catalogue
            ),
            preflight=lambda: self.checks.refuse_backup(timeout=check_timeout),
            identify=lambda: identify(
                self.postgres, layout=self.layout, identity=IdentityFile(self.layout)
            ),
        )


class _Recovery(_Backups):
    """What restores the backups of one server."""

    @cached_property
    def recovery(self) -> Recovery:
        """What plans and carries out restores."""
        from barman.backup.backup_hooks import hooked
        from barman.recovery.recovery import Recovery, RecoveryParts

        return Recovery(
            RecoveryParts(
                config=self.config,
                barman_user=self.surroundings.configuration.barman.barman_user,
                layout=self.layout,
                catalogue=self.catalogue,
                index=self.wal_index,
                tree=self.wal_tree,
                archiver=self.wal_archiver,
                hooks=self.hooks,
                hooked=lambda backup: hooked(backup, self.layout, self.catalogue),
                runner=self.runner,
                clock=self.surroundings.clock,
                reporter=self.surroundings.reporter,
            )
        )


class Server(_Recovery):
    """One server of the configuration, and all that is done for it."""

    @cached_property
    def verdicts(self) -> Verdicts:
        """What its retention policy says of its backups."""
        from barman.upkeep.verdicts import Verdicts

        return Verdicts(
            policy=self.config.retention_policy,
            minimum_redundancy=self.config.minimum_redundancy,
            keeps=self.keeps,
            clock=self.surroundings.clock,
        )

    @cached_property
    def listing(self) -> Listing:
        """The list of its backups."""
        from barman.upkeep.listing import Listing

        return Listing(
            server_name=self.name,
            catalogue=self.catalogue,
            wal_index=self.wal_index,
            verdicts=self.verdicts,
            reporter=self.surroundings.reporter,
        )

    @cached_property
    def details(self) -> Details:
        """All about one of its backups."""
        from barman.upkeep.details import Details

        return Details(
            server_name=self.name,
            catalogue=self.catalogue,
            wal_index=self.wal_index,
            wal_tree=self.wal_tree,
            verdicts=self.verdicts,
            reporter=self.surroundings.reporter,
        )

    @cached_property
    def backup_files(self) -> BackupFiles:
        """The files of its backups."""
        from barman.upkeep.backup_files import BackupFiles

        return BackupFiles(
            layout=self.layout,
            catalogue=self.catalogue,
            wal_index=self.wal_index,
            wal_tree=self.wal_tree,
            reporter=self.surroundings.reporter,
        )

    @cached_property
    def keeping(self) -> Keeping:
        """What keeps and releases its backups."""
        from barman.upkeep.keeping import Keeping

        return Keeping(
            server_name=self.name,
            catalogue=self.catalogue,
            keeps=self.keeps,
            reporter=self.surroundings.reporter,
        )

    @cached_property
    def processes(self) -> Processes:
        """Its running tasks."""
        from barman.upkeep.processes import Processes

        return Processes(
            server_name=self.name,
            locks=self.locks,
            clock=self.surroundings.clock,
            reporter=self.surroundings.reporter,
        )

    @cached_property
    def status(self) -> Status:
        """Its state at a glance."""
        from barman.upkeep.status import Status

        return Status(
            config=self.config,
            catalogue=self.catalogue,
            session=lambda: self.postgres,
            reporter=self.surroundings.reporter,
        )

    @cached_property
    def inventory(self) -> Inventory:
        """Everything that is configured and known of it."""
        from barman.upkeep.inventory import Inventory

        return Inventory(
            config=self.config,
            catalogue=self.catalogue,
            session=lambda: self.postgres,
            streaming=lambda: self.streaming,
            programs=self.programs,
            clock=self.surroundings.clock,
            reporter=self.surroundings.reporter,
        )

    @cached_property
    def deletion_tools(self) -> DeletionTools:
        """What its backups are deleted with."""
        from barman.catalogue.delete_markers import DeleteMarkers
        from barman.upkeep.delete_removal import DeletionTools

        return DeletionTools(
            layout=self.layout,
            catalogue=self.catalogue,
            index=self.wal_index,
            keeps=self.keeps,
            markers=DeleteMarkers(self.layout),
            locks=self.locks,
            hooks=self.hooks,
            clock=self.surroundings.clock,
            reporter=self.surroundings.reporter,
        )

    @cached_property
    def deletion(self) -> Deletion:
        """What deletes its backups."""
        from barman.upkeep.delete import Deletion

        return Deletion(
            server_name=self.name,
            minimum_redundancy=self.config.minimum_redundancy,
            tools=self.deletion_tools,
        )

    @cached_property
    def retention(self) -> Retention:
        """What enforces its retention policy."""
        from barman.upkeep.retention import Retention

        return Retention(
            config=self.config,
            verdicts=self.verdicts,
            deletion=self.deletion,
            tools=self.deletion_tools,
        )

    @cached_property
    def cron(self) -> Cron:
        """What maintains it."""
        from barman.upkeep.cron import Cron

        return Cron(
            config=self.config,
            around=self.backup_surroundings,
            processes=self.processes,
            retention=lambda: self.retention,
        )
