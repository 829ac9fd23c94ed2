# SPDX-License-Identifier: MIT
"""A deletion that is killed at each of its system calls, and what the next run mends.

A child process deletes and dies right before its n-th call that changes the disk.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest

from barman.model.backup_id import BackupId
from barman.model.frozen import replace
from barman.report.deletion import DeletionMarkRemoved
from barman.system.locks import cleanup
from barman.upkeep.delete_begun import ERROR
from tests.fakes.catalogue import segment_name
from tests.fakes.upkeep import Yard

CALLS = (
    *("open", "write", "pwrite", "fsync", "rename"),
    *("unlink", "rmdir", "mkdir", "ftruncate"),
)
A, B, C = "20261101T000000", "20261102T000000", "20261103T000000"
KILLED = 77


def killed_at(moment: int, work: Callable[[], object]) -> bool:
    """Do the work in a child that dies at its n-th call; tell whether it did."""
    child = os.fork()
    if child == 0:
        left = [moment]

        def dying(call):
            def wrapped(*args, **kwargs):
                left[0] -= 1
                if left[0] < 0:
                    os._exit(KILLED)
                return call(*args, **kwargs)

            return wrapped

        for name in CALLS:
            setattr(os, name, dying(getattr(os, name)))
        try:
            work()
        except BaseException:
            os._exit(1)
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in (0, KILLED)
    return status == KILLED


def furnish(home) -> Yard:
    yard = Yard(home)
    yard.archive(1, 8)
    yard.have(A, segment=2, age=3, mode="rsync-concurrent")
    yard.have(B, segment=5, age=2, mode="rsync-concurrent")
    return yard


def each_moment(tmp_path, *, step: int) -> Iterator[Yard]:
    """Yield a catalogue for each moment at which the deletion was killed."""
    for moment in range(0, 1000, step):
        home = tmp_path / str(moment)
        home.mkdir()
        yard = furnish(home)
        if not killed_at(moment, lambda yard=yard: yard.deletion.delete(A)):
            assert moment > 40
            return
        yield yard
    raise AssertionError("the deletion never ended")


def assert_gone(yard: Yard) -> None:
    cleanup(yard.home)
    assert yard.ids() == [B]
    assert yard.left_of(A) == []
    assert yard.markers.ids() == ()
    assert yard.segments() == [segment_name(n) for n in range(5, 9)]


def assert_truthful(yard: Yard) -> bool:
    """Nothing else is touched, nothing half is called whole; tell if it is there."""
    assert yard.is_whole(B)
    assert yard.catalogue.get(BackupId(B)).status.value == "DONE"
    found = yard.catalogue.find(BackupId(A))
    if found is None:
        assert not os.path.lexists(yard.layout.backup_directory(BackupId(A)))
        return False
    if found.status.value == "DONE":
        assert yard.is_whole(A)
        assert len(yard.tree_names()) == 8
        return True
    assert found.error == ERROR
    assert yard.markers.is_placed(BackupId(A))
    return True


def test_inv_074_the_next_delete_finishes_what_a_kill_left(tmp_path):
    for yard in each_moment(tmp_path, step=3):
        if assert_truthful(yard):
            yard.deletion.delete(A)
        yard.retention.finish_interrupted()
        assert_gone(yard)


def test_inv_074_the_next_cron_finishes_what_a_kill_left(tmp_path):
    stayed = finished = 0
    for yard in each_moment(tmp_path, step=1):
        assert_truthful(yard)
        begun = yard.catalogue.find(BackupId(A))
        yard.retention.finish_interrupted()
        if begun is not None and begun.status.value == "DONE":
            # Nothing was removed: nobody deletes by surprise what was only marked.
            stayed += 1
            assert yard.ids() == [A, B]
            assert yard.is_whole(A)
            assert yard.markers.ids() == ()
            assert len(yard.segments()) == 8
        else:
            finished += 1
            assert_gone(yard)
    assert stayed > 3
    assert finished > 20


def test_a_kill_of_the_one_who_finishes_is_mended_too(tmp_path):
    yard = next(
        yard
        for yard in each_moment(tmp_path, step=5)
        if yard.catalogue.get(BackupId(A)).error == ERROR
    )
    moment = 0
    while killed_at(moment, yard.retention.finish_interrupted):
        assert_truthful(yard)
        moment += 5
    yard.retention.finish_interrupted()
    assert_gone(yard)


def test_a_tree_is_left_without_orphaned_children(tmp_path):
    for moment in range(0, 1000, 7):
        home = tmp_path / str(moment)
        home.mkdir()
        yard = furnish(home)
        yard.have(C, segment=6, parent=B)
        if not killed_at(moment, lambda yard=yard: yard.deletion.delete(B)):
            return
        yard.retention.finish_interrupted()
        there = yard.ids()
        assert C not in there or B in there
        if B in there:
            yard.deletion.delete(B)
        cleanup(yard.home)
        assert yard.ids() == [A]
        assert yard.left_of(B) == yard.left_of(C) == []


@pytest.mark.parametrize("loss", ["data/base/1/1259", "16384/PG_15/1/2", None])
def test_a_deletion_that_another_program_began_is_finished(tmp_path, loss):
    """It records nothing: what is missing on disk tells."""
    yard = furnish(tmp_path)
    yard.markers.place(BackupId(A))
    directory = yard.layout.backup_directory(BackupId(A))
    if loss is not None:
        os.unlink(f"{directory}/{loss}")
    yard.retention.finish_interrupted()
    if loss is None:
        assert yard.ids() == [A, B]
        assert yard.reporter.reports == [DeletionMarkRemoved("main", BackupId(A))]
    else:
        assert_gone(yard)


def test_a_mark_is_left_alone_while_its_backup_is_at_work(tmp_path):
    yard = furnish(tmp_path)
    yard.markers.place(BackupId(A))
    with yard.locks.backup_id(A):
        yard.retention.finish_interrupted()
    assert yard.markers.is_placed(BackupId(A))


def test_a_failed_backup_that_is_merely_marked_stays(tmp_path):
    yard = furnish(tmp_path)
    failed = yard.have(C, segment=7, status="FAILED")
    yard.catalogue.save(replace(failed, size=None))
    yard.markers.place(BackupId(C))
    yard.retention.finish_interrupted()
    assert yard.ids() == [A, B, C]
    assert yard.is_whole(C)
