# SPDX-License-Identifier: MIT
"""Directory trees of a running cluster, copied by several rsync at once.

rsync always runs on this machine, whether it reads another host or this one.  The trees
are listed first; then each worker copies its share of the bytes.  Files that vanish are
normal; which other failures are tolerated is decided in `system/rsync_output.py`.
"""

from __future__ import annotations

import os
import threading
from concurrent.futures import (
    FIRST_EXCEPTION,
    Future,
    ThreadPoolExecutor,
    wait,
)

from barman.backup.copy_plan import Reference, plan_batches
from barman.backup.copy_progress import ChangeCounter
from barman.backup.file_walk import regular_files
from barman.errors import BarmanError, CommandError
from barman.model.frozen import frozen, replace
from barman.report.backup import CopyRetrying
from barman.system.command import as_text
from barman.system.rsync import rsync_command, rsync_list_command
from barman.system.rsync_output import (
    CopyOutcome,
    complaints,
    judge_copy,
    parse_listing,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from barman.backup.copy_plan import CopyBatch
    from barman.report.report import Reporter
    from barman.system.clock import Clock
    from barman.system.command import Command
    from barman.system.rsync import RsyncOptions
    from barman.system.rsync_output import ListedFile
    from barman.system.runner import LocalRunner

_PATIENCE = 1.0  # seconds in which a worker that is asked to end should
_ENDINGS = ("rsync error:", "rsync warning:")


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

    `horizon` is in seconds since the epoch: see `copy_plan.Reference`.
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
        self._analysis: dict[str, float] = {}
        self._spans: dict[str, _Span] = {}

    def copy(self, trees: Sequence[Tree]) -> None:
        """Copy every tree; raise `CommandError` when something is not copied."""
        shares: list[tuple[Tree, CopyBatch]] = []
        sizes: dict[tuple[str, str], int] = {}
        for tree in trees:
            began = self._clock.monotonic()
            files = self._list(tree)
            sizes.update(
                {
                    (tree.label, each.path): each.size
                    for each in files
                    if not each.is_directory
                }
            )
            shares += [(tree, batch) for batch in self._plan(tree, files)]
            self._analysis[tree.label] = self._clock.monotonic() - began
        shares.sort(key=lambda share: -share[1].size)
        self._copy_shares(shares, ChangeCounter(sizes, self._reporter))

    def copy_file(self, label: str, source: str, destination: str) -> None:
        """Copy one file, which must be there."""
        # Compared by content: a torn copy has the right size, and perhaps time.
        options = replace(
            self._options.transport,
            ignore_missing=False,
            delete_excluded=False,
            checksum=True,
        )
        began = self._clock.monotonic()
        self._run(label, rsync_command([source], destination, options))
        self._took(label, began)

    def stop(self) -> None:
        """End what is being copied, from any thread; `copy` then fails."""
        self._ending.set()
        self._runner.end_running()

    def statistics(self, seconds: float) -> dict[str, object]:
        """Return what is recorded of a copy that took so long in all.

        `serialized` is what one worker alone would have needed.
        """
        analysis = sum(self._analysis.values())
        serialized = {label: span.work for label, span in self._spans.items()}
        spans = {label: span.end - span.begin for label, span in self._spans.items()}
        return {
            "total_time": _rounded(seconds),
            "number_of_workers": self._options.jobs,
            "analysis_time_per_item": _each_rounded(self._analysis),
            "copy_time_per_item": _each_rounded(spans),
            "serialized_copy_time_per_item": _each_rounded(serialized),
            "analysis_time": _rounded(analysis),
            "copy_time": _rounded(seconds - analysis),
            "serialized_copy_time": _rounded(sum(serialized.values())),
        }

    def _list(self, tree: Tree) -> list[ListedFile]:
        """Return files and directories; PostgreSQL has no others, rsync skips them."""
        options = replace(
            self._options.transport, includes=tree.includes, excludes=tree.excludes
        )
        command = rsync_list_command(tree.source, options)
        return [
            each
            for each in parse_listing(self._run(tree.label, command))
            if each.path != "." and each.mode[0] in "-d"
        ]

    def _plan(self, tree: Tree, files: list[ListedFile]) -> tuple[CopyBatch, ...]:
        reference = None
        if tree.reference is not None and os.path.isdir(tree.reference):
            held = {
                path: (status.st_size, int(status.st_mtime))
                for path, status in regular_files(tree.reference)
            }
            reference = Reference(held, self._options.horizon)
        return plan_batches(files, jobs=self._options.jobs, reference=reference)

    def _copy_shares(
        self, shares: Sequence[tuple[Tree, CopyBatch]], counter: ChangeCounter
    ) -> None:
        options = self._options
        futures: list[Future[None]] = []
        with ThreadPoolExecutor(max_workers=options.jobs) as pool:
            try:
                for number, (tree, batch) in enumerate(shares):
                    if 0 < number < options.jobs:
                        self._pause_between_starts(number)
                    futures.append(pool.submit(self._copy_share, tree, batch, counter))
                for future in wait(futures, return_when=FIRST_EXCEPTION).done:
                    future.result()
            except BaseException:
                # What failed, or a user who gave up, ends the other workers too.
                pool.shutdown(wait=False, cancel_futures=True)
                self.stop()
                running = [future for future in futures if not future.cancelled()]
                while wait(running, timeout=_PATIENCE).not_done:
                    self._runner.end_running()  # one that was just being started
                raise

    def _pause_between_starts(self, number: int) -> None:
        """Do not open more connections at once than the server may accept."""
        if number % self._options.start_batch_size == 0:
            self._clock.sleep(self._options.start_batch_period)

    def _copy_share(self, tree: Tree, batch: CopyBatch, counter: ChangeCounter) -> None:
        options, limit = self._options, tree.bandwidth_limit
        command = rsync_command(
            [tree.source],
            tree.destination,
            replace(
                options.transport,
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
            if self._ending.is_set():
                raise CommandError("the copy was stopped")
            try:
                done = self._runner.run(command, on_stdout=on_stdout)
                break
            except CommandError as error:
                if attempt >= self._options.retry_times or self._ending.is_set():
                    raise _failure(label, error.status, error.stderr, error) from error
                self._retry_later(label, attempt, error)
                attempt += 1
        stderr = as_text(done.stderr)
        if judge_copy(done.status, stderr.splitlines()) is not CopyOutcome.DONE:
            raise _failure(label, done.status, stderr)
        return done.stdout

    def _retry_later(self, label: str, attempt: int, error: CommandError) -> None:
        seconds = self._options.retry_sleep
        self._reporter.tell(
            CopyRetrying(
                item=label, attempt=attempt, seconds=seconds, reason=error.message
            )
        )
        for _ in range(seconds):
            if not self._ending.is_set():
                self._clock.sleep(1)

    def _took(self, label: str, began: float) -> None:
        with self._lock:
            ended = self._clock.monotonic()
            span = self._spans.get(label, _Span(began, ended, 0.0))
            self._spans[label] = _Span(
                min(began, span.begin), ended, span.work + ended - began
            )


@frozen()
class _Span:
    """From when to when something was copied, and the seconds of all who did it."""

    begin: float
    end: float
    work: float


def _failure(
    label: str, status: int | None, stderr: str, error: BarmanError | None = None
) -> CommandError:
    """Return the error of a copy, with the first thing that rsync complained of.

    Its last line only says how it ended.
    """
    lines = complaints(stderr.splitlines())
    telling = [line for line in lines if not line.startswith(_ENDINGS)]
    reason = (telling or lines or [str(error or "rsync failed")])[0]
    return CommandError(
        f"data transfer failure on {label}: {reason}", status=status, stderr=stderr
    )


def _each_rounded(seconds: Mapping[str, float]) -> dict[str, float]:
    return {label: _rounded(each) for label, each in seconds.items()}


def _rounded(seconds: float) -> float:
    return round(seconds, 6)
