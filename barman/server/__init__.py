# SPDX-License-Identifier: MIT
"""One configured server, and its parts, each built when it is first used.

This is the only place that knows how the parts fit together; no part knows a server.
Imports stand in the properties, so that a command pays for the parts that it uses.
The modules are tiers: what lies on disk, what is reached, what works with both.
"""

from __future__ import annotations

from barman.model.cached import cached_property
from barman.server.disk import Surroundings
from barman.server.wal import WithWal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barman.backup.manager import BackupManager
    from barman.backup.surroundings import BackupSurroundings
    from barman.backup.wal_completion import WalCompletion
    from barman.recovery.recovery import Recovery
    from barman.upkeep.check import Checks
    from barman.upkeep.cron import Cron
    from barman.upkeep.delete import Deletion
    from barman.upkeep.delete_removal import DeletionTools
    from barman.upkeep.inventory import Inventory
    from barman.upkeep.retention import Retention
    from barman.upkeep.status import Status

__all__ = ["Server", "Surroundings"]


class Server(WithWal):
    """One server of the configuration, and all that is done for it."""

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
                locks=self.locks,
                archiver=self.wal_archiver,
                hooks=self.hooks,
                hooked=lambda backup: hooked(backup, self.layout, self.catalogue),
                runner=self.runner,
                clock=self.surroundings.clock,
                reporter=self.surroundings.reporter,
            )
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
