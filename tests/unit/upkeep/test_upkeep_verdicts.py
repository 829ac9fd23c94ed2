# SPDX-License-Identifier: MIT
"""Verdicts: the policy asked with what the catalogue knows now."""

from __future__ import annotations

from datetime import timedelta

from barman.model.keep import KeepTarget
from barman.model.retention import RecoveryWindow, Redundancy, Verdict, WindowUnit
from barman.upkeep.verdicts import Verdicts
from tests.fakes.backups import NOW, a_backup
from tests.fakes.clock import ClockFake
from tests.fakes.store import Store

OLD = a_backup("20260101T000000", segment=1, age=9)
NEW = a_backup("20260102T000000", segment=2, age=2)
FAILED = a_backup("20260103T000000", status="FAILED")
ALL = (OLD, NEW, FAILED)


def verdicts(store: Store, policy, *, minimum: int = 0, clock=None) -> Verdicts:
    return Verdicts(
        policy=policy,
        minimum_redundancy=minimum,
        keeps=store.keeps,
        clock=clock or ClockFake(NOW),
    )


def test_without_a_policy_there_is_no_verdict(tmp_path) -> None:
    assert verdicts(Store(tmp_path), None).judge(ALL) is None


def test_every_backup_gets_one_even_those_that_no_policy_judges(tmp_path) -> None:
    assert verdicts(Store(tmp_path), Redundancy(1)).judge(ALL) == {
        OLD.id: Verdict.OBSOLETE,
        NEW.id: Verdict.VALID,
        FAILED.id: Verdict.NONE,
    }


def test_keeps_and_the_minimum_are_heard(tmp_path) -> None:
    store = Store(tmp_path)
    assert verdicts(store, Redundancy(1), minimum=2).judge(ALL)[OLD.id] is (
        Verdict.VALID
    )
    store.take(OLD)
    store.keeps.keep(OLD.id, KeepTarget.FULL)
    assert verdicts(store, Redundancy(1)).judge(ALL)[OLD.id] is Verdict.KEEP_FULL


def test_a_window_is_measured_by_the_clock(tmp_path) -> None:
    window = RecoveryWindow(1, WindowUnit.DAYS)
    store = Store(tmp_path)
    assert verdicts(store, window).judge(ALL)[OLD.id] is Verdict.OBSOLETE
    before = ClockFake(NOW - timedelta(days=2))
    assert verdicts(store, window, clock=before).judge(ALL)[OLD.id] is Verdict.VALID
