# SPDX-License-Identifier: MIT
"""Base backups of real clusters under load, by each method, and what they hold."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.integration.backup.scene import (
    backups,
    data_of,
    read,
    ready,
    sessions,
    verify,
)
from tests.lab import Workload

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.lab import Cluster, Lab

pytestmark = pytest.mark.integration

METHODS = {
    "rsync": {"backup_method": "rsync"},
    "local": {"backup_method": "local-rsync"},
    "postgres": {"backup_method": "postgres"},
}


@pytest.mark.parametrize("method", METHODS)
def test_a_backup_under_load_is_done_and_whole(
    lab: Lab, cluster: Cluster, method: str
) -> None:
    barman = ready(lab, cluster, **METHODS[method])
    jobs = "3" if method == "rsync" else "1"
    try:
        with Workload(cluster):
            done = barman.run(
                f"backup main --wait --immediate-checkpoint -j {jobs}"
                " --name b-one --manifest --bwlimit 900000"
            ).ok()
    finally:
        cluster.archive_plainly()
    ((backup_id, info),) = backups(barman).items()
    data = data_of(barman, backup_id)
    assert info["status"] == "DONE"
    assert info["backup_name"] == "b-one"
    assert "Backup completed" in done.stdout
    assert read(f"{data}/backup_label").startswith(b"START WAL LOCATION: ")
    assert os.listdir(f"{data}/pg_wal") in ([], ["archive_status"], ["summaries"]) or (
        method == "postgres"
    )
    assert not os.path.exists(f"{data}/postmaster.pid")
    verify(cluster, data)
    places = cluster.sql(
        "SELECT oid, pg_tablespace_location(oid) FROM pg_tablespace"
        " WHERE spcname NOT IN ('pg_default', 'pg_global')"
    )
    for oid, place in places:
        (version,) = os.listdir(place)
        assert os.listdir(f"{os.path.dirname(data)}/{oid}") == [version]
        assert oid and set(os.listdir(f"{place}/{version}")) >= set(
            os.listdir(f"{os.path.dirname(data)}/{oid}/{version}")
        )
    if method != "postgres":
        assert os.listdir(f"{data}/pg_tblspc") == []
    assert sessions(cluster) == 0
    barman.run("check-backup main b-one").ok()


@pytest.fixture(scope="module")
def odd(lab: Lab) -> Iterator[Cluster]:
    """A cluster with all that makes copying hard."""
    cluster = lab.new_cluster(16, name="odd dir=#")
    cluster.stop()
    outside = lab.directory("etc")
    for name in ("postgresql.conf", "pg_hba.conf"):
        os.rename(f"{cluster.data}/{name}", f"{outside}/{name}")
        lab.account.write(f"{cluster.data}/{name}", "# stale, not read\n")
    os.rename(f"{cluster.data}/pg_wal", f"{outside}/wal")
    os.symlink(f"{outside}/wal", f"{cluster.data}/pg_wal")
    # Once it is started with other files, pg_ctl is told of them by these settings.
    lab.account.write(
        f"{cluster.data}/postgresql.conf", f"include '{outside}/postgresql.conf'\n"
    )
    cluster.start({"hba_file": f"{outside}/pg_hba.conf"})
    yield cluster
    cluster.stop()


def test_what_makes_copying_hard(lab: Lab, odd: Cluster) -> None:
    inside = lab.account.make_directory(f"{odd.data}/ts [x]*? #1")
    odd.sql(f"CREATE TABLESPACE nested LOCATION '{inside}'")
    odd.sql("CREATE TABLE rows TABLESPACE nested AS SELECT generate_series(1, 9)")
    strange = ("with blank", "a=b", "#c", "glob*[d]?", "back\\slash", "tsX")
    for name in strange:
        lab.account.make_directory(f"{odd.data}/{name}")
        lab.account.write(f"{odd.data}/{name}/file", name)
    lab.account.write(f"{odd.data}/backup_manifest", "of an older backup")
    barman = ready(lab, odd)
    try:
        outcome = barman.run("backup main --wait --immediate-checkpoint -j 2").ok()
    finally:
        odd.archive_plainly()
        os.unlink(f"{odd.data}/backup_manifest")
    ((backup_id, info),) = backups(barman).items()
    data = data_of(barman, backup_id)
    assert info["status"] == "DONE"
    for name in strange:
        assert read(f"{data}/{name}/file").decode() == name
    assert not os.path.lexists(f"{data}/{os.path.basename(inside)}")
    assert not os.path.exists(f"{data}/backup_manifest")
    assert os.path.isdir(f"{data}/pg_wal")
    assert not os.path.islink(f"{data}/pg_wal")
    assert read(f"{data}/pg_hba.conf") == read(info["hba_file"])
    assert "include" in outcome.stderr


def test_inv_031_reuse_compares_what_only_looks_unchanged(
    lab: Lab, odd: Cluster
) -> None:
    barman = ready(lab, odd, reuse_backup="link")
    same = lab.account.write(f"{odd.data}/same", "unchanged")
    os.utime(same, (1e9, 1e9))
    changed = lab.account.write(f"{odd.data}/changed", "before")
    try:
        barman.run("backup main --wait --immediate-checkpoint").ok()
        (first,) = backups(barman)
        began = os.stat(f"{data_of(barman, first)}/changed")
        lab.account.write(changed, "after!")
        os.utime(changed, (began.st_atime, began.st_mtime))
        os.utime(f"{data_of(barman, first)}/changed", (2e9, 2e9))
        os.utime(changed, (2e9, 2e9))
        barman.run("backup main --wait --immediate-checkpoint").ok()
        barman.run("backup main --wait --immediate-checkpoint --reuse copy").ok()
    finally:
        odd.archive_plainly()
    first, linked, copied = backups(barman)
    for backup_id in (linked, copied):
        assert read(f"{data_of(barman, backup_id)}/changed") == b"after!"
    assert read(f"{data_of(barman, first)}/changed") == b"before"
    inodes = [os.stat(f"{data_of(barman, each)}/same") for each in backups(barman)]
    assert inodes[0].st_ino == inodes[1].st_ino != inodes[2].st_ino
    for name in ("backup_label", "global/pg_control", "pg_hba.conf"):
        assert os.stat(f"{data_of(barman, linked)}/{name}").st_nlink == 1
    info = backups(barman)[linked]
    assert int(info["deduplicated_size"]) < int(info["size"]) // 2
