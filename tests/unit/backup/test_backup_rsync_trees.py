# SPDX-License-Identifier: MIT
"""Which trees and files a copy by rsync consists of."""

from __future__ import annotations

from barman.backup.rsync_trees import ExternalFile, Sharing, external_files, trees
from barman.model.backup import Tablespace
from barman.model.frozen import replace
from barman.model.postgres_version import PostgresVersion
from tests.fakes.backups import a_backup
from tests.fakes.catalogue import a_layout

BACKUP = replace(
    a_backup("20260101T000000", segment=3),
    pgdata="/pg/data/",
    version=PostgresVersion(150002),
    tablespaces=(Tablespace("old", 1, "/ts/old/"), Tablespace("new", 2, "/ts/new")),
    config_file="/etc/pg/postgresql.conf",
    hba_file="/pg/data/pg_hba.conf",
    ident_file="/etc/pg/[pg] ident.conf",
)
PREVIOUS = replace(
    a_backup("20250101T000000", segment=1),
    tablespaces=(Tablespace("old", 1, "/ts/old"), Tablespace("gone", 3, "/ts/gone")),
)


def test_files_outside_the_data_directory():
    files = external_files(BACKUP)
    assert files == (
        ExternalFile("config_file", "/etc/pg/postgresql.conf"),
        ExternalFile("ident_file", "/etc/pg/[pg] ident.conf"),
    )
    assert [file.name for file in files] == ["postgresql.conf", "[pg] ident.conf"]


def test_trees_in_order_with_limits_and_references(tmp_path):
    layout = a_layout(tmp_path)
    sharing = Sharing(limit=100, tablespace_limits={"new": 7}, reused=PREVIOUS)
    old, new, data = trees(BACKUP, layout, sharing, external_files(BACKUP))
    base = layout.base
    assert (old.label, old.source, old.destination, old.reference) == (
        *("old", "/ts/old/", f"{base}/20260101T000000/1/"),
        f"{base}/20250101T000000/1",
    )
    assert (new.label, new.reference, new.bandwidth_limit) == ("new", None, 7)
    assert (data.label, data.source, data.destination, data.reference) == (
        *("pgdata", "/pg/data/", f"{base}/20260101T000000/data/"),
        f"{base}/20250101T000000/data",
    )
    assert (old.bandwidth_limit, data.bandwidth_limit) == (100, 100)
    assert old.includes == ("/PG_15_*",)
    # Nothing is written over a file that may be shared with the reused backup.
    assert data.excludes[:2] == ("/postgresql.conf", "/\\[pg] ident.conf")
    assert "/pg_tblspc/2" in data.excludes


def test_without_reuse_there_is_no_reference(tmp_path):
    made = trees(BACKUP, a_layout(tmp_path), Sharing(tablespace_limits={}))
    assert [tree.reference for tree in made] == [None, None, None]
