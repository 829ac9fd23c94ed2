# SPDX-License-Identifier: MIT
"""list-backups and show-backup, from what lies on disk to the last byte printed."""

from __future__ import annotations

import gzip
import json
import os
from datetime import datetime, timezone

import pytest

from barman.errors import NotFoundError
from barman.model.backup_id import BackupId
from barman.model.frozen import replace
from barman.model.keep import KeepTarget
from barman.model.lsn import Lsn
from barman.model.postgres_version import PostgresVersion
from barman.model.retention import Redundancy, Verdict
from barman.report.backup_details import BackupShown, WalFigures
from barman.report.listing import BackupsListed
from barman.report.report import Problem
from barman.upkeep.details import Details
from barman.upkeep.listing import Listing
from barman.upkeep.verdicts import Verdicts
from tests.fakes.backups import a_backup
from tests.fakes.catalogue import put, put_wal, segment_name
from tests.fakes.clock import ClockFake
from tests.fakes.reporter import ReporterFake
from tests.fakes.store import Store

MIB = 1 << 20
FIRST, SECOND, FAILED = "20260101T000000", "20260102T000000", "20260103T000000"
HISTORY = b"1\t0/5000000\tno recovery target specified\n"


def at(day: int) -> datetime:
    return datetime(2026, 1, day, 10, 10, 10, tzinfo=timezone.utc)


def taken(id: str, segment: int, day: int, **facts):
    backup = a_backup(id, segment=segment, length=1, systemid="7711", **facts)
    return replace(
        backup,
        begin_time=at(day),
        end_time=at(day),
        size=2 * MIB,
        deduplicated_size=2 * MIB,
        cluster_size=3 * MIB,
        pgdata="/pg",
        version=PostgresVersion(150020),
    )


@pytest.fixture
def store(tmp_path) -> Store:
    store = Store(tmp_path, retention_policy="REDUNDANCY 1")
    store.take(
        taken(FIRST, 3, 1, name="nightly"),
        taken(SECOND, 6, 2),
        a_backup(FAILED, status="FAILED"),
    )
    for number in range(2, 10):
        store.archive(segment_name(number), bytes(1024), 1_767_261_600 + number * 60)
    return store


def listing(store: Store, reporter: ReporterFake) -> Listing:
    return Listing(
        server_name="main",
        catalogue=store.catalogue,
        wal_index=store.index,
        verdicts=verdicts(store),
        reporter=reporter,
    )


def details(store: Store, reporter: ReporterFake, *, policy=None) -> Details:
    return Details(
        server_name="main",
        catalogue=store.catalogue,
        wal_index=store.index,
        wal_tree=store.tree,
        verdicts=verdicts(store, policy),
        reporter=reporter,
    )


def verdicts(store: Store, policy=None) -> Verdicts:
    return Verdicts(
        policy=policy, minimum_redundancy=0, keeps=store.keeps, clock=ClockFake()
    )


def test_backups_are_listed_newest_first_with_their_wal(store: Store) -> None:
    assert store.barman("list-backups", "main") == (
        0,
        f"main {FAILED} - F - FAILED\n"
        f"main {SECOND} - F - Fri Jan  2 10:10:10 2026 - Size: 2.0 MiB"
        " - WAL Size: 2.0 KiB\n"
        f"main {FIRST} 'nightly' - F - Thu Jan  1 10:10:10 2026 - Size: 2.0 MiB"
        " - WAL Size: 3.0 KiB - OBSOLETE\n",
        "",
    )
    assert store.barman("list-backup", "all", "--minimal") == (
        0,
        f"{FAILED}\n{SECOND}\n{FIRST}\n",
        "",
    )


def test_the_list_in_json(store: Store) -> None:
    status, out, err = store.barman("-f", "json", "list-backups", "main")
    assert (status, err) == (0, "")
    assert json.loads(out) == {
        "main": [
            {"backup_id": FAILED, "backup_type": "full", "status": "FAILED"},
            {
                "backup_id": SECOND,
                "backup_type": "full",
                "end_time": "Fri Jan  2 10:10:10 2026",
                "end_time_timestamp": "1767348610",
                "retention_status": "-",
                "size": "2.0 MiB",
                "size_bytes": 2 * MIB + 2048,
                "status": "DONE",
                "wal_size": "2.0 KiB",
                "wal_size_bytes": 2048,
            },
            {
                "backup_id": FIRST,
                "backup_name": "nightly",
                "backup_type": "full",
                "end_time": "Thu Jan  1 10:10:10 2026",
                "end_time_timestamp": "1767262210",
                "retention_status": "OBSOLETE",
                "size": "2.0 MiB",
                "size_bytes": 2 * MIB + 2048,
                "status": "DONE",
                "wal_size": "3.0 KiB",
                "wal_size_bytes": 3072,
            },
        ]
    }


def test_a_kept_backup_is_listed_as_such(store: Store) -> None:
    store.keeps.keep(BackupId(FIRST), KeepTarget.STANDALONE)
    assert store.barman("list-backups", "main")[1].endswith(" - KEEP:STANDALONE\n")


