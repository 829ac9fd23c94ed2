# SPDX-License-Identifier: MIT
"""Plans: which WAL, how it is supplied, what PostgreSQL is told, what is refused."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from barman.errors import BarmanError, DataError, RefusedError
from barman.model.backup import Tablespace
from barman.model.backup_id import BackupId
from barman.model.lsn import Lsn
from barman.model.target import RecoveryTarget
from barman.model.timeline import Fork, TimelineHistory
from barman.recovery.settings import RecoverySettings, WalDelivery
from tests.fakes.backups import NOW
from tests.unit.recovery.plans import archive, backup, names, plan

MIB16 = 16 << 20
LATER = NOW - timedelta(days=1)


def forked(timeline: int, *forks: tuple[int, int]) -> TimelineHistory:
    """Return a history; forks are (parent, segment), in the middle of the segment."""
    return TimelineHistory(
        timeline, tuple(Fork(parent, Lsn(n * MIB16 + 500)) for parent, n in forks)
    )


STAGED = (
    "restore_command = 'cp /restore/pg/barman_wal/%f %p'",
    "recovery_end_command = 'rm -fr /restore/pg/barman_wal'",
)
FETCHED = (
    "# The 'barman get-wal' command must run as 'barman' user",
    "restore_command = 'barman get-wal -P main %f > %p'",
)
FETCHED_STANDBY = (FETCHED[0], "restore_command = 'barman get-wal  main %f > %p'")
TARGETS: dict[str, tuple[RecoveryTarget, tuple[str, ...]]] = {
    "none": (RecoveryTarget(), ()),
    "time": (
        RecoveryTarget(time=LATER),
        ("recovery_target_time = '2026-11-21 12:00:00+00:00'",),
    ),
    "time, exclusive": (
        RecoveryTarget(time=LATER.replace(microsecond=5), exclusive=True),
        (
            "recovery_target_time = '2026-11-21 12:00:00.000005+00:00'",
            "recovery_target_inclusive = 'False'",
        ),
    ),
    "xid": (RecoveryTarget(xid="77"), ("recovery_target_xid = '77'",)),
    "lsn, exclusive, promote": (
        RecoveryTarget(lsn=Lsn(5 * MIB16), exclusive=True, action="promote"),
        (
            "recovery_target_lsn = '0/5000000'",
            "recovery_target_inclusive = 'False'",
            "recovery_target_action = 'promote'",
        ),
    ),
    "name": (
        RecoveryTarget(name="it's", exclusive=True),
        ("recovery_target_name = 'it''s'",),
    ),
    "immediate": (
        RecoveryTarget(immediate=True, exclusive=True, action="shutdown"),
        ("recovery_target = 'immediate'", "recovery_target_action = 'shutdown'"),
    ),
    "timeline": (RecoveryTarget(timeline=1), ("recovery_target_timeline = 1",)),
    "current": (
        RecoveryTarget(timeline="current", xid="7"),
        ("recovery_target_xid = '7'", "recovery_target_timeline = current"),
    ),
    "latest": (
        RecoveryTarget(timeline="latest"),
        ("recovery_target_timeline = latest",),
    ),
}


@pytest.mark.parametrize("standby", [False, True])
@pytest.mark.parametrize("fetch", [False, True])
@pytest.mark.parametrize("kind", TARGETS)
def test_inv_087_092_settings_match_the_intent(
    kind: str, fetch: bool, standby: bool
) -> None:
    target, lines = TARGETS[kind]
    made = plan(target=target, fetch_wal=fetch, standby=standby)
    aimed = kind != "none"
    if fetch:
        expected: tuple[str, ...] = FETCHED_STANDBY if standby else FETCHED
        assert (made.supply.delivery, made.wal) == (WalDelivery.FETCHED, ())
    else:
        expected = STAGED if aimed else ()
        delivery = WalDelivery.STAGED if aimed else WalDelivery.IN_PLACE
        place = "/restore/pg/barman_wal" if aimed else "/restore/pg/pg_wal"
        assert (made.supply.delivery, made.wal_directory) == (delivery, place)
        assert made.wal == names(3, 4, 5)
    if not (aimed or fetch or standby):
        assert made.settings is None
        return
    assert made.settings == RecoverySettings(
        signal_file="standby.signal" if standby else "recovery.signal",
        file_name="postgresql.auto.conf",
        lines=(*expected, *lines),
    )


@pytest.mark.parametrize(
    ("target", "wal"),
    [
        (RecoveryTarget(), (3, 4, 5, 6, 7, 8)),
        (RecoveryTarget(xid="1"), (3, 4, 5, 6, 7, 8)),
        # The record at the target may lie in the next one.
        (RecoveryTarget(lsn=Lsn(6 * MIB16 - 1)), (3, 4, 5, 6)),
        (RecoveryTarget(lsn=Lsn(6 * MIB16)), (3, 4, 5, 6, 7)),
        (RecoveryTarget(immediate=True), (3, 4, 5)),
    ],
)
def test_inv_099_no_more_wal_than_the_target_needs(
    target: RecoveryTarget, wal: tuple[int, ...]
) -> None:
    held = archive(*names(1, 2, 3, 4, 5, 6, 7, 8))
    assert plan(held=held, target=target).wal == names(*wal)


# Timeline 2 leaves 1 in segment 6, 3 leaves 1 in segment 2, before the backup's end.
CHILD, STRANGER = forked(2, (1, 6)), forked(3, (1, 2))
FAMILY = archive(*names(3, 4, 5, 6, 7), *names(6, 7, timeline=2), histories={2: CHILD})
WITH_STRANGER = archive(
    *FAMILY.names[:-1],
    *names(2, 3, timeline=3),
    histories={2: CHILD, 3: STRANGER},
)


def told(made: Any) -> str | None:
    """Return what PostgreSQL is told of the timeline."""
    lines = [x for x in made.settings.lines if "timeline" in x] if made.settings else []
    return lines[0].split(" = ")[1] if lines else None


@pytest.mark.parametrize(
    ("wanted", "timelines", "pinned"),
    [
        ({}, {1}, None),
        ({"target": RecoveryTarget(xid="1")}, {1, 2}, None),
        ({"target": RecoveryTarget(immediate=True)}, {1}, "1"),
        ({"target": RecoveryTarget(timeline="current")}, {1}, "current"),
        ({"target": RecoveryTarget(timeline="latest")}, {1, 2}, "latest"),
        ({"target": RecoveryTarget(timeline=1)}, {1}, "1"),
        ({"target": RecoveryTarget(timeline=2)}, {1, 2}, "2"),
        ({"standby": True}, {1, 2}, None),
    ],
)
def test_inv_102_timelines(
    wanted: dict[str, Any], timelines: set[int], pinned: str | None
) -> None:
    made = plan(held=FAMILY, **wanted)
    found = {int(name[:8], 16) for name in made.wal if len(name) == 24}
    assert (found, told(made)) == (timelines, pinned)
    assert "00000002.history" in made.wal


@pytest.mark.parametrize(
    "target",
    [
        RecoveryTarget(xid="1"),
        RecoveryTarget(name="here"),
        RecoveryTarget(lsn=Lsn(8 * MIB16 - 1)),
        RecoveryTarget(timeline="latest"),
    ],
)
@pytest.mark.parametrize("standby", [False, True])
def test_inv_062_the_wal_of_newer_timelines_is_copied_too(
    target: RecoveryTarget, standby: bool
) -> None:
    """PostgreSQL 12 and later goes to the latest one unless it is told otherwise."""
    made = plan(held=FAMILY, target=target, standby=standby)
    assert {*names(6, 7, timeline=2), "00000002.history"} <= set(made.wal)


@pytest.mark.parametrize("wanted", [{"fetch_wal": True}, {"standby": True}])
def test_a_stranger_is_not_followed_though_it_is_the_latest(
    wanted: dict[str, Any],
) -> None:
    assert told(plan(held=WITH_STRANGER, **wanted)) == "2"


def test_the_newest_that_descends_is_followed_and_pinned() -> None:
    made = plan(held=WITH_STRANGER, target=RecoveryTarget(xid="1"))
    assert told(made) == "2"
    assert {n[:8] for n in made.wal if len(n) == 24} == {"00000001", "00000002"}


def test_a_timeline_without_wal_is_not_left_to_postgresql() -> None:
    """Its history file alone would make PostgreSQL go there."""
    held = archive(
        *names(3, 4, 5, 6),
        *names(6, timeline=2),
        histories={2: CHILD, 3: forked(3, (1, 6), (2, 9))},
    )
    assert told(plan(held=held, target=RecoveryTarget(xid="1"))) == "2"
    wanted = RecoveryTarget(timeline="latest")
    assert told(plan(held=held, target=wanted)) == "2"


def test_before_12_the_own_timeline_is_the_default() -> None:
    of = backup(version=110000)
    made = plan(of, FAMILY, target=RecoveryTarget(xid="1"), standby=True)
    assert made.settings is not None
    assert made.settings == RecoverySettings(
        signal_file=None,
        file_name="recovery.conf",
        lines=(*STAGED, "recovery_target_xid = '1'", "standby_mode = 'on'"),
    )
    assert {n[:8] for n in made.wal if len(n) == 24} == {"00000001"}
    assert told(plan(of, FAMILY, target=RecoveryTarget(timeline="latest"))) == "latest"


def test_before_10_wal_lies_in_pg_xlog() -> None:
    assert plan(backup(version=90600)).wal_directory == "/restore/pg/pg_xlog"


def test_a_backup_on_a_later_timeline_than_the_archive_stays_on_its_own() -> None:
    held = archive(*names(1, 2), histories={2: forked(2, (1, 2))})
    of = backup(timeline=2, status="WAITING_FOR_WALS")
    made = plan(of, held, target=RecoveryTarget(timeline="latest"))
    assert (made.is_incomplete, told(made)) == (True, "latest")


@pytest.mark.parametrize(
    ("of", "held", "wanted", "message"),
    [
        (
            {},
            WITH_STRANGER,
            {"target": RecoveryTarget(timeline=3)},
            "timeline 3 does not descend from backup '20260101T000000',"
            " which ends on timeline 1 at 0/4001000",
        ),
        (
            {},
            WITH_STRANGER,
            {"target": RecoveryTarget(timeline="latest")},
            "timeline 3 does not descend from backup '20260101T000000',"
            " which ends on timeline 1 at 0/4001000",
        ),
        (
            {},
            FAMILY,
            {"target": RecoveryTarget(timeline=9)},
            "the history file of timeline 9 is not in the archive",
        ),
        (
            {},
            None,
            {"target": RecoveryTarget(time=NOW - timedelta(days=11))},
            "The requested target time 2026-11-11 12:00:00+00:00 is before the"
            " backup end time 2026-11-12 12:00:00+00:00",
        ),
        (
            {},
            None,
            {"target": RecoveryTarget(lsn=Lsn(4 * MIB16))},
            "The requested target LSN 0/4000000 is before the backup end LSN 0/4001000",
        ),
        (
            {"status": "FAILED"},
            None,
            {},
            "Cannot restore from backup '20260101T000000' of server 'main': backup"
            " status is not DONE",
        ),
        (
            {},
            archive(*names(3, 4, 5, 8)),
            {},
            "WAL is missing between the backup and the target:"
            " 000000010000000000000006..000000010000000000000007",
        ),
        (
            {},
            archive(*names(3, 5)),
            {},
            "WAL file '000000010000000000000004', which backup '20260101T000000' needs"
            " to be consistent, is not in the archive",
        ),
        (
            {},
            None,
            {"target": RecoveryTarget(lsn=Lsn(8 * MIB16))},
            "WAL is missing between the backup and the target:"
            " 000000010000000000000006..000000010000000000000008",
        ),
        ({"version": None}, None, {}, "backup.info of backup '{}' lacks 'version'"),
        ({"end_lsn": None}, None, {}, "backup.info of backup '{}' lacks 'end_xlog'"),
        *(
            (
                facts,
                None,
                {},
                f"backup '{{}}' is {what}, and this version restores plain full"
                " backups only",
            )
            for facts, what in (
                ({"mode": "snapshot"}, "a snapshot"),
                ({"parent_id": BackupId("20250101T000000")}, "incremental"),
                ({"encryption": "gpg"}, "encrypted"),
                ({"compression": "gzip"}, "compressed"),
            )
        ),
    ],
)
def test_inv_100_101_103_what_cannot_succeed_is_refused(
    of: dict[str, Any], held: Any, wanted: dict[str, Any], message: str
) -> None:
    with pytest.raises(BarmanError) as caught:
        plan(without_version(**of), held, **wanted)
    assert str(caught.value).splitlines()[0] == message.format("20260101T000000")
    assert isinstance(caught.value, (RefusedError, DataError))


def without_version(**facts: Any) -> Any:
    from barman.model.frozen import replace

    absent = {k: facts.pop(k) for k in tuple(facts) if facts[k] is None}
    return replace(backup(**facts), **absent)


@pytest.mark.parametrize(
    ("held", "wanted"),
    [
        (archive(*names(1, 3, 4, 5)), {}),
        (archive(*names(3, 4, 5, 8)), {"target": RecoveryTarget(immediate=True)}),
        (
            archive(*names(3, 4, 5, 8)),
            {"target": RecoveryTarget(lsn=Lsn(6 * MIB16 - 1))},
        ),
        (archive(*names(3, 4, 5, 8)), {"fetch_wal": True}),
        (archive(*names(3, 4, 5), *names(9, timeline=2)), {}),
    ],
)
def test_inv_103_gaps_that_cannot_matter_do_not_refuse(
    held: Any, wanted: dict[str, Any]
) -> None:
    assert not plan(held=held, **wanted).is_incomplete


def test_inv_103_gaps_are_known_to_whom_fetches() -> None:
    made = plan(held=archive(*names(3, 4, 5, 8)), fetch_wal=True)
    assert [str(gap) for gap in made.gaps] == [
        "000000010000000000000006..000000010000000000000007"
    ]


@pytest.mark.parametrize(
    ("held", "incomplete"), [(names(3, 4), False), (names(3), True), ((), True)]
)
@pytest.mark.parametrize("fetch", [False, True])
def test_inv_001_a_backup_that_waits_for_wal(
    held: tuple[str, ...], incomplete: bool, fetch: bool
) -> None:
    of = backup(status="WAITING_FOR_WALS")
    made = plan(of, archive(*held), fetch_wal=fetch)
    assert made.is_incomplete is incomplete


ONE, TWO = Tablespace("one", 16400, "/srv/one"), Tablespace("two", 16401, "/srv/two")


def test_inv_086_relocations() -> None:
    made = plan(backup(tablespaces=(ONE, TWO)), relocations={"two": "/new"})
    assert made.tablespaces == (ONE, Tablespace("two", 16401, "/new"))


def test_unknown_tablespaces_are_named_with_those_that_there_are() -> None:
    with pytest.raises(RefusedError) as caught:
        plan(backup(tablespaces=(TWO, ONE)), relocations={"three": "/new"})
    assert (caught.value.message, caught.value.hint) == (
        "Invalid tablespace name 'three'",
        "Please use any of the following tablespaces: one, two",
    )


def test_commands_of_the_user_stand_without_a_comment_and_quoted() -> None:
    made = plan(fetch_wal=True, restore_command="sh -c 'cat %f' > %p")
    assert made.settings is not None
    assert made.settings.lines == ("restore_command = 'sh -c ''cat %f'' > %p'",)


def test_a_settings_file_that_postgresql_refuses() -> None:
    with pytest.raises(RefusedError, match=r"does not start where there is a recovery"):
        plan(standby=True, settings_file="recovery.conf")
    plan(backup(version=110000), standby=True, settings_file="recovery.conf")


def test_odd_directories_reach_the_shell_as_they_are() -> None:
    made = plan(
        target=RecoveryTarget(xid="1"), staging_wal_directory="/a b/100%", standby=True
    )
    assert made.settings is not None
    assert made.settings.lines[:2] == (
        "restore_command = 'cp ''/a b/100%%''/%f %p'",
        "recovery_end_command = 'rm -fr ''/a b/100%%'''",
    )


def test_inv_097_the_instant_is_written_with_its_zone() -> None:
    zone = timezone(timedelta(hours=5, minutes=30))
    target = RecoveryTarget(time=datetime(2026, 11, 21, 1, 2, 3, tzinfo=zone))
    made = plan(target=target, settings_file="other.conf")
    assert made.settings is not None
    assert made.settings.file_name == "other.conf"
    assert (
        made.settings.lines[2] == "recovery_target_time = '2026-11-21 01:02:03+05:30'"
    )
