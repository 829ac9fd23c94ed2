# SPDX-License-Identifier: MIT
"""A server's catalogue in a directory of the test, with what deletes from it."""

from __future__ import annotations

import os

from barman.backup.surroundings import BackupSurroundings
from barman.catalogue.backups import BackupCatalogue
from barman.catalogue.delete_markers import DeleteMarkers
from barman.catalogue.keeps import Keeps
from barman.catalogue.layout import Layout
from barman.catalogue.wal_entry import WalEntry
from barman.catalogue.wal_tree import WalTree
from barman.model.backup import Backup, Tablespace
from barman.model.backup_id import BackupId
from barman.model.frozen import replace
from barman.system.locks import Locks
from barman.upkeep.delete import Deletion
from barman.upkeep.delete_removal import DeletionTools
from barman.upkeep.retention import Retention
from barman.upkeep.verdicts import Verdicts
from tests.fakes.backups import NOW, a_backup
from tests.fakes.catalogue import an_index, put, put_wal, segment_name
from tests.fakes.clock import ClockFake
from tests.fakes.config import server_config
from tests.fakes.hooks import HooksFake
from tests.fakes.reporter import ReporterFake

FILES = {
    "data/PG_VERSION": b"15\n",
    "data/base/1/1259": b"x" * 100,
    "data/global/pg_control": b"y" * 50,
    "16384/PG_15/1/2": b"z" * 30,
}
SIZE = sum(map(len, FILES.values()))


class Yard:
    """One server: `yard.have(...)` puts a backup there, `yard.archive(...)` WAL."""

    def __init__(self, home, *, hooks: HooksFake | None = None, **options: str) -> None:
        self.home = str(home)
        self.config = server_config(home, **options)
        self.layout = Layout.of(self.config)
        self.locks = Locks(self.home, "main")
        self.catalogue = BackupCatalogue(layout=self.layout, server_name="main")
        self.index = an_index(self.layout, self.locks.xlogdb)
        self.tree = WalTree(self.layout)
        self.keeps = Keeps(self.layout)
        self.markers = DeleteMarkers(self.layout)
        self.hooks = hooks or HooksFake()
        self.clock = ClockFake(NOW)
        self.reporter = ReporterFake()
        for directory in (self.layout.base, self.layout.wals, self.layout.meta):
            os.makedirs(directory, exist_ok=True)

    @property
    def tools(self) -> DeletionTools:
        return DeletionTools(
            layout=self.layout,
            catalogue=self.catalogue,
            index=self.index,
            keeps=self.keeps,
            markers=self.markers,
            locks=self.locks,
            hooks=self.hooks,
            clock=self.clock,
            reporter=self.reporter,
        )

    @property
    def around(self) -> BackupSurroundings:
        return BackupSurroundings(
            server_name="main",
            layout=self.layout,
            catalogue=self.catalogue,
            locks=self.locks,
            clock=self.clock,
            reporter=self.reporter,
        )

    @property
    def deletion(self) -> Deletion:
        return Deletion(
            server_name="main",
            minimum_redundancy=self.config.minimum_redundancy,
            tools=self.tools,
        )

    @property
    def verdicts(self) -> Verdicts:
        return Verdicts(
            policy=self.config.retention_policy,
            minimum_redundancy=self.config.minimum_redundancy,
            keeps=self.keeps,
            clock=self.clock,
        )

    @property
    def retention(self) -> Retention:
        return Retention(
            config=self.config,
            verdicts=self.verdicts,
            deletion=self.deletion,
            tools=self.tools,
        )

    def have(self, id: str, *, files: bool = True, **facts) -> Backup:
        """Put a backup there, with data; a child goes into its parent's list."""
        backup = replace(
            a_backup(id, **facts),
            size=SIZE,
            deduplicated_size=SIZE,
            pgdata="/pgdata",
            tablespaces=(Tablespace("ts", 16384, "/ts"),),
        )
        if files:
            for name, content in FILES.items():
                put(f"{self.layout.backup_directory(backup.id)}/{name}", content)
        self.catalogue.save(backup)
        if backup.parent_id is not None:
            parent = self.catalogue.find(backup.parent_id)
            if parent is not None:
                children = (*parent.children_ids, backup.id)
                self.catalogue.save(replace(parent, children_ids=children))
        return backup

    def archive(self, first: int, last: int, *, timeline: int = 1) -> None:
        """Archive the segments from one number to another."""
        names = [segment_name(n, timeline) for n in range(first, last + 1)]
        for name in names:
            put_wal(self.layout, name)
        self.index.append([WalEntry(name, 3, 1e9, None) for name in names])

    def ids(self) -> list[str]:
        """The ids in the catalogue."""
        return [str(backup.id) for backup in self.catalogue.list()]

    def segments(self) -> list[str]:
        """The archived segments, which the index must list, no more and no fewer."""
        found = self.tree_names()
        assert found == sorted(self.index.names())
        return found

    def tree_names(self) -> list[str]:
        """The archived files, whatever the index says."""
        return sorted(each.file.name for each in self.tree.walk() if each.file)

    def left_of(self, id: str) -> list[str]:
        """Whatever is left of a backup, by name."""
        places = (self.layout.base, self.layout.meta, self.home)
        return sorted(n for place in places for n in os.listdir(place) if id in n)

    def is_whole(self, id: str) -> bool:
        """Whether every byte of a backup is there."""
        directory = self.layout.backup_directory(BackupId(id))
        return all(_content(f"{directory}/{n}") == data for n, data in FILES.items())


def _content(path: str) -> bytes | None:
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None
