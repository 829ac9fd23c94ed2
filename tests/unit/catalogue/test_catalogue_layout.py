# SPDX-License-Identifier: MIT
from __future__ import annotations

import os

from barman.catalogue.layout import Layout
from barman.model.backup_id import BackupId
from barman.model.wal_file import WalFile
from tests.fakes.catalogue import a_layout
from tests.fakes.config import server_config

ID = BackupId("20261122T165333")


def test_the_default_configuration_gives_the_default_layout(tmp_path):
    assert Layout.of(server_config(tmp_path)) == a_layout(tmp_path)


def test_directories_follow_the_configuration(tmp_path):
    config = server_config(
        tmp_path, wals_directory="/w", basebackups_directory="/b", xlogdb_directory="/x"
    )
    layout = Layout.of(config)
    assert layout.backup_directory(ID) == "/b/20261122T165333"
    assert layout.old_xlogdb_path == "/w/xlog.db"
    assert layout.xlogdb_path == "/x/main-xlog.db"
    assert layout.meta == f"{tmp_path}/main/meta"


def test_metadata_lies_in_meta_and_lay_with_the_backup(tmp_path):
    layout = a_layout(tmp_path)
    root = f"{tmp_path}/main"
    assert layout.info_path(ID) == f"{root}/meta/20261122T165333-backup.info"
    assert layout.old_info_path(ID) == f"{root}/base/20261122T165333/backup.info"
    assert layout.keep_path(ID) == f"{root}/meta/20261122T165333-keep"
    assert layout.old_keep_path(ID) == f"{root}/base/{ID}/annotations/keep"
    assert layout.delete_marker_path(ID) == f"{root}/meta/20261122T165333-delete_this"
    assert layout.old_delete_marker_path(ID) == (
        f"{root}/base/{ID}/annotations/delete_this"
    )
    assert layout.identity_path == f"{root}/identity.json"


def test_wal_files_lie_below_the_first_digits_of_their_name(tmp_path):
    layout = a_layout(tmp_path)
    wals = f"{tmp_path}/main/wals"
    segment = "0000000A0000000100000003"
    assert layout.wal_path(WalFile(segment)) == f"{wals}/0000000A00000001/{segment}"
    assert layout.wal_path(WalFile("0000000A.history")) == f"{wals}/0000000A.history"


def test_the_copy_of_pgdata_is_data(tmp_path):
    layout = a_layout(tmp_path)
    assert layout.data_directory(ID) == f"{tmp_path}/main/base/{ID}/data"
    assert layout.tablespace_directory(ID, 16389) == f"{tmp_path}/main/base/{ID}/16389"


def test_an_old_copy_is_recognised_by_pgdata(tmp_path):
    layout = a_layout(tmp_path)
    old = f"{tmp_path}/main/base/{ID}/pgdata"
    os.makedirs(old)
    assert layout.data_directory(ID) == old
    assert layout.tablespace_directory(ID, 16389) == f"{old}/pg_tblspc/16389"
