# SPDX-License-Identifier: MIT
"""Directory trees of a running cluster, copied by several rsync at once.

rsync always runs on this machine, whether it reads another host or this one.  The trees
are listed first; then each worker copies its share of the bytes.  Files that vanish are
normal; which other failures are tolerated is decided in `system/rsync_output.py`.
"""

from __future__ import annotations

import os
import stat
import threading
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait

from barman.backup.copy_plan import Reference, plan_batches
from barman.errors import CommandError
from barman.model.frozen import frozen, replace
from barman.report.backup import CopyRetrying
from barman.report.report import Progress
from barman.system.rsync import rsync_command, rsync_list_command
from barman.system.rsync_output import (
    CopyOutcome,
    judge_copy,
    parse_change,
    parse_listing,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from barman.backup.copy_plan import CopyBatch
    from barman.report.report import Reporter
    from barman.system.clock import Clock
    from barman.system.command import Command
    from barman.system.rsync import RsyncOptions
    from barman.system.rsync_output import ListedFile
    from barman.system.runner import LocalRunner


@frozen(kw_only=True)
class Tree:
    """A directory to copy, what is left out of it, and what it may share files with.

    `source` and `destination` end in a slash.  `reference` is the same directory in
    the backup that is reused, None for none; `bandwidth_limit` is in kB/s for the
    whole tree.
    """

    label: str
    source: str
    destination: str
    includes: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    reference: str | None = None
    bandwidth_limit: int | None = None


@frozen(kw_only=True)
class CopyOptions:
    """How trees are copied; `reuse` is `link`, `copy` or None.

    `horizon` is the begin of the reused backup, in seconds since the epoch.
    """

    transport: RsyncOptions
    jobs: int = 1
    start_batch_size: int = 10
    start_batch_period: int = 1
    retry_times: int = 0
    retry_sleep: int = 30
    reuse: str | None = None
    horizon: int = 0


class TreeCopier:
    """Lists and copies trees, and keeps the seconds that each of them took."""

    def __init__(
        self,
        options: CopyOptions,
        *,
        runner: LocalRunner,
        clock: Clock,
        reporter: Reporter,
    ) -> None:
        self._options = options
        self._runner = runner
        self._clock = clock
        self._reporter = reporter
        self._lock = threading.Lock()
        self._ending = threading.Event()
        self.analysis: dict[str, float] = {}
        self.copying: dict[str, float] = {}

    def copy(self, trees: Sequence[Tree]) -> None:
        """Copy every tree; raise `CommandError` when something is not copied."""
        shares: list[tuple[Tree, CopyBatch]] = []
        sizes: dict[tuple[str, str], int] = {}
        for tree in trees:
            began = self._clock.monotonic()
            files = self._list(tree)
            sizes.update({(tree.label, each.path): each.size for each in files})
            shares += [(tree, batch) for batch in self._plan(tree, files)]
            self.analysis[tree.label] = self._clock.monotonic() - began
        shares.sort(key=lambda share: -share[1].size)
        self._copy_shares(shares, _Counter(sizes, self._reporter))

    def copy_file(self, label: str, source: str, destination: str) -> None:
        """Copy one file, which must be there."""
        options = replace(
            self._options.transport, ignore_missing=False, delete_excluded=False
        )
        began = self._clock.monotonic()
        self._run(label, rsync_command([source], destination, options))
        self._took(label, began)

    def _list(self, tree: Tree) -> list[ListedFile]:
        options = replace(
            self._options.transport, includes=tree.includes, excludes=tree.excludes
        )
        command = rsync_list_command(tree.source, options)
        return list(parse_listing(self._run(tree.label, command)))

    def _plan(self, tree: Tree, files: list[ListedFile]) -> tuple[CopyBatch, ...]:
        reference = None
        if tree.reference is not None:
            held = dict(_files_below(tree.reference))
            reference = Reference(held, self._options.horizon)
        return plan_batches(files, jobs=self._options.jobs, reference=reference)

    def _copy_shares(
        self, shares: Sequence[tuple[Tree, CopyBatch]], counter: _Counter
    ) -> None:
        options = self._options
        with ThreadPoolExecutor(max_workers=options.jobs) as pool:
            try:
                futures = []
                for number, (tree, batch) in enumerate(shares):
                    if 0 < number < options.jobs:
                        self._pause_between_starts(number)
                    futures.append(pool.submit(self._copy_share, tree, batch, counter))
                for future in wait(futures, return_when=FIRST_EXCEPTION).done:
                    future.result()
            except BaseException:
                # What failed, or a user who gave up, ends the other workers too.
                self._ending.set()
                pool.shutdown(wait=False, cancel_futures=True)
                self._runner.end_running()
                raise

    def _pause_between_starts(self, number: int) -> None:
        """Do not open more connections at once than the server may accept."""
        if number % self._options.start_batch_size == 0:
            self._clock.sleep(self._options.start_batch_period)

    def _copy_share(self, tree: Tree, batch: CopyBatch, counter: _Counter) -> None:
        options, limit = self._options, tree.bandwidth_limit
        command = rsync_command(
            [tree.source],
            tree.destination,
            replace(
                options.transport,
                includes=tree.includes,
                excludes=tree.excludes,
                files=batch.paths,
                checksum=batch.compare,
                delete_excluded=False,
                itemize=True,
                link_dest=tree.reference if options.reuse == "link" else None,
                copy_dest=tree.reference if options.reuse == "copy" else None,
                bwlimit=max(1, limit // options.jobs) if limit else None,
            ),
        )
        began = self._clock.monotonic()
        self._run(tree.label, command, lambda line: counter.count(tree.label, line))
        self._took(tree.label, began)

    def _run(
        self,
        label: str,
        command: Command,
        on_stdout: Callable[[str], None] | None = None,
    ) -> bytes:
        """Run rsync until it is done, as often as is allowed; return what it said."""
        attempt = 0
        while True:
            try:
                done = self._runner.run(command, on_stdout=on_stdout)
            except CommandError as error:
                if attempt >= self._options.retry_times or self._ending.is_set():
                    raise
                self._reporter.tell(
                    CopyRetrying(
                        item=label,
                        attempt=attempt,
                        seconds=self._options.retry_sleep,
                        reason=error.message,
                    )
                )
                self._clock.sleep(self._options.retry_sleep)
                attempt += 1
                continue
            stderr = done.stderr.decode(errors="backslashreplace")
            if judge_copy(done.status, stderr.splitlines()) is CopyOutcome.DONE:
                return done.stdout
            last_line = stderr.strip().partition("\n")[0]
            raise CommandError(
                f"data transfer failure on {label}: {last_line}",
                status=done.status,
                stderr=stderr,
            )

    def _took(self, label: str, began: float) -> None:
        with self._lock:
            seconds = self._clock.monotonic() - began
            self.copying[label] = self.copying.get(label, 0.0) + seconds


class _Counter:
    """How much is copied, counted from the changes that all workers itemize."""

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
        change = parse_change(line)
        if change is None:
            return
        with self._lock:
            self._bytes += self._sizes.get((label, change.path), 0)
            self._files += 1
            self._reporter.tell(
                Progress(
                    work="copying files",
                    done_bytes=self._bytes,
                    total_bytes=self._total,
                    done_files=self._files,
                    total_files=len(self._sizes),
                    item=change.path,
                )
            )


def _files_below(directory: str) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield path, size and time in whole seconds of the regular files of a tree."""
    pending = [""]
    while pending:
        below = pending.pop()
        with os.scandir(os.path.join(directory, below)) as entries:
            for entry in entries:
                path = os.path.join(below, entry.name)
                if entry.is_dir(follow_symlinks=False):
                    pending.append(path)
                    continue
                status = entry.stat(follow_symlinks=False)
                if stat.S_ISREG(status.st_mode):
                    yield path, (status.st_size, int(status.st_mtime))
