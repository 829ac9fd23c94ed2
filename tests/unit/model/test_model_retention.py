# SPDX-License-Identifier: MIT
from datetime import datetime, timedelta, timezone

import pytest

from barman.errors import InvalidNameError
from barman.model.backup_id import BackupId
from barman.model.keep import KeepTarget
from barman.model.retention import (
    RecoveryWindow,
    Redundancy,
    Ruling,
    Situation,
    Verdict,
    WindowUnit,
    parse_policy,
)
from tests.fakes.backups import NOW, a_backup

EXAMPLE = (
    a_backup("1", age=40),
    a_backup("2", age=30),
    a_backup("3", age=20),
    a_backup("4", age=10, status="FAILED"),
    a_backup("5", age=5),
    a_backup("6", age=1),
    a_backup("7", age=0.5, status="WAITING_FOR_WALS"),
)
FULL, STANDALONE = KeepTarget.FULL, KeepTarget.STANDALONE


def words(policy, backups=EXAMPLE, *, minimum=0, keeps=None) -> str:
    """Return id:word pairs, ids ascending."""
    situation = Situation(
        backups=tuple(backups),
        now=NOW,
        keeps={BackupId(id): keep for id, keep in (keeps or {}).items()},
        minimum_redundancy=minimum,
    )
    rulings = parse_policy(policy).judge(situation)
    ids = [ruling.backup.id for ruling in rulings]
    assert ids == sorted(ids, reverse=True)
    assert all(ruling.reason for ruling in rulings)
    return " ".join(f"{r.backup.id}:{r.verdict.word}" for r in reversed(rulings))


O, V, P = "OBSOLETE", "VALID", "OBSOLETE*"  # noqa: E741


@pytest.mark.parametrize(
    ("policy", "minimum", "expected"),
    [
        ("REDUNDANCY 2", 0, f"1:{O} 2:{O} 3:{O} 4:- 5:{V} 6:{V} 7:-"),
        ("REDUNDANCY 1", 3, f"1:{O} 2:{O} 3:{V} 4:- 5:{V} 6:{V} 7:-"),
        ("REDUNDANCY 0", 0, f"1:{O} 2:{O} 3:{O} 4:- 5:{O} 6:{O} 7:-"),
        ("RECOVERY WINDOW OF 7 DAYS", 0, f"1:{O} 2:{O} 3:{V} 4:- 5:{V} 6:{V} 7:-"),
        ("RECOVERY WINDOW OF 7 DAYS", 4, f"1:{O} 2:{P} 3:{V} 4:- 5:{V} 6:{V} 7:-"),
        ("RECOVERY WINDOW OF 1 MONTH", 0, f"1:{V} 2:{V} 3:{V} 4:- 5:{V} 6:{V} 7:-"),
        ("RECOVERY WINDOW OF 0 DAYS", 0, f"1:{O} 2:{O} 3:{O} 4:- 5:{O} 6:{V} 7:-"),
        ("RECOVERY WINDOW OF 0 DAYS", 2, f"1:{O} 2:{O} 3:{O} 4:- 5:{P} 6:{V} 7:-"),
    ],
)
def test_worked_examples(policy, minimum, expected) -> None:
    assert words(policy, minimum=minimum) == expected


def test_worked_example_with_keeps() -> None:
    keeps = {"1": FULL, "2": STANDALONE, "4": FULL, "6": STANDALONE}
    done = [b if b.id.text != "4" else a_backup("4", age=10) for b in EXAMPLE]
    assert words("REDUNDANCY 2", done, keeps=keeps) == (
        "1:KEEP:FULL 2:KEEP:STANDALONE 3:OBSOLETE 4:KEEP:FULL 5:VALID"
        " 6:KEEP:STANDALONE 7:-"
    )


def test_a_keep_on_a_backup_that_is_not_done_has_no_verdict() -> None:
    assert words("REDUNDANCY 9", keeps={"4": FULL}).split()[3] == "4:-"


