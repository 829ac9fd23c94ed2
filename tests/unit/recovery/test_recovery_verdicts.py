# SPDX-License-Identifier: MIT
"""`check-backup` and a restore say the same of a backup and its WAL.

Of `barman.recovery.recovery`, with `barman.backup.wal_completion`.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from barman.backup.surroundings import BackupSurroundings
from barman.backup.wal_completion import WalCompletion
from barman.catalogue.wal_tree import WalTree
from barman.errors import BarmanError
from barman.model.backup import BackupStatus
from barman.model.frozen import replace
from barman.model.wal_file import WalFile
from barman.report.recovery import RestoredBackupIncomplete
from tests.fakes.wal import segment_name
from tests.unit.recovery.test_recovery_recovery import Bench

if TYPE_CHECKING:
    from collections.abc import Callable

BEGIN, END = segment_name(3), segment_name(4)


def path(bench: Bench, name: str) -> str:
    return bench.layout.wal_path(WalFile(name))


FAULTS: dict[str, Callable[[Bench], object]] = {
    "none": lambda bench: None,
    "no begin": lambda bench: os.unlink(path(bench, BEGIN)),
    "empty begin": lambda bench: os.truncate(path(bench, BEGIN), 0),
    "no end": lambda bench: os.unlink(path(bench, END)),
    "empty end": lambda bench: os.truncate(path(bench, END), 0),
    "neither": lambda bench: [os.unlink(path(bench, n)) for n in (BEGIN, END)],
}


def is_checked_well(bench: Bench) -> bool:
    completion = WalCompletion(
        BackupSurroundings(
            server_name="main",
            layout=bench.layout,
            catalogue=bench.catalogue,
            locks=bench.archive.locks,
            clock=bench.archive.clock,
            reporter=bench.archive.reporter,
        ),
        index=bench.archive.index,
        tree=WalTree(bench.layout),
        archiver=bench.archive.archiver(),
        hooks=bench.archive.hooks,
        worm_mode=False,
    )
    return completion.check(bench.backup.id).status is BackupStatus.DONE


def is_restored_well(bench: Bench) -> bool:
    try:
        bench.restore()
    except BarmanError:
        assert not os.path.exists(f"{bench.root}/global/pg_control")
        return False
    return RestoredBackupIncomplete() not in bench.archive.reporter.reports


@pytest.mark.parametrize("status", ["DONE", "WAITING_FOR_WALS"])
@pytest.mark.parametrize("fault", FAULTS)
def test_inv_032_a_backup_that_checks_well_restores_and_no_other(
    tmp_path, fault: str, status: str
) -> None:
    bench = Bench(tmp_path)
    bench.archive.archiver().archive(quiet=True)
    FAULTS[fault](bench)
    bench.catalogue.save(replace(bench.backup, status=BackupStatus[status]))
    before_the_check = is_restored_well(bench)
    assert is_checked_well(bench) is (fault == "none")
    bench.root += " again"
    after_the_check = is_restored_well(bench)
    assert after_the_check is (fault == "none")
    if status == "DONE":
        assert before_the_check is after_the_check
