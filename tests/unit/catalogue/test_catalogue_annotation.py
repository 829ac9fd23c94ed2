# SPDX-License-Identifier: MIT
from __future__ import annotations

import os

import pytest

from barman.catalogue.annotation import Annotations
from barman.errors import FileError
from barman.model.backup_id import BackupId
from tests.fakes.catalogue import a_layout, put, read

ID = BackupId("20261122T165333")
OTHER = BackupId("20260101T000000")


@pytest.fixture
def layout(tmp_path):
    return a_layout(tmp_path)


@pytest.fixture
def annotations(layout):
    return Annotations(
        layout, suffix="-keep", path=layout.keep_path, old_path=layout.old_keep_path
    )


def test_text_is_written_to_the_letter(annotations, layout):
    assert annotations.read(ID) is None
    annotations.write(ID, "full")
    assert read(layout.keep_path(ID)) == b"full"
    assert annotations.read(ID) == "full"


def test_the_new_place_is_read_before_the_old_one(annotations, layout):
    put(layout.old_keep_path(ID), "old")
    assert annotations.read(ID) == "old"
    put(layout.keep_path(ID), "new")
    assert annotations.read(ID) == "new"


def test_writing_leaves_one_place(annotations, layout):
    put(layout.old_keep_path(ID), "old")
    annotations.write(ID, "new")
    assert not os.path.lexists(layout.old_keep_path(ID))
    assert annotations.read(ID) == "new"


def test_removing_cleans_both_places(annotations, layout):
    put(layout.old_keep_path(ID), "old")
    put(layout.keep_path(ID), "new")
    assert annotations.remove(ID) is True
    assert annotations.read(ID) is None
    assert annotations.remove(ID) is False


def test_ids_come_from_both_places(annotations, layout):
    assert annotations.ids() == ()
    put(layout.old_keep_path(OTHER))
    put(layout.keep_path(ID))
    put(f"{layout.meta}/{ID}-backup.info")
    put(f"{layout.meta}/.{ID}-keep.1-ab.tmp")
    put(f"{layout.base}/20270101T000000/data/keep")
    assert annotations.ids() == (OTHER, ID)


def test_inv_078_one_that_cannot_be_read_is_not_none(annotations, layout):
    os.makedirs(layout.keep_path(ID))
    with pytest.raises(FileError, match="could not read"):
        annotations.read(ID)


def test_inv_078_an_unreadable_directory_is_not_empty(annotations, layout):
    put(layout.meta)
    with pytest.raises(FileError, match="could not read directory"):
        annotations.ids()
