# SPDX-License-Identifier: MIT
import pytest

from barman.errors import RefusedError
from barman.model.backup import BackupStatus
from barman.model.frozen import replace
from barman.model.required import Completeness, completeness
from barman.model.segment import InvalidWalName, SegmentSize, WalSegment
from tests.fakes.backups import a_backup

BACKUP = a_backup("1", segment=4, length=2, status="WAITING_FOR_WALS")
WAITING = Completeness(BackupStatus.WAITING_FOR_WALS)
DONE = Completeness(BackupStatus.DONE)


def seg(number: int) -> WalSegment:
    return WalSegment.numbered(number, timeline=1, size=SegmentSize())


def decide(backup, *archived: int) -> Completeness:
    present = {seg(number) for number in archived}
    return completeness(backup, max(present, default=None), present.__contains__)


@pytest.mark.parametrize(
    ("archived", "decision"),
    [
        ((), WAITING),
        ((1, 2, 3), WAITING),
        ((4,), WAITING),
        ((4, 5), WAITING),
        ((4, 5, 6), DONE),
        ((4, 5, 6, 9), DONE),
        ((5,), Completeness(BackupStatus.FAILED, seg(4))),
        ((4, 6), Completeness(BackupStatus.FAILED, seg(5))),
        ((4, 5, 7), Completeness(BackupStatus.FAILED, seg(6))),
    ],
)
def test_inv_001_the_archive_decides_the_status(archived, decision) -> None:
    for status in ("WAITING_FOR_WALS", "DONE"):
        backup = replace(BACKUP, status=BackupStatus[status])
        assert decide(backup, *archived) == decision


def test_the_first_missing_file_is_named() -> None:
    assert decide(BACKUP, 9).error == (
        "At least one WAL file is missing. The first missing WAL file is"
        " 000000010000000000000004"
    )
    assert DONE.error is None


def test_a_backup_that_has_not_ended_keeps_its_status() -> None:
    for backup in (
        a_backup("1", status="STARTED"),
        replace(BACKUP, status=BackupStatus.STARTED, end_segment=None),
    ):
        assert decide(backup, 1, 9) == Completeness(BackupStatus.STARTED)


def test_a_failed_backup_is_not_judged_again() -> None:
    with pytest.raises(RefusedError, match="of a failed backup cannot be checked"):
        decide(replace(BACKUP, status=BackupStatus.FAILED), 4, 5, 6)


def test_inv_012_a_backup_across_a_fork_is_not_complete() -> None:
    end = WalSegment(2, 0, 6)
    with pytest.raises(InvalidWalName, match="on different timelines"):
        decide(replace(BACKUP, end_segment=end), 4, 5, 6)
