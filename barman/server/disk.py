# SPDX-License-Identifier: MIT
"""What lies on disk of one server, and what is told of it without asking anybody."""

from __future__ import annotations

from barman.model.cached import cached_property
from barman.model.frozen import frozen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from barman.catalogue.backups import BackupCatalogue
    from barman.catalogue.keeps import Keeps
    from barman.catalogue.layout import Layout
    from barman.catalogue.wal_index import WalIndex
    from barman.catalogue.wal_stored import StoredWals
    from barman.catalogue.wal_tree import WalTree
    from barman.config.configuration import Configuration
    from barman.config.server_config import ServerConfig
    from barman.report.report import Reporter
    from barman.system.clock import Clock
    from barman.system.locks import Locks
    from barman.upkeep.backup_files import BackupFiles
    from barman.upkeep.details import Details
    from barman.upkeep.keeping import Keeping
    from barman.upkeep.listing import Listing
    from barman.upkeep.processes import Processes
    from barman.upkeep.verdicts import Verdicts


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


class OnDisk:
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
            locks=self.locks,
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
