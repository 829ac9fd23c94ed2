# SPDX-License-Identifier: MIT
"""Clusters of links, with tables that are not logged: backed up, restored, read."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.integration.backup.scene import backups, data_of, read, ready
from tests.lab import Workload, judge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.lab import Barman, Cluster, Lab

pytestmark = pytest.mark.integration

METHODS = ("rsync", "local-rsync", "postgres")
TABLESPACES = "SELECT spcname FROM pg_tablespace WHERE spcname !~ '^pg_'"


@pytest.fixture(scope="module")
def linked(lab: Lab) -> Iterator[Cluster]:
    """A cluster whose PGDATA, pg_wal and tablespace are links.

    A session of it holds a temporary table all along.
    """
    cluster = lab.new_cluster(16, name="linked")
    cluster.stop()
    elsewhere = lab.directory("elsewhere")
    for place, name in ((f"{cluster.data}/pg_wal", "wal"), (cluster.data, "data")):
        os.rename(place, f"{elsewhere}/{name}")
        os.symlink(f"{elsewhere}/{name}", place)
    cluster.start()
    os.symlink(lab.account.make_directory(f"{elsewhere}/ts"), f"{elsewhere}/link")
    cluster.sql(f"CREATE TABLESPACE linked LOCATION '{elsewhere}/link'")
    cluster.sql("CREATE TABLE rows TABLESPACE linked AS SELECT generate_series(1, 9)")
    cluster.sql("CREATE UNLOGGED TABLE unlogged (n int PRIMARY KEY) TABLESPACE linked")
    cluster.sql("INSERT INTO unlogged SELECT generate_series(1, 99)")
    Workload(cluster).insert(5)
    session = cluster.connect()
    session.cursor().execute(
        "CREATE TEMP TABLE mine AS SELECT generate_series(1, 999); CHECKPOINT"
    )
    yield cluster
    session.close()
    cluster.stop()


def restored(barman: Barman, cluster: Cluster, selector: str) -> Any:
    """Restore beside the living cluster; return what starts there."""
    lab = barman.lab
    moves = []
    for (name,) in cluster.sql(TABLESPACES):
        moves += ["--tablespace", f"{name}:{lab.directory('moved')}/ts"]
    place = f"{lab.directory('restored')}/data"
    barman.run(["restore", *moves, "main", selector, place]).ok()
    rows = {row[0] for row in cluster.sql("SELECT id FROM ledger")}
    return judge(lab, place, major=16, expected=rows, keep=True).cluster


@pytest.mark.parametrize("method", METHODS)
def test_inv_020_022_links_are_followed_and_unlogged_tables_are_empty(
    lab: Lab, linked: Cluster, method: str
) -> None:
    barman = ready(lab, linked, backup_method=method)
    try:
        barman.run("backup main --wait --immediate-checkpoint").ok()
    finally:
        linked.archive_plainly()
    ((backup_id, info),) = backups(barman).items()
    assert info["status"] == "DONE"
    base = os.path.dirname(data_of(barman, backup_id))
    files = [name for _, _, names in os.walk(base) for name in names]
    assert not [name for name in files if re.match(r"t\d+_\d+", name)]
    assert [name for name in files if name.endswith("_init")]
    assert not os.path.islink(f"{base}/data")
    assert not os.path.islink(f"{base}/data/pg_wal")
    found = restored(barman, linked, "latest")
    try:
        assert found.value("SELECT count(*) FROM rows") == 9
        assert found.value("SELECT count(*) FROM unlogged") == 0
        found.sql("INSERT INTO unlogged VALUES (1)")
        assert found.value("SELECT n FROM unlogged") == 1
    finally:
        found.stop()


def test_inv_019_033_a_linked_backup_has_the_new_maps_and_outlives_its_reference(
    lab: Lab, linked: Cluster
) -> None:
    """VACUUM FULL of a mapped catalogue changes pg_filenode.map, not its size."""
    barman = ready(lab, linked, reuse_backup="link")
    try:
        barman.run("backup main --wait --immediate-checkpoint").ok()
        linked.sql("VACUUM FULL pg_class")
        barman.run("backup main --wait --immediate-checkpoint").ok()
    finally:
        linked.archive_plainly()
    first, second = backups(barman)
    oid = linked.value("SELECT oid FROM pg_database WHERE datname = 'postgres'")
    path = f"base/{oid}/pg_filenode.map"
    maps = [read(f"{data_of(barman, each)}/{path}") for each in (first, second)]
    assert maps[0] != maps[1] == read(f"{linked.data}/{path}")
    assert int(backups(barman)[second]["deduplicated_size"]) < int(
        backups(barman)[second]["size"]
    )
    barman.run(f"delete main {first}").ok()
    restored(barman, linked, second).stop()
