# SPDX-License-Identifier: MIT
"""The frame of a backup: what is saved and said when, and what a failure leaves."""

from __future__ import annotations

import os

import pytest

from barman.backup.request import BackupRequest
from barman.errors import BusyError, FileError, RefusedError
from barman.model.backup import BackupStatus
from barman.model.backup_id import BackupId
from barman.report import backup as report
from barman.report.report import Problem
from tests.fakes.backup_method import BackupScene
from tests.fakes.backups import a_backup

ID = "20260131T120000"


@pytest.fixture
def scene(tmp_path) -> BackupScene:
    return BackupScene(tmp_path)


def told(scene: BackupScene) -> list[str]:
    return [type(each).__name__ for each in scene.reporter.reports]


def test_the_status_on_disk_at_each_step(scene):
    backup = scene.manager().take(BackupRequest(name="b-one"))
    assert scene.method.seen == [
        ("refuse", None),
        ("begin", "EMPTY"),
        ("copy", "STARTED"),
        ("end", "STARTED"),
        ("close", "WAITING_FOR_WALS"),
        ("close", "WAITING_FOR_WALS"),
    ]
    assert (backup.id, backup.name) == (BackupId(ID), "b-one")
    assert backup.systemid == "7000000000000000001"
    assert (backup.size, backup.deduplicated_size) == (3, 3)
    assert told(scene) == [
        "BackupStarting",
        "BackupBegun",
        "FirstBackup",
        "BackupMeasured",
        "BackupEnded",
        "BackupCompleted",
    ]
    assert scene.wal.calls == ["settle"]


def test_a_later_backup_is_not_called_the_first(scene):
    scene.catalogue.save(a_backup("20250101T000000", segment=1))
    scene.manager().take(BackupRequest())
    assert "FirstBackup" not in told(scene)


def test_a_backup_without_its_wal_says_so(scene):
    scene.wal.status = BackupStatus.WAITING_FOR_WALS
    scene.manager().take(BackupRequest())
    assert scene.reporter.reports[-1] == report.BackupWaits()


def test_waiting_comes_before_the_post_hooks(scene):
    scene.hooks.bound = True
    scene.manager().take(BackupRequest(wait=True, wait_timeout=7))
    assert scene.wal.calls == ["wait 7", "settle"]
    assert [(when, v["BARMAN_STATUS"]) for when, _, v in scene.hooks.ran] == [
        ("pre", "EMPTY"),
        ("post", "DONE"),
    ]


@pytest.mark.parametrize(
    ("step", "action", "is_ended"),
    [
        ("begin", "issuing start backup command", False),
        ("copy", "copying files", True),
        ("end", "issuing stop backup command", True),
    ],
)
@pytest.mark.parametrize("kind", [RefusedError, KeyboardInterrupt, ZeroDivisionError])
def test_a_step_that_fails(scene, step, action, is_ended, kind):
    scene.hooks.bound = True
    scene.method.failures[step] = kind("no\nmore of it")
    if kind is RefusedError:
        scene.manager().take(BackupRequest())
    else:
        with pytest.raises(kind):
            scene.manager().take(BackupRequest())
    backup = scene.catalogue.get(BackupId(ID))
    assert backup.status is BackupStatus.FAILED
    assert backup.error == f"failure {action} (no)"
    steps = [name for name, _ in scene.method.seen]
    assert ("abandon" in steps) is is_ended
    assert scene.reporter.reports[-1] == report.BackupFailed(action, "no\nmore of it")
    assert (report.BackupFailing(action) in scene.reporter.reports) is is_ended
    assert scene.hooks.ran[-1][0] == "post"
    assert scene.hooks.ran[-1][2]["BARMAN_STATUS"] == "FAILED"
    with scene.locks.backup():
        pass


def test_an_interruption_without_words_is_named(scene):
    scene.method.failures["copy"] = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        scene.manager().take(BackupRequest())
    error = scene.catalogue.get(BackupId(ID)).error
    assert error == "failure copying files (KeyboardInterrupt)"


def test_a_veto_fails_the_backup_before_it_begins(scene):
    scene.hooks.bound = True
    scene.hooks.veto = "EMPTY"
    scene.manager().take(BackupRequest())
    assert scene.catalogue.get(BackupId(ID)).error == "failure starting backup (vetoed)"
    assert ("begin", "EMPTY") not in scene.method.seen


def test_the_hint_of_a_failure_is_told(scene):
    scene.method.failures["copy"] = FileError("full", hint="Free some space.")
    scene.manager().take(BackupRequest())
    assert scene.reporter.reports[-1] == report.BackupFailed(
        "copying files", "full", "Free some space."
    )


