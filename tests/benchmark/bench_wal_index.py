# SPDX-License-Identifier: MIT
"""What the catalogue costs when it is large: CPU seconds and memory, printed.

    python tests/benchmark/bench_wal_index.py [lines [backups]]

Each figure comes from a process of its own, so that its memory is its own.  Nothing is
asserted: machines differ; what matters is how the figures grow with the lines.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(__file__))))

from barman.catalogue.backups import BackupCatalogue
from barman.catalogue.layout import Layout
from barman.catalogue.wal_entry import WalEntry
from barman.model.backup import Backup, BackupStatus
from barman.model.backup_id import BackupId
from barman.model.segment import SegmentSize, WalSegment
from tests.fakes.catalogue import LockFake, a_layout, an_index, put

LABEL = "START WAL LOCATION: 0/3000028 (file 000000010000000000000003)\n" * 5
ITEMS = {"ts1": 0.097351, "pgdata": 0.213182, "pg_control": 0.047586}


def main(lines: int = 1_000_000, count: int = 500) -> None:
    """Make the indexes, then measure each access in a child."""
    with tempfile.TemporaryDirectory() as home:
        layout = a_layout(home)
        backups = some_backups(lines, count)
        catalogue = BackupCatalogue(layout=layout, server_name="main")
        for backup in backups:
            catalogue.save(backup)
        print(f"{lines} lines, {count} backups")
        measure("start alone", lambda: None)
        measure("read the backups", catalogue.list)
        for kind, content in {
            "sorted": in_order(lines),
            "shuffled in runs": in_runs(lines),
            "written twice": twice(lines),
        }.items():
            put(layout.xlogdb_path, content)
            measure_index(kind, layout, backups)


def measure_index(kind: str, layout: Layout, backups: list[Backup]) -> None:
    """Measure what commands do with an index."""
    index = an_index(layout, LockFake())
    last = str(backups[-1].begin_segment)
    measure(f"{kind}: account all backups", lambda: index.account(backups))
    measure(f"{kind}: account the last", lambda: index.accounting(backups[-1], None))
    if kind == "sorted":
        measure("find the last", lambda: index.find(last))
        measure("entries from the last backup", lambda: deque(index.entries(last), 0))
        measure("all names", lambda: deque(index.names(), 0))
        measure("remove one", lambda: index.remove([last]))


def measure(what: str, work: Callable[[], object]) -> None:
    """Run the work in a child and print its CPU time and greatest memory."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        begin = time.process_time()
        work()
        cpu = time.process_time() - begin
        more = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        print(f"{what:40} {cpu:7.3f} s CPU {more / 1024:8.1f} MiB more")
        sys.stdout.flush()
        os._exit(0)
    os.waitpid(child, 0)


def some_backups(lines: int, count: int) -> list[Backup]:
    """Return backups evenly spread over the log."""
    step = max(lines // count, 1)
    return [
        Backup(
            id=BackupId(f"2026{number:04d}T000000"),
            server_name="main",
            mode="postgres",
            status=BackupStatus.DONE,
            begin_segment=segment(number * step),
            end_segment=segment(number * step + 3),
            label=LABEL,
            copy_stats={"copy_time": 1.5, "items": ITEMS, "more": ITEMS},
        )
        for number in range(count)
    ]


def segment(number: int) -> WalSegment:
    """Return a segment of timeline 1."""
    return WalSegment.numbered(number, timeline=1, size=SegmentSize())


def line(number: int) -> bytes:
    """Return the line of a compressed segment; now and then a label's as well."""
    name, mtime = str(segment(number)), 1795366436.374838 + number
    text = WalEntry(name, 5_000_000 + number % 977, mtime, "gzip").render()
    if number % 2000 == 0:
        text += WalEntry(f"{name}.00000028.backup", 347, mtime).render()
    return text


def in_order(lines: int) -> bytes:
    """Return an index as one archiver writes it."""
    return b"".join(map(line, range(lines)))


def in_runs(lines: int) -> bytes:
    """Return an index whose stretches of 100 lines are the wrong way round."""
    return b"".join(
        b"".join(map(line, range(start, min(start + 100, lines))))
        for start in reversed(range(0, lines, 100))
    )


def twice(lines: int) -> bytes:
    """Return an index whose first half was written a second time."""
    return in_order(lines // 2) * 2


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
