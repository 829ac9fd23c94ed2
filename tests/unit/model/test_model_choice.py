# SPDX-License-Identifier: MIT
from datetime import timedelta, timezone

import pytest

from barman.errors import NotFoundError, RefusedError
from barman.model.choice import Choice, check_backup, choose
from barman.model.lsn import Lsn
from barman.model.target import RecoveryTarget
from tests.fakes.backups import NOW, a_backup, by_id

OLD = a_backup("1", segment=2, age=3)
NEW = a_backup("2", segment=5, age=2, status="WAITING_FOR_WALS")
BRANCH = a_backup("3", segment=8, age=1, timeline=2)
FAILED = a_backup("4", segment=9, age=0.5, status="FAILED")
UNKNOWN = a_backup("5", timeline=3)
ALL = by_id(BRANCH, OLD, FAILED, NEW)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("target", "choice"),
    [
        (RecoveryTarget(), Choice(BRANCH, "the newest")),
        (RecoveryTarget(timeline=1), Choice(NEW, "the newest on timeline 1")),
        (RecoveryTarget(timeline="latest"), Choice(BRANCH, "the newest on timeline 2")),
        (
            RecoveryTarget(time=NOW - 2 * DAY),
            Choice(NEW, f"the newest that ended by {NOW - 2 * DAY}"),
        ),
        (
            RecoveryTarget(time=NOW, timeline=1),
            Choice(NEW, f"the newest on timeline 1 that ended by {NOW}"),
        ),
        (
            RecoveryTarget(lsn=NEW.end_lsn),
            Choice(NEW, f"the newest that ended by {NEW.end_lsn}"),
        ),
    ],
)
def test_the_newest_that_serves_the_target_is_chosen(target, choice) -> None:
    assert choose(ALL, target, latest_timeline=2) == choice


def test_inv_100_no_backup_before_the_target_is_an_error() -> None:
    for target in (
        RecoveryTarget(time=NOW - 3 * DAY - timedelta(microseconds=1)),
        RecoveryTarget(lsn=OLD.begin_lsn),
        RecoveryTarget(timeline=7),
    ):
        with pytest.raises(NotFoundError) as caught:
            choose(ALL, target, latest_timeline=2)
        assert str(caught.value) == "Cannot find any candidate backup for recovery."


def test_latest_timeline_of_an_empty_archive_serves_nothing() -> None:
    with pytest.raises(NotFoundError):
        choose(ALL, RecoveryTarget(timeline="latest"), latest_timeline=None)


def test_a_backup_of_unknown_end_serves_no_target() -> None:
    only = by_id(UNKNOWN)
    for target in (RecoveryTarget(time=NOW), RecoveryTarget(lsn=Lsn(1 << 60))):
        with pytest.raises(NotFoundError):
            choose(only, target, latest_timeline=3)


def test_inv_101_an_lsn_selects_by_the_end_of_a_backup() -> None:
    def chosen(lsn: Lsn):
        return choose(ALL, RecoveryTarget(lsn=lsn), latest_timeline=2).backup

    assert chosen(Lsn(NEW.end_lsn.value - 1)) is OLD
    assert chosen(NEW.end_lsn) is NEW
    assert chosen(NEW.end_lsn + 1) is NEW


def test_inv_097_times_of_different_zones_are_compared_as_instants() -> None:
    tokyo = (NOW - 2 * DAY).astimezone(timezone(timedelta(hours=9)))
    assert choose(ALL, RecoveryTarget(time=tokyo), latest_timeline=2).backup is NEW


@pytest.mark.parametrize(
    ("target", "word"),
    [
        (RecoveryTarget(xid="7"), "target_xid"),
        (RecoveryTarget(name="x"), "target_name"),
        (RecoveryTarget(immediate=True), "target_immediate"),
    ],
)
def test_targets_that_cannot_be_placed_need_a_backup(target, word) -> None:
    with pytest.raises(RefusedError) as caught:
        choose(ALL, target, latest_timeline=2)
    assert str(caught.value) == (
        "For PITR without a backup_id, the only possible recovery targets are"
        f" target_time and target_lsn. '{word}' recovery target is not allowed"
        " without a backup_id."
    )


def test_the_current_timeline_needs_a_backup() -> None:
    with pytest.raises(RefusedError, match="'current' means nothing"):
        choose(ALL, RecoveryTarget(timeline="current"), latest_timeline=2)


@pytest.mark.parametrize(
    "target",
    [
        RecoveryTarget(),
        RecoveryTarget(xid="7"),
        RecoveryTarget(time=NOW - 2 * DAY),
        RecoveryTarget(lsn=NEW.end_lsn),
    ],
)
def test_a_given_backup_that_serves_its_target_is_accepted(target) -> None:
    check_backup(NEW, target)


@pytest.mark.parametrize(
    ("backup", "target", "message"),
    [
        (
            FAILED,
            RecoveryTarget(),
            "Cannot restore from backup '4' of server 'main': backup status is not"
            " DONE",
        ),
        (
            NEW,
            RecoveryTarget(time=NOW - 3 * DAY),
            f"The requested target time {NOW - 3 * DAY} is before the backup end time"
            f" {NEW.end_time}",
        ),
        (
            NEW,
            RecoveryTarget(lsn=NEW.begin_lsn),
            f"The requested target LSN {NEW.begin_lsn} is before the backup end LSN"
            f" {NEW.end_lsn}",
        ),
    ],
)
def test_inv_100_a_given_backup_that_does_not_is_refused(
    backup, target, message
) -> None:
    with pytest.raises(RefusedError) as caught:
        check_backup(backup, target)
    assert str(caught.value) == message