def test_kept_backups_in_a_window() -> None:
    keeps = {"1": FULL, "2": STANDALONE, "3": STANDALONE, "6": FULL}
    assert words("RECOVERY WINDOW OF 7 DAYS", keeps=keeps) == (
        "1:KEEP:FULL 2:KEEP:STANDALONE 3:KEEP:STANDALONE 4:- 5:VALID 6:KEEP:FULL 7:-"
    )


def test_every_verdict_has_its_reason() -> None:
    situation = Situation(backups=EXAMPLE[3:], now=NOW, keeps={}, minimum_redundancy=0)
    assert Redundancy(1).judge(situation) == (
        Ruling(EXAMPLE[6], Verdict.NONE, "not judged: WAITING_FOR_WALS"),
        Ruling(EXAMPLE[5], Verdict.VALID, "number 1 of 1 that are needed"),
        Ruling(EXAMPLE[4], Verdict.OBSOLETE, "1 newer are enough"),
        Ruling(EXAMPLE[3], Verdict.NONE, "not judged: FAILED"),
    )


def tree(*, status: str = "DONE") -> list:
    """A root of nine days with a chain of two; a newer root before the horizon."""
    return [
        a_backup("1", age=9, status=status),
        a_backup("2", age=8.9, parent="1"),
        a_backup("3", age=8.8, parent="2"),
        a_backup("4", age=8, status="DONE"),
    ]


@pytest.mark.parametrize(
    ("policy", "minimum", "keeps", "expected"),
    [
        ("REDUNDANCY 2", 0, {}, "1:VALID 2:VALID 3:VALID 4:VALID"),
        ("REDUNDANCY 1", 0, {}, "1:OBSOLETE 2:OBSOLETE 3:OBSOLETE 4:VALID"),
        (
            "RECOVERY WINDOW OF 1 WEEK",
            2,
            {},
            "1:OBSOLETE* 2:OBSOLETE* 3:OBSOLETE* 4:VALID",
        ),
        ("REDUNDANCY 1", 0, {"1": FULL}, "1:KEEP:FULL 2:VALID 3:VALID 4:VALID"),
        (
            "REDUNDANCY 1",
            0,
            {"1": STANDALONE},
            "1:KEEP:STANDALONE 2:OBSOLETE 3:OBSOLETE 4:VALID",
        ),
        (
            "REDUNDANCY 2",
            0,
            {"1": STANDALONE},
            "1:KEEP:STANDALONE 2:VALID 3:VALID 4:VALID",
        ),
    ],
)
def test_inv_075_incrementals_follow_their_root(
    policy, minimum, keeps, expected
) -> None:
    assert words(policy, tree(), minimum=minimum, keeps=keeps) == expected


def test_inv_075_a_standalone_boundary_sets_its_incrementals_free() -> None:
    backups = tree()[:3]
    assert words("RECOVERY WINDOW OF 1 WEEK", backups, keeps={"1": STANDALONE}) == (
        "1:KEEP:STANDALONE 2:OBSOLETE 3:OBSOLETE"
    )
    assert words("RECOVERY WINDOW OF 2 WEEKS", backups, keeps={"1": STANDALONE}) == (
        "1:KEEP:STANDALONE 2:VALID 3:VALID"
    )


def test_inv_075_a_keep_on_an_incremental_keeps_its_root_and_nothing_else() -> None:
    assert words("REDUNDANCY 1", [a_backup("0"), *tree()], keeps={"3": STANDALONE}) == (
        "0:OBSOLETE 1:KEEP:FULL 2:VALID 3:VALID 4:VALID"
    )


def test_incrementals_of_a_root_that_is_not_judged_are_not_judged() -> None:
    assert words("REDUNDANCY 1", tree(status="FAILED")) == "1:- 2:- 3:- 4:VALID"


def test_incrementals_whose_chain_is_broken_are_not_judged() -> None:
    assert words("REDUNDANCY 1", tree()[1:]) == "2:- 3:- 4:VALID"


