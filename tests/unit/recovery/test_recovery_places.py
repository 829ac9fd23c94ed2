# SPDX-License-Identifier: MIT
"""Directories that would destroy one another, or the backups, are refused."""

from __future__ import annotations

import os
from typing import Any

import pytest

from barman.errors import RefusedError
from barman.model.backup import Tablespace
from barman.recovery.places import check_places
from tests.fakes.catalogue import a_layout, put
from tests.unit.recovery.plans import ID, backup, plan


def check(
    tmp_path: Any, *places: str, root: str = "pg", wal: str | None = None
) -> None:
    layout = a_layout(tmp_path / "barman")
    data = f"{layout.base}/{ID}/data"
    put(f"{data}/PG_VERSION", "15")
    os.makedirs(f"{data}/pg_wal", exist_ok=True)
    os.makedirs(f"{data}/mine/ts", exist_ok=True)
    put(f"{data}/full/x", "x")
    of = backup(
        tablespaces=tuple(
            Tablespace(f"ts{n}", 16400 + n, f"{tmp_path}/{place}")
            for n, place in enumerate(places)
        )
    )
    made = plan(
        of,
        destination=f"{tmp_path}/{root}",
        staging_wal_directory=wal and f"{tmp_path}/{wal}",
    )
    check_places(made, layout)


@pytest.mark.parametrize(
    ("places", "wal"),
    [
        ((), None),
        (("ts", "ts2"), "wal"),
        (("ts/inner", "ts"), None),
        (("pg/mine/ts", "pg/new"), "pg/my_wal"),
        (("pgx", "..pg"), "pg/barman_wal"),
    ],
)
def test_places_that_do_no_harm(tmp_path, places: Any, wal: str | None) -> None:
    check(tmp_path, *places, wal=wal)


@pytest.mark.parametrize(
    ("places", "root", "wal", "message"),
    [
        (("pg",), "pg", None, "two directories of the restore are the same"),
        (("ts", "ts/../ts"), "pg", None, "two directories of the restore are the same"),
        ((), "pg", "pg", "two directories of the restore are the same"),
        (("ts",), "ts/pg", None, "the destination lies in the tablespace 'ts0'"),
        ((), "wal/pg", "wal", "for WAL files holds a directory of the cluster"),
        (("wal/ts",), "pg", "wal", "for WAL files holds a directory of the cluster"),
        ((), "pg", "pg/pg_wal", "pg_wal' belongs to the data directory"),
        ((), "pg", "pg/base/x", "base/x' belongs to the data directory"),
        (("pg/full",), "pg", None, "full' belongs to the data directory"),
        (("pg/PG_VERSION",), "pg", None, "PG_VERSION' belongs to the data directory"),
        ((), "barman/main/base/x", None, "lies among the backups"),
        (("barman/main/wals/x",), "pg", None, "lies among the backups"),
        ((), "barman/main/meta/x", None, "lies among the backups"),
        ((), "barman/main/incoming", None, "lies among the backups"),
        ((), "barman/main/streaming/x", None, "lies among the backups"),
        ((), "barman/main/errors/x", None, "lies among the backups"),
    ],
)
def test_inv_035_places_that_would(
    tmp_path, places: Any, root: str, wal: str | None, message: str
) -> None:
    with pytest.raises(RefusedError, match=message):
        check(tmp_path, *places, root=root, wal=wal)


def test_inv_035_through_a_link(tmp_path) -> None:
    os.makedirs(tmp_path / "barman/main/base")
    os.symlink(tmp_path / "barman/main/base", tmp_path / "link")
    with pytest.raises(RefusedError, match="lies among the backups"):
        check(tmp_path, root="link/pg")
