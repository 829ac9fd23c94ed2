# SPDX-License-Identifier: MIT
from __future__ import annotations

import pytest

from barman.catalogue.delete_markers import DeleteMarkers
from barman.model.backup_id import BackupId
from tests.fakes.catalogue import a_layout, put, read

ID = BackupId("20261122T165333")
OTHER = BackupId("20260101T000000")


@pytest.fixture
def layout(tmp_path):
    return a_layout(tmp_path)


def test_inv_074_a_deletion_that_was_interrupted_is_found_again(layout):
    DeleteMarkers(layout).place(ID)
    later = DeleteMarkers(layout)
    assert read(layout.delete_marker_path(ID)) == b"delete"
    assert later.is_placed(ID)
    assert later.ids() == (ID,)
    later.place(ID)
    assert later.remove(ID) is True
    assert (later.is_placed(ID), later.ids(), later.remove(ID)) == (False, (), False)


def test_inv_074_a_mark_of_old_counts(layout):
    put(layout.old_delete_marker_path(OTHER), "delete")
    markers = DeleteMarkers(layout)
    markers.place(ID)
    assert markers.is_placed(OTHER)
    assert markers.ids() == (OTHER, ID)
