# SPDX-License-Identifier: MIT
"""Enforcing retention: what goes, what stays, in which order, under which lock."""

from __future__ import annotations

import os

import pytest

from barman.errors import BarmanError, RefusedError
from barman.model.backup_id import BackupId
from barman.model.keep import KeepTarget
from barman.report.deletion import (
    BackupObsolete,
    BackupOrphaned,
    DeletionDone,
    RetentionSkipsBusy,
)
from barman.report.report import Level
from tests.fakes.catalogue import put, segment_name
from tests.fakes.hooks import HooksFake
from tests.fakes.upkeep import Yard

IDS = [f"202611{day:02}T000000" for day in range(1, 8)]
A, B, C, D, E, F, G = IDS


def furnish(home, policy: str | None, **options) -> Yard:
    """Four backups, one segment in three: at 2, 5, 8 and 11."""
    if policy is not None:
        options["retention_policy"] = policy
    yard = Yard(home, **options)
    yard.archive(1, 12)
    for place, id in enumerate((A, B, C, D)):
        yard.have(id, segment=2 + 3 * place, age=20 - 5 * place)
    return yard


def deleted(yard: Yard) -> list[str]:
    reports = yard.reporter.reports
    return [str(r.backup_id) for r in reports if isinstance(r, DeletionDone)]


def test_obsolete_backups_go_from_the_oldest_on(tmp_path):
    yard = furnish(tmp_path, "REDUNDANCY 2")
    yard.retention.enforce()
    assert deleted(yard) == [A, B]
    assert yard.ids() == [C, D]
    assert yard.segments() == [segment_name(n) for n in range(8, 13)]
    obsolete = [r for r in yard.reporter.reports if isinstance(r, BackupObsolete)]
    assert obsolete == [BackupObsolete("main", BackupId(id)) for id in (A, B)]


def test_a_window_keeps_the_backup_that_it_begins_after(tmp_path):
    yard = furnish(tmp_path, "RECOVERY WINDOW OF 7 DAYS")
    yard.retention.enforce()
    assert yard.ids() == [C, D]


@pytest.mark.parametrize("policy", [None, "REDUNDANCY nothing"])
def test_without_a_policy_nothing_goes(tmp_path, policy):
    yard = furnish(tmp_path, policy)
    yard.retention.enforce()
    assert yard.reporter.reports == []
    assert yard.ids() == [A, B, C, D]


def test_inv_071_the_minimum_is_never_undercut(tmp_path):
    yard = furnish(tmp_path, "REDUNDANCY 1", minimum_redundancy="3")
    yard.retention.enforce()
    assert yard.ids() == [B, C, D]


def test_inv_069_what_a_standalone_keep_needs_stays(tmp_path):
    yard = furnish(tmp_path, "REDUNDANCY 1")
    yard.have(E, segment=12, length=0, age=1)
    yard.keeps.keep(BackupId(A), KeepTarget.STANDALONE)
    yard.retention.enforce()
    assert yard.ids() == [A, E]
    assert yard.segments() == [segment_name(2), segment_name(12)]


def test_inv_069_a_full_keep_keeps_all_wal_since(tmp_path):
    yard = furnish(tmp_path, "REDUNDANCY 1")
    yard.keeps.keep(BackupId(B), KeepTarget.FULL)
    yard.retention.enforce()
    assert yard.ids() == [B, D]
    assert yard.segments() == [segment_name(n) for n in range(5, 13)]


def test_inv_068_nothing_in_progress_goes_nor_what_it_needs(tmp_path):
    yard = furnish(tmp_path, "REDUNDANCY 2")
    yard.have(E, segment=12, parent=A, status="STARTED")
    yard.have(F, segment=12, status="EMPTY", files=False)
    yard.have(G, segment=12, status="SYNCING")
    yard.retention.enforce()
    assert yard.ids() == [A, C, D, E, F, G]


def test_failed_backups_stay(tmp_path):
    yard = furnish(tmp_path, "REDUNDANCY 4")
    yard.have(E, status="FAILED")
    yard.retention.enforce()
    assert yard.ids() == [A, B, C, D, E]


def test_children_go_before_their_parents(tmp_path):
    yard = furnish(tmp_path, "REDUNDANCY 2")
    yard.have(E, segment=12, parent=A)
    yard.have(F, segment=12, parent=E)
    yard.retention.enforce()
    assert deleted(yard) == [F, E, A, B]


def test_a_backup_at_work_is_skipped_and_the_next_goes(tmp_path):
    yard = furnish(tmp_path, "REDUNDANCY 2")
    with yard.locks.backup_id(A):
        yard.retention.enforce()
    assert yard.ids() == [A, C, D]
    assert yard.reporter.messages(Level.WARNING) == [
        RetentionSkipsBusy("main", BackupId(A))
    ]


def test_a_keep_that_comes_between_judgement_and_deletion_holds(tmp_path):
    """The hook of the first deletion stands for an operator."""
    yard = furnish(tmp_path, "REDUNDANCY 2")

    class Keeping(HooksFake):
        def run_post(self, event, variables):
            yard.keeps.keep(BackupId(B), KeepTarget.FULL)

    yard.hooks = Keeping()
    yard.retention.enforce()
    assert yard.ids() == [B, C, D]


def test_an_orphan_is_told_and_left_alone(tmp_path):
    yard = furnish(tmp_path, "REDUNDANCY 2")
    directory = yard.layout.backup_directory(BackupId(A))
    os.rename(directory, tmp_path / "away")
    yard.retention.enforce()
    assert yard.ids() == [A, C, D]
    assert yard.reporter.messages(Level.WARNING) == [
        BackupOrphaned("main", BackupId(A), directory)
    ]


def test_a_file_system_that_is_not_mounted_loses_nothing(tmp_path):
    yard = furnish(tmp_path, "REDUNDANCY 1")
    os.rename(yard.layout.base, yard.layout.base + ".away")
    yard.retention.enforce()
    assert yard.ids() == [A, B, C, D]
    assert len(yard.segments()) == 12


def test_inv_078_one_unreadable_backup_info_stops_retention(tmp_path):
    yard = furnish(tmp_path, "REDUNDANCY 1")
    put(yard.layout.info_path(BackupId(E)), "begin_time=yesterday\n")
    with pytest.raises(BarmanError, match=E):
        yard.retention.enforce()
    assert all(yard.is_whole(id) for id in (A, B, C, D))
    assert len(yard.tree_names()) == 12


def test_a_veto_ends_the_run_and_leaves_no_mark(tmp_path):
    yard = furnish(tmp_path, "REDUNDANCY 2", hooks=HooksFake(bound=True, veto=A))
    with pytest.raises(RefusedError, match="vetoed"):
        yard.retention.enforce()
    assert yard.ids() == [A, B, C, D]
    assert yard.markers.ids() == ()


def test_a_mark_without_its_backup_goes(tmp_path):
    yard = furnish(tmp_path, None)
    yard.markers.place(BackupId(E))
    yard.retention.enforce()
    assert yard.markers.ids() == ()
