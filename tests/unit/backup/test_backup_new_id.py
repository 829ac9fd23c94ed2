# SPDX-License-Identifier: MIT
"""New ids: unlike all others, and later, whatever the clock does."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest

from barman.backup.new_id import new_id
from barman.backup.request import BackupRequest
from barman.model.backup_id import BackupId
from tests.fakes.backup_method import BackupScene
from tests.fakes.catalogue import a_layout, put
from tests.fakes.clock import NOON

NOW = "20260131T120000"


def test_the_time_is_the_id(tmp_path) -> None:
    layout = a_layout(tmp_path)
    assert new_id(layout, NOON.replace(microsecond=999)) == BackupId(NOW)
    put(f"{layout.meta}/20260131T115959-backup.info")
    os.makedirs(f"{layout.base}/20260131T115958")
    assert new_id(layout, NOON) == BackupId(NOW)


@pytest.mark.parametrize(
    "name",
    [
        *("base/{}/data/PG_VERSION", "base/{}/backup.info", "meta/{}-backup.info"),
        *("meta/{}-keep", "meta/{}-delete"),
    ],
)
@pytest.mark.parametrize(
    ("borne", "id"),
    [
        (NOW, "20260131T120001"),
        ("20260131T125959", "20260131T130000"),  # the hour that autumn repeats
        ("20261231T235959", "20270101T000000"),
    ],
)
def test_inv_125_an_id_is_later_than_all_that_the_catalogue_bears(
    tmp_path, name, borne, id
) -> None:
    layout = a_layout(tmp_path)
    put(f"{os.path.dirname(layout.base)}/{name.format(borne)}", "x")
    assert new_id(layout, NOON) == BackupId(id)


@pytest.mark.parametrize("name", ["zzz", "99999999T999999", ".20270101T000000.tmp"])
def test_what_is_no_time_counts_for_nothing(tmp_path, name) -> None:
    layout = a_layout(tmp_path)
    put(f"{layout.meta}/{name}-backup.info")
    assert new_id(layout, NOON) == BackupId(NOW)


def test_inv_125_after_the_newest_was_deleted_the_order_holds(tmp_path) -> None:
    scene = BackupScene(tmp_path)
    ids = []
    for turn in range(4):
        ids.append(scene.manager().take(BackupRequest()).id)
        if turn == 1:
            scene.catalogue.remove(ids.pop())
        scene.clock.time -= timedelta(minutes=20)
    assert ids == sorted(set(ids))
    assert ids == [each.id for each in scene.catalogue.list()]
