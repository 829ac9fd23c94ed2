# SPDX-License-Identifier: MIT
import pytest

from barman.errors import DataError
from barman.model.label import BackupLabel
from barman.model.lsn import Lsn
from barman.model.segment import WalSegment

TEXT = (
    "START WAL LOCATION: 0/3000028 (file 000000010000000000000003)\n"
    "CHECKPOINT LOCATION: 0/3000098\n"
    "BACKUP METHOD: streamed\n"
    "BACKUP FROM: primary\n"
    "START TIME: 2026-11-22 16:53:55 UTC\n"
    "LABEL: Barman backup main: 20261122T165333\n"
    "START TIMELINE: 1\n"
)
LABEL = BackupLabel(
    begin_lsn=Lsn.parse("0/3000028"),
    begin_segment=WalSegment(1, 0, 3),
    timeline=1,
    checkpoint_lsn=Lsn.parse("0/3000098"),
    method="streamed",
    taken_from="primary",
    start_time="2026-11-22 16:53:55 UTC",
    label="Barman backup main: 20261122T165333",
)


def test_a_label_is_read() -> None:
    assert BackupLabel.parse(TEXT) == LABEL


def test_an_incremental_label_tells_its_origin() -> None:
    label = BackupLabel.parse(
        TEXT + "INCREMENTAL FROM LSN: 0/2000028\nINCREMENTAL FROM TLI: 10\n"
    )
    assert label.incremental_from_lsn == Lsn.parse("0/2000028")
    assert label.incremental_from_timeline == 10


def test_inv_047_the_timeline_of_an_old_label_is_that_of_its_segment() -> None:
    label = BackupLabel.parse(
        "START WAL LOCATION: 0/3000028 (file 0000000A0000000000000003)"
    )
    assert label == BackupLabel(
        begin_lsn=Lsn.parse("0/3000028"),
        begin_segment=WalSegment(10, 0, 3),
        timeline=10,
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "START WAL LOCATION: 0/3000028",
        "START WAL LOCATION: nowhere (file 000000010000000000000003)",
        TEXT.replace("0/3000098", "x"),
        TEXT.replace("TIMELINE: 1", "TIMELINE: A"),
    ],
)
def test_damaged_labels_are_told(text: str) -> None:
    with pytest.raises(DataError, match="the backup label"):
        BackupLabel.parse(text)
