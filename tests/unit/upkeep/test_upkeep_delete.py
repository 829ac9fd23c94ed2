# SPDX-License-Identifier: MIT
"""Deleting by hand: who may go, what goes with it, what is told."""

from __future__ import annotations

import os

import pytest

from barman.errors import BarmanError, DataError, NotFoundError, RefusedError
from barman.model.backup_id import BackupId
from barman.model.frozen import replace
from barman.model.keep import KeepTarget
from barman.report.deletion import (
    DeletionBelowMinimum,
    DeletionBusy,
    DeletionDone,
    DeletionForbiddenByKeep,
    DeletionStarted,
    DescendantsGo,
    WalDeleted,
    WalDeletionStarted,
)
from barman.report.report import Level
from tests.fakes.backups import NOW
from tests.fakes.catalogue import put, segment_name
from tests.fakes.hooks import HooksFake
from tests.fakes.upkeep import SIZE, Yard

A, B, C = "20261101T000000", "20261102T000000", "20261103T000000"


@pytest.fixture
def yard(tmp_path) -> Yard:
    made = Yard(tmp_path)
    made.archive(1, 12)
    made.have(A, segment=2, age=3)
    made.have(B, segment=6, age=2)
    return made


def test_the_first_backup_goes_with_the_wal_before_the_next(yard):
    yard.deletion.delete(A)
    assert yard.ids() == [B]
    assert yard.left_of(A) == []
    assert yard.is_whole(B)
    assert yard.segments() == [segment_name(n) for n in range(6, 13)]
    id = BackupId(A)
    assert yard.reporter.reports == [
        DeletionStarted("main", id),
        WalDeletionStarted(),
        *(WalDeleted(segment_name(n)) for n in range(1, 6)),
        DeletionDone(server_name="main", backup_id=id, began=NOW, seconds=0),
    ]


def test_another_backup_goes_without_wal(yard):
    yard.deletion.delete("latest")
    assert yard.ids() == [A]
    assert len(yard.segments()) == 12
    assert WalDeletionStarted() not in yard.reporter.reports


def test_inv_081_an_unknown_backup_is_an_error(yard):
    with pytest.raises(NotFoundError, match="Unknown backup 'nope' for server 'main'"):
        yard.deletion.delete("nope")
    assert yard.ids() == [A, B]


def test_a_kept_backup_stays(yard):
    yard.keeps.keep(BackupId(A), KeepTarget.STANDALONE)
    with pytest.raises(RefusedError) as refusal:
        yard.deletion.delete(A)
    assert refusal.value.message == f"Cannot delete backup (main {A})"
    assert yard.reporter.reports == [DeletionForbiddenByKeep("main", BackupId(A))]
    assert yard.is_whole(A)


def test_inv_075_a_kept_child_keeps_its_parents(yard):
    yard.have(C, segment=8, parent=B)
    put(yard.layout.keep_path(BackupId(C)))  # even an empty one
    with pytest.raises(RefusedError):
        yard.deletion.delete(B)
    assert yard.reporter.reports == [DeletionForbiddenByKeep("main", BackupId(C))]
    assert yard.ids() == [A, B, C]


def test_inv_071_redundancy_counts_whole_backups_alone(tmp_path):
    yard = Yard(tmp_path, minimum_redundancy="2")
    yard.have(A, segment=2)
    yard.have(B, segment=4)
    yard.have(C, segment=6, parent=B)
    yard.have("20261104T000000", segment=8, status="FAILED")
    yard.have("20261105T000000", segment=9, status="WAITING_FOR_WALS")
    with pytest.raises(RefusedError, match="Cannot delete"):
        yard.deletion.delete(A)
    assert yard.reporter.reports == [
        DeletionBelowMinimum("main", BackupId(A), minimum=2, current=2)
    ]
    # Those that do not count are not protected.
    yard.deletion.delete(C)
    yard.deletion.delete("20261104T000000")
    yard.deletion.delete("20261105T000000")
    assert yard.ids() == [A, B]


@pytest.mark.parametrize("which", ["backup", "backup_id", "sync_backup"])
def test_inv_121_a_held_lock_refuses_and_a_file_alone_does_not(yard, which):
    make = getattr(yard.locks, which)
    lock = make() if which == "backup" else make(A)
    with lock, pytest.raises(RefusedError, match=rf"Cannot delete backup \(main {A}\)"):
        yard.deletion.delete(A)
    assert yard.reporter.reports == [DeletionBusy("main", BackupId(A), lock.path)]
    assert yard.is_whole(A)
    assert os.path.exists(lock.path)
    yard.deletion.delete(A)
    assert yard.ids() == [B]


def test_descendants_go_first_and_the_deepest_before_all(yard):
    d = "20261104T000000"
    yard.have(C, segment=8, parent=B)
    yard.have(d, segment=9, parent=C)
    yard.deletion.delete(B)
    assert yard.ids() == [A]
    gone = [r.backup_id for r in yard.reporter.reports if isinstance(r, DeletionDone)]
    assert gone == [BackupId(d), BackupId(C), BackupId(B)]
    assert yard.reporter.messages(Level.WARNING) == [
        DescendantsGo("main", BackupId(B), (BackupId(C), BackupId(d)))
    ]


def test_a_child_leaves_the_list_of_its_parent(yard):
    yard.have(C, segment=8, parent=B)
    assert yard.catalogue.get(BackupId(B)).children_ids == (BackupId(C),)
    yard.deletion.delete(C)
    assert yard.catalogue.get(BackupId(B)).children_ids == ()


