# SPDX-License-Identifier: MIT
"""Backups, their ids, and PostgreSQL's versions."""

from datetime import datetime, timezone

import pytest

from barman.errors import InvalidNameError
from barman.model.backup import BackupStatus, BackupType
from barman.model.backup_id import BackupId, InvalidBackupId
from barman.model.postgres_version import PostgresVersion
from tests.fakes.backups import a_backup


def test_an_id_is_the_wall_clock() -> None:
    id = BackupId.at(datetime(2026, 1, 31, 23, 59, 59, tzinfo=timezone.utc))
    assert id == BackupId("20260131T235959")
    assert id.is_canonical
    assert (str(id), repr(id)) == ("20260131T235959", "BackupId('20260131T235959')")


def test_other_file_names_are_ids_too() -> None:
    assert not BackupId("zzz").is_canonical
    assert BackupId("20260131T235959") < BackupId("zzz")


@pytest.mark.parametrize("text", ["", ".", "..", "a/b", "a\0", "a\n"])
def test_what_is_no_file_name_is_no_id(text: str) -> None:
    with pytest.raises(InvalidBackupId):
        BackupId(text)


@pytest.mark.parametrize(
    ("mode", "parent", "type", "letter"),
    [
        ("postgres", None, BackupType.FULL, "F"),
        ("postgres", "0", BackupType.INCREMENTAL, "I"),
        ("rsync-concurrent", None, BackupType.RSYNC, "R"),
        ("snapshot-exclusive", None, BackupType.SNAPSHOT, "S"),
        ("passive", None, BackupType.FULL, "F"),
    ],
)
def test_the_type_follows_from_mode_and_parent(mode, parent, type, letter) -> None:
    backup = a_backup("1", mode=mode, parent=parent)
    assert (backup.type, backup.type.letter) == (type, letter)
    assert backup.is_incremental is (parent is not None)


def test_groups_of_statuses() -> None:
    usable = {each.name for each in BackupStatus if each.is_usable}
    archiving = {each.name for each in BackupStatus if each.is_archiving}
    assert usable == {"DONE", "WAITING_FOR_WALS"}
    assert archiving == {"DONE", "WAITING_FOR_WALS", "STARTED", "SYNCING"}


def test_inv_071_only_what_restores_alone_counts_for_redundancy() -> None:
    assert a_backup("1").is_done_and_whole
    assert not a_backup("1", parent="0").is_done_and_whole
    assert not a_backup("1", status="WAITING_FOR_WALS").is_done_and_whole


def test_required_segments() -> None:
    names = [
        str(each) for each in a_backup("1", segment=4, length=1).required_segments()
    ]
    assert names == ["000000010000000000000004", "000000010000000000000005"]
    assert list(a_backup("1").required_segments()) == []


@pytest.mark.parametrize(
    ("text", "number", "printed", "major"),
    [
        ("15.20", 150020, "15.20", "15"),
        ("18beta1", 180000, "18.0", "18"),
        ("16.4 (Debian 16.4-1)", 160004, "16.4", "16"),
        ("9.6.1", 90601, "9.6.1", "9.6"),
        ("9.6", 90600, "9.6.0", "9.6"),
        ("17.x", 170000, "17.0", "17"),
    ],
)
def test_versions(text: str, number: int, printed: str, major: str) -> None:
    version = PostgresVersion.parse(text)
    assert (int(version), str(version), version.major) == (number, printed, major)


def test_versions_are_compared_by_number() -> None:
    assert PostgresVersion(90601) < PostgresVersion(100000)
    assert PostgresVersion(150020).at_least(15)
    assert not PostgresVersion(150020).at_least(16)


@pytest.mark.parametrize("text", ["", " ", "devel", ".5"])
def test_other_texts_are_no_version(text: str) -> None:
    with pytest.raises(InvalidNameError):
        PostgresVersion.parse(text)
