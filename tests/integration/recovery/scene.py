# SPDX-License-Identifier: MIT
"""A cluster that was backed up, worked on, failed over, and lost: to be restored.

Timeline 1 has the rows `first`; timeline 2, which a promoted standby wrote, goes on
from their end with `second`.  Everything is archived; nothing runs any more.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.lab import Judgement, Workload, judge
from tests.lab.cluster import PLACES

if TYPE_CHECKING:
    from tests.lab import Barman, Cluster, Entry, Lab, Outcome


@dataclass
class Scene:
    lab: Lab
    barman: Barman
    primary: Cluster
    backup_id: str
    first: Workload
    second: Workload
    middle: Entry  # of the first rows, long after the backup
    named: set[int]  # the rows before the restore point "here"
    places: dict[str, str]

    @property
    def all_ids(self) -> set[int]:
        return self.first.ids() | self.second.ids()

    def command(
        self, *options: str, selector: str = "latest", move: bool = True
    ) -> list[str]:
        """Return a `restore` into a new place, with tablespaces in new places."""
        self.destination = f"{self.lab.directory('restored')}/data"
        moves = []
        for number, name in enumerate(self.places if move else ()):
            place = f"{self.lab.directory('moved')}/ts {number}"
            moves += ["--tablespace", f"{name}:{place}"]
        where = self.destination if move else self.primary.data
        return ["restore", *moves, *options, "main", selector, where]

    def restore(self, *options: str, selector: str = "latest") -> Outcome:
        return self.barman.run(self.command(*options, selector=selector)).ok()

    def judge(self, expected: set[int] | None, *, keep: bool = False) -> Judgement:
        return judge(
            self.lab,
            self.destination,
            major=self.primary.major,
            expected=expected,
            keep=keep,
        )

    def forget(self) -> None:
        """Make room: what has been judged is of no use any more."""
        shutil.rmtree(self.destination, ignore_errors=True)

    def setting_lines(self) -> list[str]:
        """Return what the restore has added to postgresql.auto.conf."""
        with open(f"{self.destination}/postgresql.auto.conf") as file:
            text = file.read()
        with open(f"{self.destination}/postgresql.auto.conf.origin") as file:
            origin = file.read()
        assert text.startswith(origin)
        return text[len(origin) :].splitlines()


def make_scene(lab: Lab, major: int, **options: object) -> Scene:
    primary = lab.new_cluster(major, name=f"lost{major}")
    barman = lab.barman()
    barman.serve("main", primary, **options)
    for name in ("main", "main/incoming"):
        lab.account.make_directory(f"{barman.home}/{name}")
    ship = barman.incoming_command("main")
    primary.archive_with(ship)
    places = {
        row[0]: row[1]
        for row in primary.sql(
            "SELECT spcname, pg_tablespace_location(oid) FROM pg_tablespace"
            " WHERE pg_tablespace_location(oid) <> '' ORDER BY oid"
        )
    }
    assert len(places) == len(primary.sql(PLACES))
    with Workload(primary) as first:
        barman.run("backup main --wait").ok()
        first.wait_for(20)
    middle = first.insert(20)
    primary.switch_wal()
    first.insert(20)
    named = first.ids()
    primary.sql("SELECT pg_create_restore_point('here')")
    first.insert(20)
    standby = primary.standby()
    first.learn_times()
    middle = next(entry for entry in first.entries if entry.id == middle.id)
    primary.stop()
    standby.archive_with(ship)
    standby.promote()
    second = Workload(standby)
    second.insert(20)
    standby.switch_wal(wait=True)
    standby.stop()
    barman.run("archive-wal main").ok()
    for place in (primary.data, *places.values(), standby.directory):
        shutil.rmtree(place)
    backup_id = barman.run("list-backups --minimal main").ok().stdout.split()[0]
    return Scene(lab, barman, primary, backup_id, first, second, middle, named, places)