def test_the_next_rsync_backup_is_measured_again(tmp_path):
    yard = Yard(tmp_path)
    yard.have(A, segment=2, mode="rsync-concurrent")
    following = yard.have(B, segment=4, mode="rsync-concurrent")
    directories = [yard.layout.backup_directory(BackupId(id)) for id in (A, B)]
    shared = [f"{directory}/data/base/1/1259" for directory in directories]
    os.unlink(shared[1])
    os.link(*shared)
    yard.catalogue.save(replace(following, deduplicated_size=SIZE - 100))
    yard.deletion.delete(A)
    assert yard.catalogue.get(BackupId(B)).deduplicated_size == SIZE
    assert yard.is_whole(B)


def test_inv_078_a_backup_info_that_cannot_be_read_cancels(yard):
    put(yard.layout.info_path(BackupId(C)), "begin_time=yesterday\n")
    with pytest.raises(BarmanError):
        yard.deletion.delete(A)
    assert yard.is_whole(A)
    assert len(os.listdir(yard.layout.wals)) > 0
    assert yard.markers.ids() == ()


def test_inv_078_a_keep_that_cannot_be_read_cancels(yard):
    os.mkdir(yard.layout.keep_path(BackupId(B)))
    with pytest.raises(BarmanError, match="keep"):
        yard.deletion.delete(A)
    assert yard.is_whole(A)
    assert yard.markers.ids() == ()
    assert len(yard.segments()) == 12


def test_a_vetoed_deletion_leaves_no_mark_and_no_trace(tmp_path):
    yard = Yard(tmp_path, hooks=HooksFake(bound=True, veto=A))
    before = yard.have(A, segment=2)
    with pytest.raises(RefusedError, match="vetoed"):
        yard.deletion.delete(A)
    assert yard.markers.ids() == ()
    assert yard.catalogue.list() == (before,)
    assert yard.is_whole(A)
    assert [phase for phase, _, _ in yard.hooks.ran] == ["pre"]


def test_hooks_see_the_backup_and_its_neighbours(tmp_path):
    yard = Yard(tmp_path, hooks=HooksFake(bound=True))
    for id, segment in ((A, 2), (B, 4), (C, 6)):
        yard.have(id, segment=segment)
    yard.deletion.delete(B)
    ran = [
        (phase, event, told["BARMAN_STATUS"]) for phase, event, told in yard.hooks.ran
    ]
    assert ran == [("pre", "delete", "DONE"), ("post", "delete", "DONE")]
    told = yard.hooks.ran[1][2]
    assert (told["BARMAN_PREVIOUS_ID"], told["BARMAN_NEXT_ID"]) == (A, C)


def test_a_veto_on_a_wal_file_leaves_a_truthful_state_that_is_finished_later(tmp_path):
    hooks = HooksFake(bound=True, veto=segment_name(3))
    yard = Yard(tmp_path, hooks=hooks)
    yard.archive(1, 8)
    yard.have(A, segment=2)
    yard.have(B, segment=6)
    with pytest.raises(RefusedError):
        yard.deletion.delete(A)
    assert yard.catalogue.get(BackupId(A)).status.value == "FAILED"
    assert yard.segments() == [segment_name(n) for n in range(3, 9)]
    hooks.veto = None
    yard.retention.finish_interrupted()
    assert yard.ids() == [B]
    assert yard.left_of(A) == []
    assert yard.segments() == [segment_name(n) for n in range(6, 9)]


def test_only_what_is_ours_goes(yard, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "precious").write_text("x")
    directory = yard.layout.backup_directory(BackupId(A))
    os.symlink(elsewhere, f"{directory}/data/link")
    other = put(f"{yard.layout.base}/{A}-notes/notes.txt", "of a DBA")
    yard.deletion.delete(A)
    assert (elsewhere / "precious").read_text() == "x"
    assert os.path.exists(other)
    assert not os.path.lexists(directory)


def test_a_directory_that_is_not_mounted_is_not_taken_for_empty(yard):
    os.rename(yard.layout.base, yard.layout.base + ".away")
    with pytest.raises(BarmanError, match="is not a directory"):
        yard.deletion.delete(A)
    assert yard.ids() == [A, B]
    assert len(yard.segments()) == 12


def test_a_snapshot_is_not_forgotten(tmp_path):
    yard = Yard(tmp_path)
    yard.have(A, segment=2, mode="snapshot-concurrent")
    with pytest.raises(RefusedError, match="cannot delete it"):
        yard.deletion.delete(A)
    assert yard.ids() == [A]


def test_inv_072_wal_of_another_timeline_stays(tmp_path):
    yard = Yard(tmp_path)
    yard.archive(1, 9)
    yard.archive(5, 9, timeline=2)
    yard.have(A, segment=2)
    yard.have(B, segment=6, timeline=2)
    yard.have(C, segment=7, timeline=1)
    yard.deletion.delete(A)
    assert set(yard.segments()) >= {segment_name(n, 2) for n in range(6, 10)}
    assert set(yard.segments()) >= {segment_name(n) for n in range(7, 10)}


def test_a_ring_of_parents_cancels(tmp_path):
    yard = Yard(tmp_path)
    yard.have(A, segment=2, parent=B)
    yard.have(B, segment=3, parent=A)
    with pytest.raises(DataError):
        yard.deletion.delete(A)
    assert yard.is_whole(A)
    assert yard.is_whole(B)
