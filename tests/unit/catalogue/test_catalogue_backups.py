# SPDX-License-Identifier: MIT
from __future__ import annotations

import os
from datetime import datetime, timedelta, timezone

import pytest

from barman.catalogue.backups import BackupCatalogue
from barman.errors import BarmanError, DataError, FileError, NotFoundError
from barman.model.backup import Backup
from barman.model.backup_id import BackupId
from barman.model.frozen import replace
from tests.fakes.catalogue import a_layout, put, read

ID = BackupId("20261122T165333")
OLD_ZONE = timezone(timedelta(hours=3))


@pytest.fixture
def layout(tmp_path):
    return a_layout(tmp_path)


@pytest.fixture
def catalogue(layout):
    return BackupCatalogue(layout=layout, server_name="main", zone=OLD_ZONE)


def a_backup(id: str, **fields: object) -> Backup:
    return Backup(id=BackupId(id), server_name="main", mode="postgres", **fields)


def test_what_is_saved_is_found_and_listed_by_ascending_id(catalogue):
    later, earlier = a_backup("20260102T000000", size=3), a_backup("20260101T000000")
    catalogue.save(later)
    catalogue.save(earlier)
    assert catalogue.list() == (earlier, later)
    assert catalogue.find(later.id) == later
    assert catalogue.get(earlier.id) == earlier


def test_a_new_server_has_no_backups(catalogue):
    assert catalogue.list() == ()
    assert catalogue.find(ID) is None


def test_an_unknown_backup_is_named(catalogue):
    for act in (catalogue.get, catalogue.remove):
        with pytest.raises(NotFoundError) as caught:
            act(ID)
        assert str(caught.value) == "Unknown backup '20261122T165333' for server 'main'"


def test_the_server_s_name_is_always_the_local_one(catalogue, layout):
    put(layout.info_path(ID), "mode=passive\nserver_name=primary\n")
    assert catalogue.get(ID).server_name == "main"
    catalogue.save(replace(catalogue.get(ID), server_name="other"))
    assert b"\nserver_name=main\n" in read(layout.info_path(ID))


def test_the_id_is_the_name_of_the_file_whatever_it_is(catalogue, layout):
    put(layout.info_path(BackupId("zzz")), "mode=postgres\n")
    assert [backup.id.text for backup in catalogue.list()] == ["zzz"]


def test_the_old_place_is_read_and_meta_wins(catalogue, layout):
    put(layout.old_info_path(ID), "mode=postgres\nsize=1\n")
    assert catalogue.info_path(ID) == layout.old_info_path(ID)
    assert catalogue.list() == (a_backup(ID.text, size=1),)
    assert not os.path.exists(layout.meta)

    catalogue.save(a_backup(ID.text, size=2))
    assert catalogue.info_path(ID) == layout.info_path(ID)
    assert catalogue.list() == (a_backup(ID.text, size=2),)
    assert os.path.exists(layout.old_info_path(ID))


def test_removing_cleans_both_places(catalogue, layout):
    put(layout.old_info_path(ID), "mode=postgres\n")
    catalogue.save(a_backup(ID.text))
    other = a_backup("20260101T000000")
    catalogue.save(other)
    catalogue.remove(ID)
    assert catalogue.list() == (other,)
    assert not os.path.lexists(layout.old_info_path(ID))


def test_times_without_a_zone_are_in_the_zone_given(catalogue, layout):
    put(layout.info_path(ID), "begin_time=2013-06-10 12:00:00\n")
    begin = catalogue.get(ID).begin_time
    assert begin is not None
    assert begin.utcoffset() == timedelta(hours=3)


def test_inv_076_only_whole_base_names_are_backups(tmp_path):
    name = "db.tmp-backup.info.x"
    layout = a_layout(tmp_path, name)
    catalogue = BackupCatalogue(layout=layout, server_name=name)
    catalogue.save(a_backup(ID.text))
    for stray in (
        f"{layout.meta}/{ID}-backup.info.tmp",
        f"{layout.meta}/.{ID}-backup.info.1-ab.tmp",
        f"{layout.meta}/.hidden-backup.info",
        f"{layout.meta}/-backup.info",
        f"{layout.meta}/{ID}-keep",
        f"{layout.base}/.import-x/backup.info",
        f"{layout.base}/20270101T000000/data/backup_label",
    ):
        put(stray, "damaged")
    assert [backup.id for backup in catalogue.list()] == [ID]


def test_a_damaged_file_hides_no_other_backup(catalogue, layout):
    good = a_backup("20260101T000000")
    catalogue.save(good)
    path = put(layout.info_path(ID), "mode=postgres\nnew=1\n")
    survey = catalogue.survey()
    assert survey.backups == (good,)
    assert [(each.path, str(each.error)) for each in survey.unreadable] == [
        (path, f'"{path}", line 2: unknown field "new"')
    ]


def _damaged(path: str) -> None:
    put(path, b"mode=postgres\n\0\0\0")


def _directory(path: str) -> None:
    os.makedirs(path)


def _link_to_nowhere(path: str) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    os.symlink("nowhere", path)


def _pipe(path: str) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    os.mkfifo(path)


@pytest.mark.parametrize("old", [False, True])
@pytest.mark.parametrize("spoil", [_damaged, _directory, _link_to_nowhere, _pipe])
def test_inv_078_an_unreadable_backup_is_never_left_out(catalogue, layout, spoil, old):
    catalogue.save(a_backup("20260101T000000"))
    path = layout.old_info_path(ID) if old else layout.info_path(ID)
    spoil(path)
    with pytest.raises(BarmanError, match=path):
        catalogue.list()
    with pytest.raises(BarmanError, match=path):
        catalogue.find(ID)
    assert [each.path for each in catalogue.survey().unreadable] == [path]


@pytest.mark.parametrize("directory", ["meta", "base"])
def test_inv_078_an_unreadable_directory_is_no_empty_one(catalogue, layout, directory):
    put(getattr(layout, directory), "not a directory")
    for read_all in (catalogue.list, catalogue.survey):
        with pytest.raises(FileError, match="could not read directory"):
            read_all()


def test_a_name_that_is_no_id_is_a_problem_of_its_own(catalogue, layout):
    put(f"{layout.meta}/a\nb-backup.info", "mode=postgres\n")
    assert len(catalogue.survey().unreadable) == 1
    with pytest.raises(BarmanError, match="is not a backup id"):
        catalogue.list()


def test_inv_124_a_failed_save_leaves_the_old_file_and_nothing_else(catalogue, layout):
    old = a_backup(ID.text, size=1)
    catalogue.save(old)
    naive = replace(old, begin_time=datetime(2026, 1, 1))
    with pytest.raises(ValueError, match="without zone"):
        catalogue.save(naive)
    assert catalogue.list() == (old,)
    assert os.listdir(layout.meta) == [f"{ID}-backup.info"]


def test_inv_130_bytes_survive_in_any_encoding(catalogue, layout):
    put(layout.info_path(ID), b"mode=postgres\npgdata=/srv/caf\xe9\n")
    catalogue.save(catalogue.get(ID))
    assert b"\npgdata=/srv/caf\xe9\n" in read(layout.info_path(ID))


def test_damage_is_a_data_error(catalogue, layout):
    put(layout.info_path(ID), "no field\n")
    with pytest.raises(DataError):
        catalogue.get(ID)