class FullCatalogue:
    """A catalogue that cannot save a status any more."""

    def __init__(self, catalogue, *statuses: BackupStatus) -> None:
        self._catalogue = catalogue
        self._statuses = statuses

    def __getattr__(self, name):
        return getattr(self._catalogue, name)

    def save(self, backup):
        if backup.status in self._statuses:
            raise FileError("No space left on device")
        self._catalogue.save(backup)


def test_inv_017_a_status_that_cannot_be_saved_is_not_reached(scene):
    whole = scene.catalogue
    scene.catalogue = FullCatalogue(whole, BackupStatus.WAITING_FOR_WALS)
    scene.manager().take(BackupRequest())
    backup = whole.get(BackupId(ID))
    assert backup.status is BackupStatus.FAILED
    assert "No space left" in backup.error


def test_inv_017_a_failure_that_cannot_be_saved_is_told_and_mended(scene):
    whole = scene.catalogue
    scene.catalogue = FullCatalogue(
        whole, BackupStatus.WAITING_FOR_WALS, BackupStatus.FAILED
    )
    with pytest.raises(FileError):
        scene.manager().take(BackupRequest())
    assert scene.reporter.failed
    assert whole.get(BackupId(ID)).status is BackupStatus.STARTED
    scene.catalogue = whole
    backup = scene.manager().take(BackupRequest())
    assert whole.get(BackupId(ID)).status is BackupStatus.FAILED
    assert backup.id > BackupId(ID)


@pytest.mark.parametrize("place", ["record", "directory"])
def test_inv_015_two_backups_in_one_second_have_two_ids(scene, place):
    if place == "record":
        scene.catalogue.save(a_backup(ID, segment=1))
    else:
        os.mkdir(f"{scene.layout.base}/{ID}")
    backup = scene.manager().take(BackupRequest())
    assert backup.id == BackupId("20260131T120001")


def test_a_busy_lock_leaves_no_record(scene):
    with scene.locks.backup(), pytest.raises(BusyError) as caught:
        scene.manager().take(BackupRequest())
    assert caught.value.message == "Another backup process is running"
    assert scene.catalogue.list() == ()
    assert scene.method.seen[-1] == ("close", None)


def test_a_preflight_that_fails_leaves_no_record(scene):
    def refuse() -> None:
        raise RefusedError("Impossible to start the backup.")

    scene.preflight = refuse
    with pytest.raises(RefusedError):
        scene.manager().take(BackupRequest())
    assert scene.catalogue.list() == ()


def test_a_killed_backup_is_marked_by_the_next_one(scene):
    for day, status in enumerate(("EMPTY", "STARTED", "SYNCING"), 1):
        scene.catalogue.save(a_backup(f"2025010{day}T000000", status=status))
    scene.manager().take(BackupRequest())
    assert [each.status.value for each in scene.catalogue.list()] == [
        "FAILED",
        "FAILED",
        "SYNCING",
        "WAITING_FOR_WALS",
    ]
    assert scene.reporter.reports[0] == report.BackupInterrupted(
        "main", BackupId("20250101T000000")
    )


def test_an_error_while_waiting_does_not_fail_the_backup(scene):
    scene.hooks.bound = True
    scene.wal.failure = FileError("no archive")
    with pytest.raises(FileError):
        scene.manager().take(BackupRequest(wait=True))
    assert scene.catalogue.get(BackupId(ID)).status is BackupStatus.WAITING_FOR_WALS
    assert scene.hooks.ran[-1][0] == "post"


def test_the_manifest_comes_last_and_is_not_in_the_size(scene):
    backup = scene.manager().take(BackupRequest(manifest=True))
    data = scene.layout.data_directory(backup.id)
    assert os.path.exists(f"{data}/backup_manifest")
    assert backup.size == 3
    assert scene.reporter.reports[-1] == report.ManifestWritten(
        server_name="main", backup_id=backup.id
    )


def test_a_manifest_that_cannot_be_written_does_not_undo_the_backup(scene):
    real = scene.method.copy

    def copy_with_manifest(backup, request):
        backup = real(backup, request)
        data = scene.layout.data_directory(backup.id)
        with open(f"{data}/backup_manifest", "w"):
            return backup

    scene.method.copy = copy_with_manifest
    backup = scene.manager().take(BackupRequest(manifest=True))
    assert backup.status is BackupStatus.DONE
    (problem,) = [r for r in scene.reporter.reports if isinstance(r, Problem)]
    assert "already exists" in problem.message
    assert scene.wal.calls == ["settle"]


def test_a_failed_backup_gets_no_manifest(scene):
    scene.method.failures["end"] = RefusedError("no")
    scene.manager().take(BackupRequest(manifest=True))
    assert not os.path.exists(
        f"{scene.layout.data_directory(BackupId(ID))}/backup_manifest"
    )
