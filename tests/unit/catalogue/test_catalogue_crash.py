# SPDX-License-Identifier: MIT
"""Every write of the catalogue, ended by a kill at each of its system calls.

A child process does the work and dies right before or right after its n-th call that
changes the disk; what it leaves must be the old state or the new one, and the next
run must find nothing in its way.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from barman.catalogue.backups import BackupCatalogue
from barman.catalogue.delete_markers import DeleteMarkers
from barman.catalogue.identity import Identity, IdentityFile
from barman.catalogue.keeps import Keeps
from barman.catalogue.layout import Layout
from barman.catalogue.wal_index import WalIndex
from barman.model.backup import Backup
from barman.model.backup_id import BackupId
from barman.model.frozen import replace
from barman.model.keep import KeepTarget
from tests.fakes.catalogue import (
    LockFake,
    a_layout,
    an_entry,
    an_index,
    put,
    put_wal,
    segment_name,
)

CALLS = ("open", "write", "fsync", "rename", "unlink", "ftruncate", "mkdir", "fchmod")
ID = BackupId("20261122T165333")
OLD = Backup(id=ID, server_name="main", mode="postgres", size=1)
NEW = replace(OLD, size=2)
KILLED = 77


def killed_at(moment: int, work: Callable[[], object], *, half: bool) -> bool:
    """Do the work in a child that dies at its n-th call; tell whether it did.

    With `half` a write(2) has written half of its bytes when the child dies.
    """
    child = os.fork()
    if child == 0:
        _arm(moment, half=half)
        try:
            work()
        except BaseException:
            os._exit(1)
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in (0, KILLED)
    return status == KILLED


def _arm(moment: int, *, half: bool) -> None:
    left = [moment]

    def dying(call):
        def wrapped(*args, **kwargs):
            left[0] -= 1
            if left[0] < 0:
                if half and call is write:
                    write(args[0], args[1][: len(args[1]) // 2])
                os._exit(KILLED)
            return call(*args, **kwargs)

        return wrapped

    write = os.write
    for name in CALLS:
        setattr(os, name, dying(getattr(os, name)))


def index_of(layout: Layout) -> WalIndex:
    return an_index(layout, LockFake())


def numbers(layout: Layout) -> list[float]:
    return [entry.mtime for entry in index_of(layout).entries()]


def three_lines(layout: Layout) -> None:
    for number in (1, 2, 3):
        put_wal(layout, segment_name(number), mtime=number)
    put(layout.xlogdb_path, b"".join(an_entry(n).render() for n in (1, 2, 3)))


def catalogue_of(layout: Layout) -> BackupCatalogue:
    return BackupCatalogue(layout=layout, server_name="main")


# name: (what was there, the work, what can be seen of it, the states allowed)
CASES = {
    "save": (
        lambda layout: catalogue_of(layout).save(OLD),
        lambda layout: catalogue_of(layout).save(NEW),
        lambda layout: catalogue_of(layout).list(),
        [(OLD,), (NEW,)],
    ),
    "save the first": (
        lambda layout: None,
        lambda layout: catalogue_of(layout).save(NEW),
        lambda layout: catalogue_of(layout).list(),
        [(), (NEW,)],
    ),
    "remove": (
        # The outdated description in the old place must not come back to life.
        lambda layout: (
            put(layout.old_info_path(ID), "mode=postgres\nsize=7\n"),
            catalogue_of(layout).save(OLD),
        ),
        lambda layout: catalogue_of(layout).remove(ID),
        lambda layout: catalogue_of(layout).list(),
        [(OLD,), ()],
    ),
    "append": (
        three_lines,
        lambda layout: (
            put_wal(layout, segment_name(4), mtime=4),
            index_of(layout).append([an_entry(4), an_entry(5)]),
        ),
        numbers,
        # Half of two lines may be one line; a torn one follows the archived file.
        [[1, 2, 3], [1, 2, 3, 4], [1, 2, 3, 4, 5]],
    ),
    "remove lines": (
        three_lines,
        lambda layout: index_of(layout).remove([segment_name(1)]),
        numbers,
        [[1, 2, 3], [2, 3]],
    ),
    "rebuild": (
        lambda layout: (three_lines(layout), put_wal(layout, segment_name(4), mtime=4)),
        lambda layout: index_of(layout).rebuild(),
        numbers,
        [[1, 2, 3], [1, 2, 3, 4]],
    ),
    "mend": (
        lambda layout: (
            three_lines(layout),
            os.truncate(layout.xlogdb_path, os.stat(layout.xlogdb_path).st_size - 9),
        ),
        numbers,
        numbers,
        [[1, 2, 3]],
    ),
    "keep": (
        lambda layout: put(layout.old_keep_path(ID), "standalone"),
        lambda layout: Keeps(layout).keep(ID, KeepTarget.FULL),
        lambda layout: Keeps(layout).target(ID),
        [KeepTarget.STANDALONE, KeepTarget.FULL],
    ),
    "release": (
        lambda layout: (
            put(layout.old_keep_path(ID), "standalone"),
            put(layout.keep_path(ID), "full"),
        ),
        lambda layout: Keeps(layout).release(ID),
        lambda layout: Keeps(layout).target(ID),
        [KeepTarget.FULL, None],
    ),
    "mark": (
        lambda layout: None,
        lambda layout: DeleteMarkers(layout).place(ID),
        lambda layout: DeleteMarkers(layout).ids(),
        [(), (ID,)],
    ),
    "identify": (
        lambda layout: None,
        lambda layout: IdentityFile(layout).record(Identity("7", "15")),
        lambda layout: IdentityFile(layout).find(),
        [None, Identity("7", "15")],
    ),
}


@pytest.mark.parametrize("half", [False, True], ids=["whole", "half"])
@pytest.mark.parametrize("case", CASES)
def test_inv_124_a_kill_leaves_the_old_or_the_new(tmp_path, case, half):
    prepare, work, seen, allowed = CASES[case]
    states = []
    for moment in range(200):
        layout = a_layout(tmp_path / str(moment))
        prepare(layout)
        killed = killed_at(moment, lambda layout=layout: work(layout), half=half)
        states.append(seen(layout))
        assert states[-1] in allowed, f"killed at call {moment}"
        work_again(case, layout, states[-1])
        if not killed:
            break
    assert moment >= 3
    assert states[-1] == allowed[-1]


def work_again(case: str, layout: Layout, state: object) -> None:
    """The next run ends where the first one would have, without leftovers."""
    _, work, seen, allowed = CASES[case]
    if state != allowed[-1] and case != "append":
        work(layout)
        assert seen(layout) == allowed[-1]
    if case in ("remove lines", "rebuild"):
        work(layout)
        assert [n for n in os.listdir(layout.wals) if n.endswith(".tmp")] == []
