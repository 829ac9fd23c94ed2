# SPDX-License-Identifier: MIT
"""How a tree is split among workers, and what equal size and time do not prove."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from barman.backup.copy_plan import CopyBatch, Reference, must_compare, plan_batches
from barman.system.rsync_output import ListedFile


def listed(path: str, size: int, mtime: int, is_directory: bool = False) -> ListedFile:
    mode = "drwx------" if is_directory else "-rw-------"
    return ListedFile(mode, size, datetime.fromtimestamp(mtime, timezone.utc), path)


REFERENCE = Reference(files={"a": (10, 100), "": (10, 50)}, horizon=100)


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        (listed("a", 10, 100), True),
        (listed("", 10, 50), False),
        (listed("a", 11, 100), False),
        (listed("a", 10, 101), False),
        (listed("new", 10, 100), False),
    ],
    ids=["same, after the horizon", "older", "other size", "other time", "new"],
)
def test_inv_031_time_is_a_hint_only(file: ListedFile, expected: bool) -> None:
    assert must_compare(file, REFERENCE) is expected


def test_without_a_reference_nothing_is_compared() -> None:
    assert not must_compare(listed("a", 10, 100), None)


def test_batches_hold_about_as_many_bytes() -> None:
    files = [listed(str(n), n, 0) for n in range(1, 101)]
    batches = plan_batches(files, jobs=4)
    assert len(batches) == 4
    sizes = [batch.size for batch in batches]
    assert sum(sizes) == 5050
    assert max(sizes) - min(sizes) <= 5050 // 100
    assert sorted(int(p) for batch in batches for p in batch.paths) == list(
        range(1, 101)
    )


def test_empty_directories_are_copied_and_what_is_in_doubt_is_compared() -> None:
    files = [
        listed("pg_wal", 4096, 0, is_directory=True),
        listed("a", 10, 100),
        listed("", 10, 50),
    ]
    assert plan_batches(files, jobs=1, reference=REFERENCE) == (
        CopyBatch(("pg_wal", ""), 10),
        CopyBatch(("a",), 10, compare=True),
    )


def test_more_workers_than_files() -> None:
    assert plan_batches([listed("a", 1, 0)], jobs=8) == (CopyBatch(("a",), 1),)


def test_files_without_bytes_are_spread_too() -> None:
    files = [listed(str(n), 0, 0) for n in range(8)]
    assert [len(batch.paths) for batch in plan_batches(files, jobs=2)] == [4, 4]
