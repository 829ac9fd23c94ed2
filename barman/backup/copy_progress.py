# SPDX-License-Identifier: MIT
"""How far a copy has come, as reports."""

from __future__ import annotations

import re
import threading

from barman.report.report import Progress
from barman.system.rsync_output import parse_change

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from barman.report.report import Reporter

WORK = "copying files"
# pg_basebackup --progress; its words follow the locale.
_STREAMED = re.compile(r"\s*(?P<done>\d+)/(?P<total>\d+) \w+ \(\d+\s*%\)")


class ChangeCounter:
    """How much is copied, counted from the changes that all rsyncs itemize."""

    def __init__(
        self, sizes: Mapping[tuple[str, str], int], reporter: Reporter
    ) -> None:
        self._sizes = sizes
        self._reporter = reporter
        self._lock = threading.Lock()
        self._total = sum(sizes.values())
        self._bytes = 0
        self._files = 0

    def count(self, label: str, line: str) -> None:
        """Take a line of the rsync that copies from the tree `label`."""
        change = parse_change(line)
        size = self._sizes.get((label, change.path)) if change else None
        if size is None:
            return
        with self._lock:
            self._bytes += size
            self._files += 1
            self._reporter.tell(
                Progress(
                    work=WORK,
                    done_bytes=self._bytes,
                    total_bytes=self._total,
                    done_files=self._files,
                    total_files=len(self._sizes),
                )
            )


def streamed(line: str) -> Progress | None:
    """Return what a line of pg_basebackup tells of its progress, if it does."""
    match = _STREAMED.match(line)
    if match is None:
        return None
    done, total = int(match["done"]) * 1024, int(match["total"]) * 1024
    return Progress(work=WORK, done_bytes=done, total_bytes=max(done, total))