def test_an_unreadable_backup_is_told_and_hides_no_other(store: Store) -> None:
    path = put(f"{store.layout.base}/20260104T000000/backup.info", b"\xff\x00garbage")
    status, out, err = store.barman("list-backups", "main", "--minimal")
    assert (status, out) == (1, f"{FAILED}\n{SECOND}\n{FIRST}\n")
    assert err.startswith("ERROR: ")
    assert path in err


def test_a_server_without_backups_lists_nothing(tmp_path) -> None:
    store = Store(tmp_path)
    assert store.barman("list-backups", "main") == (0, "", "")
    assert store.barman("-f", "json", "list-backups", "main") == (0, '{"main": []}', "")


def test_a_list_without_policy_asks_for_no_verdict(store: Store) -> None:
    reporter = ReporterFake()
    listing(store, reporter).list_backups()
    [listed] = reporter.reports
    assert isinstance(listed, BackupsListed)
    assert [each.verdict for each in listed.backups] == [None, None, None]


def test_details_say_where_a_backup_stands(store: Store) -> None:
    reporter = ReporterFake()
    details(store, reporter, policy=Redundancy(1)).show("first")
    backup = store.catalogue.get(BackupId(FIRST))
    assert reporter.reports == [
        BackupShown(
            backup=backup,
            spanned=WalFigures(count=2, size=2048, segment_size=16 * MIB),
            after=WalFigures(count=3, size=3072, segment_size=16 * MIB),
            last_wal_name=segment_name(7),
            wal_seconds=240.0,
            verdict=Verdict.OBSOLETE,
            next_id=BackupId(SECOND),
            root_id=BackupId(FIRST),
        )
    ]


def test_a_backup_that_failed_is_shown_without_wal(store: Store) -> None:
    reporter = ReporterFake()
    details(store, reporter).show("last-failed")
    none = WalFigures(segment_size=16 * MIB)
    backup = store.catalogue.get(BackupId(FAILED))
    assert reporter.reports == [BackupShown(backup=backup, spanned=none, after=none)]


def test_details_of_no_backup(store: Store) -> None:
    with pytest.raises(NotFoundError, match="Unknown backup 'x' for server 'main'"):
        details(store, ReporterFake()).show("x")


@pytest.mark.parametrize("stored", [HISTORY, gzip.compress(HISTORY)])
def test_later_timelines_are_read_however_they_are_stored(store: Store, stored) -> None:
    put_wal(store.layout, "00000002.history", stored)
    reporter = ReporterFake()
    details(store, reporter).show(FIRST)
    [shown] = reporter.reports
    assert isinstance(shown, BackupShown)
    assert shown.reachable_timelines == (2,)
    # The second backup ends behind the fork: no later timeline leads on from it.
    details(store, reporter).show(SECOND)
    last = reporter.reports[-1]
    assert isinstance(last, BackupShown)
    assert last.backup.end_lsn == Lsn.parse("0/7001000")
    assert last.reachable_timelines == ()


def test_a_damaged_history_is_told_and_the_rest_is_shown(store: Store) -> None:
    put_wal(store.layout, "00000002.history", b"what\n")
    put_wal(store.layout, "00000003.history", gzip.compress(HISTORY)[:-3])
    put_wal(store.layout, "00000004.history", HISTORY)
    reporter = ReporterFake()
    details(store, reporter).show(FIRST)
    assert [type(report) for report in reporter.reports] == [
        Problem,
        Problem,
        BackupShown,
    ]
    assert reporter.reports[-1].reachable_timelines == (4,)  # type: ignore[attr-defined]


def test_a_missing_parent_is_told(store: Store) -> None:
    child = taken("20260105T000000", 12, 5, parent="20251231T000000")
    store.take(child)
    reporter = ReporterFake()
    details(store, reporter).show(str(child.id))
    problem, shown = reporter.reports
    assert isinstance(problem, Problem)
    assert isinstance(shown, BackupShown)
    assert (shown.root_id, shown.chain_size) == (None, 1)


def test_details_on_the_console(store: Store) -> None:
    status, out, err = store.barman("show-backup", "main", "oldest")
    assert (status, err) == (0, "")
    assert out.startswith(
        f"Backup {FIRST}:\n"
        "  Backup Name            : nightly\n"
        "  Server Name            : main\n"
        "  System Id              : 7711\n"
        "  Status                 : DONE\n"
        "  PostgreSQL Version     : 150020\n"
        "  PGDATA directory       : /pg\n"
    )
    assert out.endswith(
        "  Catalog information:\n"
        "    Retention Policy     : OBSOLETE\n"
        "    Previous Backup      : - (this is the oldest base backup)\n"
        f"    Next Backup          : {SECOND}\n"
    )


def test_a_list_leaves_no_trace(store: Store) -> None:
    before = sorted(os.listdir(store.home))
    store.barman("list-backups", "main")
    assert sorted(os.listdir(store.home)) == before