def test_what_is_still_empty_is_not_judged() -> None:
    backups = [a_backup("1"), a_backup("2", status="EMPTY", parent="1")]
    backups.append(a_backup("3", status="EMPTY"))
    assert words("REDUNDANCY 1", backups) == "1:VALID 2:- 3:-"


def test_inv_071_only_what_restores_alone_counts() -> None:
    backups = [
        a_backup("1", age=3),
        a_backup("2", age=2.5, parent="1"),
        a_backup("3", age=2, parent="2"),
        a_backup("4", age=1, status="FAILED"),
        a_backup("5", age=0.5, status="WAITING_FOR_WALS"),
    ]
    assert words("REDUNDANCY 1", backups, minimum=2) == (
        "1:VALID 2:VALID 3:VALID 4:- 5:-"
    )
    assert words(
        "RECOVERY WINDOW OF 0 DAYS", [a_backup("0", age=9), *backups], minimum=2
    ) == ("0:OBSOLETE* 1:VALID 2:VALID 3:VALID 4:- 5:-")


def test_inv_067_age_is_recorded_time_and_not_the_timeline_in_a_name() -> None:
    before_upgrade = a_backup("20260101T000000", age=30, timeline=7, segment=900)
    after_upgrade = a_backup("20260201T000000", age=1, timeline=1, segment=3)
    assert words("REDUNDANCY 1", [before_upgrade, after_upgrade]) == (
        "20260101T000000:OBSOLETE 20260201T000000:VALID"
    )


def test_a_backup_of_unknown_end_does_not_close_the_window() -> None:
    backups = [a_backup("1", age=9), a_backup("2")]
    assert words("RECOVERY WINDOW OF 1 DAY", backups) == "1:VALID 2:VALID"


def test_a_backup_that_ended_at_the_horizon_does_not_close_the_window() -> None:
    backups = [a_backup("1", age=9), a_backup("2", age=7)]
    assert words("RECOVERY WINDOW OF 7 DAYS", backups) == "1:VALID 2:VALID"


def test_the_horizon_counts_elapsed_time() -> None:
    window = RecoveryWindow(1, WindowUnit.MONTHS)
    assert window.horizon(NOW) == NOW - timedelta(days=31)


def test_a_window_beyond_the_calendar_keeps_everything() -> None:
    assert words("RECOVERY WINDOW OF 999999999 MONTHS").count(V) == 5
    assert RecoveryWindow(9999999, WindowUnit.DAYS).horizon(
        NOW
    ) == datetime.min.replace(tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("text", "policy", "canonical"),
    [
        (" redundancy  3 ", Redundancy(3), "REDUNDANCY 3"),
        ("REDUNDANCY 0", Redundancy(0), "REDUNDANCY 0"),
        (
            "recovery window  of 1 day",
            RecoveryWindow(1, WindowUnit.DAYS),
            "RECOVERY WINDOW OF 1 DAYS",
        ),
        (
            "Recovery Window Of 4 weeks",
            RecoveryWindow(4, WindowUnit.WEEKS),
            "RECOVERY WINDOW OF 4 WEEKS",
        ),
        (
            "RECOVERY WINDOW OF 2 MONTH",
            RecoveryWindow(2, WindowUnit.MONTHS),
            "RECOVERY WINDOW OF 2 MONTHS",
        ),
    ],
)
def test_policies_are_read_and_written(text, policy, canonical) -> None:
    assert parse_policy(text) == policy
    assert str(policy) == canonical
    assert parse_policy(canonical) == policy


@pytest.mark.parametrize(
    "text",
    [
        "",
        "REDUNDANCY",
        "REDUNDANCY -1",
        "REDUNDANCY 1.5",
        "RECOVERY WINDOW OF 3 HOURS",
        "WINDOW OF 3 DAYS",
        "REDUNDANCY 1 DAYS",
    ],
)
def test_other_policies_are_refused(text) -> None:
    with pytest.raises(InvalidNameError, match="is not a retention policy"):
        parse_policy(text)
