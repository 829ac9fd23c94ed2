# SPDX-License-Identifier: MIT
"""One configured server, and its parts, each built when it is first used.

This is the only place that knows how the parts fit together; no part knows a server.
Imports stand in the properties, so that a command pays for the parts that it uses.
"""

from __future__ import annotations

from barman.model.frozen import frozen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeVar

    from barman.catalogue.backups import BackupCatalogue
    from barman.catalogue.keeps import Keeps
    from barman.catalogue.layout import Layout
    from barman.catalogue.wal_index import WalIndex
    from barman.catalogue.wal_tree import WalTree
    from barman.config.configuration import Configuration
    from barman.config.server_config import ServerConfig
    from barman.report.report import Reporter
    from barman.system.clock import Clock
    from barman.system.locks import Locks
    from barman.upkeep.backup_files import BackupFiles
    from barman.upkeep.keeping import Keeping
    from barman.upkeep.listing import Listing
    from barman.upkeep.processes import Processes
    from barman.upkeep.verdicts import Verdicts

    Part = TypeVar("Part")


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


class Server:
    """One server of the configuration."""

    def __init__(self, config: ServerConfig, surroundings: Surroundings) -> None:
        self.config = config
        self.name = config.name
        self._surroundings = surroundings
        self._parts: dict[str, object] = {}
        self._closers: list[Callable[[], object]] = []

    def close(self) -> None:
        """Close connections; a part that is used again afterwards is built again."""
        closers, self._closers = self._closers, []
        self._parts.clear()
        for close in reversed(closers):
            close()

    def _once(self, name: str, build: Callable[[], Part]) -> Part:
        """Return the part called `name`, built by `build` the first time."""
        if name not in self._parts:
            self._parts[name] = build()
        part: Part = self._parts[name]  # type: ignore[assignment]  # put in above
        return part

    @property
    def layout(self) -> Layout:
        """Where its files lie."""
        from barman.catalogue.layout import Layout

        return self._once("layout", lambda: Layout.of(self.config))

    @property
    def catalogue(self) -> BackupCatalogue:
        """Its backups."""
        from barman.catalogue.backups import BackupCatalogue

        return self._once(
            "catalogue",
            lambda: BackupCatalogue(layout=self.layout, server_name=self.name),
        )

    @property
    def locks(self) -> Locks:
        """Its locks."""
        from barman.system.locks import Locks

        directory = self._surroundings.configuration.barman.lock_directory
        return self._once("locks", lambda: Locks(directory, self.name))

    @property
    def wal_index(self) -> WalIndex:
        """The list of its archived WAL files."""
        from barman.catalogue.wal_index import WalIndex

        return self._once(
            "wal_index", lambda: WalIndex(layout=self.layout, lock=self.locks.xlogdb)
        )

    @property
    def wal_tree(self) -> WalTree:
        """Its archived WAL files themselves."""
        from barman.catalogue.wal_tree import WalTree

        return self._once("wal_tree", lambda: WalTree(self.layout))

    @property
    def keeps(self) -> Keeps:
        """Which of its backups are kept beyond their retention."""
        from barman.catalogue.keeps import Keeps

        return self._once("keeps", lambda: Keeps(self.layout))

    @property
    def verdicts(self) -> Verdicts:
        """What its retention policy says of its backups."""
        from barman.upkeep.verdicts import Verdicts

        return self._once(
            "verdicts",
            lambda: Verdicts(
                policy=self.config.retention_policy,
                minimum_redundancy=self.config.minimum_redundancy,
                keeps=self.keeps,
                clock=self._surroundings.clock,
            ),
        )

    @property
    def listing(self) -> Listing:
        """What lists and details tell of its backups."""
        from barman.upkeep.listing import Listing

        return self._once(
            "listing",
            lambda: Listing(
                server_name=self.name,
                catalogue=self.catalogue,
                wal_index=self.wal_index,
                wal_tree=self.wal_tree,
                verdicts=self.verdicts,
                reporter=self._surroundings.reporter,
            ),
        )

    @property
    def backup_files(self) -> BackupFiles:
        """The files of its backups."""
        from barman.upkeep.backup_files import BackupFiles

        return self._once(
            "backup_files",
            lambda: BackupFiles(
                layout=self.layout,
                catalogue=self.catalogue,
                wal_index=self.wal_index,
                wal_tree=self.wal_tree,
                reporter=self._surroundings.reporter,
            ),
        )

    @property
    def keeping(self) -> Keeping:
        """What keeps and releases its backups."""
        from barman.upkeep.keeping import Keeping

        return self._once(
            "keeping",
            lambda: Keeping(
                server_name=self.name,
                catalogue=self.catalogue,
                keeps=self.keeps,
                reporter=self._surroundings.reporter,
            ),
        )

    @property
    def processes(self) -> Processes:
        """Its running tasks."""
        from barman.upkeep.processes import Processes

        return self._once(
            "processes",
            lambda: Processes(
                server_name=self.name,
                locks=self.locks,
                clock=self._surroundings.clock,
                reporter=self._surroundings.reporter,
            ),
        )
