# SPDX-License-Identifier: MIT
"""keep: which backups may be kept, and what is said of them."""

from __future__ import annotations

import threading

import pytest

from barman.errors import NotFoundError, RefusedError
from barman.model.backup_id import BackupId
from barman.model.keep import KeepTarget
from barman.report.listing import KeepShown
from barman.upkeep.keeping import Keeping
from tests.fakes.backups import a_backup
from tests.fakes.reporter import ReporterFake
from tests.fakes.store import Store

FULL, CHILD, FAILED = "20260101T000000", "20260102T000000", "20260103T000000"


@pytest.fixture
def store(tmp_path) -> Store:
    store = Store(tmp_path)
    store.take(
        a_backup(FULL, segment=3, name="nightly"),
        a_backup(CHILD, segment=4, parent=FULL),
        a_backup(FAILED, status="FAILED"),
    )
    return store


@pytest.fixture
def reporter() -> ReporterFake:
    return ReporterFake()


@pytest.fixture
def keeping(store: Store, reporter: ReporterFake) -> Keeping:
    return Keeping(
        server_name="main",
        catalogue=store.catalogue,
        keeps=store.keeps,
        locks=store.locks,
        reporter=reporter,
    )


def test_a_backup_is_kept_kept_otherwise_and_released(
    store: Store, keeping: Keeping, reporter: ReporterFake
) -> None:
    for target in KeepTarget:
        keeping.keep("nightly", target)
        assert store.keeps.target(BackupId(FULL)) is target
        keeping.show("first")
        assert reporter.reports.pop() == KeepShown(
            server_name="main", text=target.value
        )
    for _ in range(2):  # releasing what is not kept is no error
        keeping.release(FULL)
        assert store.keeps.target(BackupId(FULL)) is None
    keeping.show(FULL)
    assert reporter.reports == [KeepShown(server_name="main", text=None)]


@pytest.mark.parametrize(
    ("id", "reason"),
    [
        (FAILED, f"Cannot keep backup '{FAILED}': its status is FAILED and not DONE"),
        (CHILD, f"Cannot keep backup '{CHILD}': it is incremental"),
    ],
)
def test_what_cannot_be_recovered_alone_is_not_kept(
    store: Store, keeping: Keeping, id: str, reason: str
) -> None:
    with pytest.raises(RefusedError) as caught:
        keeping.keep(id, KeepTarget.FULL)
    assert caught.value.message == reason
    assert store.keeps.target(BackupId(id)) is None
    keeping.release(id)


def test_what_is_being_deleted_is_not_kept(store: Store, keeping: Keeping) -> None:
    errors: list[Exception] = []

    def keep() -> None:
        try:
            keeping.keep(FULL, KeepTarget.FULL)
        except NotFoundError as error:
            errors.append(error)

    thread = threading.Thread(target=keep)
    with store.locks.backup_id(FULL):
        thread.start()
        thread.join(0.2)
        assert thread.is_alive()
        store.catalogue.remove(BackupId(FULL))
    thread.join(5)
    assert [str(each) for each in errors] == [
        f"Unknown backup '{FULL}' for server 'main'"
    ]
    assert store.keeps.target(BackupId(FULL)) is None


def test_an_unknown_backup_is_refused(keeping: Keeping) -> None:
    for act in (keeping.show, keeping.release):
        with pytest.raises(NotFoundError, match="Unknown backup 'nosuch'"):
            act("nosuch")
    with pytest.raises(NotFoundError):
        keeping.keep("nosuch", KeepTarget.FULL)


def test_the_program_keeps_shows_and_releases(store: Store) -> None:
    assert store.barman("keep", "main", FULL, "--target", "full") == (0, "", "")
    assert store.barman("keep", "main", "nightly", "--status") == (
        0,
        "Server main:\n\tKeep: full\n",
        "",
    )
    assert store.barman("-f", "json", "keep", "-s", "main", FULL)[:2] == (
        0,
        '{"main": {"keep_status": {"description": "Keep", "message": "full"}}}',
    )
    assert store.barman("keep", "-r", "main", FULL) == (0, "", "")
    assert store.barman("keep", "main", FULL, "-s")[1].endswith("\tKeep: nokeep\n")
    assert store.barman("keep", "main", FULL)[0] == 1
    assert store.barman("keep", "main", FULL, "--target", "some")[0] == 2
