# SPDX-License-Identifier: MIT
"""Archiving for a long time, after failures, with a limit: nothing piles up or stalls.

Of `barman.wal.archiver` and what it works with.
"""

from __future__ import annotations

import gc
import logging
import os
import tracemalloc

from barman.wal.archiver import GROUP
from tests.fakes.catalogue import put
from tests.fakes.wal import Archive, segment_bytes, segment_name

ONE, TWO, THREE, FOUR = (segment_name(number) for number in (1, 2, 3, 4))
DAMAGED = b"\0" * (1 << 20)


def test_inv_040_marks_of_old_failures_stop_nothing(tmp_path) -> None:
    """What failed once lies in `errors`, half-written beside, or is hidden."""
    archive = Archive(tmp_path)
    for suffix in ("20260131T120000Z.unknown", "20200101T000000Z.duplicate"):
        put(f"{archive.layout.errors}/{ONE}.{suffix}", "old")
    archive.deliver(f".5-{ONE}", b"half of it")
    put(f"{archive.layout.wals}/{ONE[:16]}/.{ONE}.5-ab.tmp", "half of it")
    archive.deliver(ONE, DAMAGED)
    archive.deliver(TWO)
    assert archive.archiver().archive() == (TWO,)
    archive.deliver(ONE)
    archive.deliver(THREE)
    assert archive.archiver().archive() == (ONE, THREE)
    assert sorted(archive.indexed()) == [ONE, TWO, THREE]
    assert len(archive.set_apart()) == 3


def test_inv_041_the_limit_holds_when_files_fail_and_a_file_set_apart_is_a_gap(
    tmp_path,
) -> None:
    archive = Archive(tmp_path, archiver_batch_size="2")
    for name in (ONE, TWO, THREE, FOUR):
        archive.deliver(name, DAMAGED if name == TWO else None)
    assert archive.archiver().archive() == (ONE,)
    assert archive.waiting() == [THREE, FOUR]
    assert archive.archiver().archive() == (THREE, FOUR)
    assert archive.set_apart() == [f"{TWO}.20260131T120000Z.unknown"]
    assert archive.indexed() == [ONE, THREE, FOUR]
    with open(f"{archive.layout.errors}/{archive.set_apart()[0]}", "rb") as file:
        assert file.read() == DAMAGED


def test_inv_041_what_cannot_be_stored_waits_and_nothing_is_dropped(tmp_path) -> None:
    archive = Archive(tmp_path, archiver_batch_size="2")
    for name in (ONE, TWO, THREE):
        archive.deliver(name)
    in_the_way = put(f"{archive.layout.wals}/{ONE[:16]}", "no directory")
    for _ in range(3):
        try:
            archive.archiver().archive()
        except Exception as error:
            assert ONE[:16] in str(error)
        else:
            raise AssertionError("it cannot have been stored")
        assert archive.waiting() == [ONE, TWO, THREE]
    os.unlink(in_the_way)
    assert archive.archiver().archive() == (ONE, TWO)
    assert archive.archiver().archive() == (THREE,)


def test_inv_048_a_long_run_keeps_no_handle_memory_or_child(tmp_path) -> None:
    """Each round goes through a filter, a duplicate, a damaged file and a failure."""
    archive = Archive(
        tmp_path,
        compression="custom",
        custom_compression_filter="gzip -1",
        custom_decompression_filter="gzip -d",
        custom_compression_magic="0x1f8b",
    )
    small = _kept(archive, range(1, 5))
    large = _kept(archive, range(5, 5 + GROUP))
    assert len(archive.indexed()) == GROUP + 4
    assert (large[0], large[1]) == (small[0], small[1])
    assert large[2] - small[2] < 50_000


def _kept(archive: Archive, numbers: range) -> tuple[int, list[str], int]:
    """Archive in rounds; return open files, children and bytes that are kept."""
    tracemalloc.start()
    logging.disable()  # pytest keeps every line
    try:
        for number in numbers:
            name = segment_name(number)
            for seed in (0, 0, 1):
                archive.deliver(name, segment_bytes(name, seed=seed))
                archive.archiver().archive(quiet=True)
            archive.deliver(segment_name(number + 1000), DAMAGED)
            archive.archiver().archive(quiet=True)
        archive.reporter.reports.clear()
        archive.hooks.ran.clear()
        gc.collect()
        bytes_kept = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
        logging.disable(logging.NOTSET)
    return len(os.listdir("/proc/self/fd")), _children(), bytes_kept


def _children() -> list[str]:
    """Return the children of this process, those that nobody waited for included."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/stat") as file:
                fields = file.read().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == os.getpid():
            found.append(pid)
    return sorted(found)
