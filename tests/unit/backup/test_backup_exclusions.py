# SPDX-License-Identifier: MIT
"""What is left out of a copy, as rsync itself understands the rules."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from barman.backup.exclusions import literal, of_data_directory, of_tablespace
from barman.system.rsync import RsyncOptions, rsync_list_command
from barman.system.rsync_output import parse_listing

STRANGE = ("with blank", "a=b", "#c", "glob*[d]?", "glob*x", "back\\slash", "-dash")

pytestmark = pytest.mark.skipif(not shutil.which("rsync"), reason="rsync is missing")


def make(root, *paths: str) -> None:
    for path in paths:
        full = os.path.join(root, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w"):
            pass


def listed(root, excludes, includes=()) -> set[str]:
    options = RsyncOptions(includes=includes, excludes=excludes)
    command = rsync_list_command(f"{root}/", options)
    env = {**os.environ, **(command.env or {})}
    done = subprocess.run(command.argv, capture_output=True, check=True, env=env)
    return {each.path for each in parse_listing(done.stdout) if not each.is_directory}


@pytest.mark.parametrize("name", STRANGE)
def test_inv_004_a_tablespace_inside_pgdata_and_nothing_else_is_left_out(
    tmp_path, name
):
    root = str(tmp_path)
    make(root, *(f"{each}/PG_15/1" for each in STRANGE), f"base/{name}/file")
    excludes = of_data_directory(root, [(16400, f"{root}/{name}")])
    assert listed(root, excludes) == {
        *(f"{each}/PG_15/1" for each in STRANGE if each != name),
        f"base/{name}/file",
    }


def test_inv_004_a_neighbour_of_pgdata_is_not_inside_it():
    rules = of_data_directory("/pg/data", [(16400, "/pg/data_ext/ts")])
    assert "/pg_tblspc/16400" in rules
    assert not [rule for rule in rules if "_ext" in rule]


@pytest.mark.parametrize("trailing", ["", "/"])
def test_a_trailing_slash_of_pgdata_changes_nothing(trailing):
    rules = of_data_directory(f"/pg/data{trailing}", [(1, "/pg/data/x/y")])
    assert "/x/y" in rules


LEFT_OUT = (
    "pg_wal/000000010000000000000001",
    "log/postgresql.log",
    "global/pg_control",
    "postmaster.pid",
    "postmaster.opts",
    "standby.signal",
    "recovery.signal",
    "recovery.conf",
    "backup_label",
    "tablespace_map",
    "backup_manifest",
    "backup_manifest.tmp",
    "postgresql.auto.conf.tmp",
    "current_logfiles.tmp",
    "base/16384/pg_internal.init",
    "global/pg_internal.init",
    "base/pgsql_tmp/pgsql_tmp1.0",
    "base/16384/t3_16390",
    "base/16384/t3_16390_fsm",
    "pg_stat_tmp/global.stat",
    "pg_replslot/barman/state",
    "pg_notify/0000",
    "pg_subtrans/0000",
    ".barman-recover.info",
    "barman_wal/000000010000000000000001",
)
COPIED = (
    "PG_VERSION",
    "base/16384/16390",
    "base/16384/16390_init",
    "base/16384/pg_filenode.map",
    "base/16384/backup_label",
    "global/1260",
    "pg_xact/0000",
    "pg_stat/pgstat.stat",
    "postgresql.auto.conf",
    "mine/log/x",
    "mine/pg_wal/x",
    "backup_label_of_mine",
)


def test_inv_016_inv_019_inv_020_what_is_copied_and_what_is_not(tmp_path):
    make(str(tmp_path), *LEFT_OUT, *COPIED)
    assert listed(tmp_path, of_data_directory(str(tmp_path), [])) == set(COPIED)


def test_a_tablespace_has_one_directory_of_ours(tmp_path):
    make(
        str(tmp_path),
        *("PG_15_202209061/16384/1", "PG_15_202209061/16384/t1_2"),
        *("PG_16_202307071/16384/1", "stray"),
    )
    includes, excludes = of_tablespace("15")
    assert listed(tmp_path, excludes, includes) == {"PG_15_202209061/16384/1"}


@pytest.mark.parametrize(
    ("path", "pattern"),
    [
        ("plain", "plain"),
        ("back\\slash", "back\\slash"),
        ("a*b", "a\\*b"),
        ("a?\\[", "a\\?\\\\\\["),
    ],
)
def test_a_literal_pattern(path, pattern):
    assert literal(path) == pattern
