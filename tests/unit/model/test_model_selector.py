# SPDX-License-Identifier: MIT
import pytest

from barman.errors import NotFoundError, RefusedError, UsageError
from barman.model.selector import check_name, select
from tests.fakes.backups import a_backup, by_id

EMPTY = a_backup("20260101T000000", status="EMPTY")
RSYNC = a_backup("20260102T000000", mode="rsync-concurrent", name="nightly")
CHILD = a_backup("20260103T000000", parent="20260102T000000", name="child")
SNAPSHOT = a_backup("20260104T000000", mode="snapshot-concurrent", name="twin")
WAITING = a_backup("20260105T000000", status="WAITING_FOR_WALS", parent="x")
FAILED = a_backup("20260106T000000", status="FAILED", name="broken")
FAILED_LATER = a_backup("20260107T000000", status="FAILED")
STARTED = a_backup("20260108T000000", status="STARTED", name="20260102T000000")
ALL = by_id(STARTED, RSYNC, CHILD, SNAPSHOT, WAITING, FAILED, FAILED_LATER, EMPTY)


@pytest.mark.parametrize(
    ("text", "backup"),
    [
        ("latest", WAITING),
        ("last", WAITING),
        ("oldest", RSYNC),
        ("first", RSYNC),
        ("latest-full", RSYNC),
        ("last-full", RSYNC),
        ("last-failed", FAILED_LATER),
        ("20260101T000000", EMPTY),
        ("20260102T000000", RSYNC),
        ("20260106T000000", FAILED),
        ("nightly", RSYNC),
        ("child", CHILD),
    ],
)
def test_a_selector_means_one_backup(text, backup) -> None:
    assert select(text, ALL, server="main") is backup


@pytest.mark.parametrize(
    "text",
    ["auto", "failed", "", "broken", "20260109T000000", "LATEST", "none"],
)
def test_what_means_none_is_unknown(text) -> None:
    with pytest.raises(NotFoundError) as caught:
        select(text, ALL, server="main")
    assert str(caught.value) == f"Unknown backup '{text}' for server 'main'"


def test_shortcuts_of_an_empty_catalogue_are_unknown() -> None:
    with pytest.raises(NotFoundError):
        select("latest", {}, server="main")


def test_a_name_of_several_backups_is_refused_with_their_ids() -> None:
    twin = a_backup("20260109T000000", name="twin")
    with pytest.raises(RefusedError) as caught:
        select("twin", {**ALL, twin.id: twin}, server="main")
    assert str(caught.value) == (
        "several backups of server 'main' are named 'twin':"
        " 20260104T000000, 20260109T000000"
    )


@pytest.mark.parametrize("name", ["", "20260101T000000", "latest", "auto", "last-full"])
def test_names_that_could_not_be_looked_up_are_refused(name) -> None:
    with pytest.raises(UsageError):
        check_name(name)


def test_other_names_are_accepted() -> None:
    check_name("nightly 20260101T000000")
