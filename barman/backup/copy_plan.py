# SPDX-License-Identifier: MIT
"""Which files of a tree are copied by which worker, and which must be compared.

Pure.  A file that looks unchanged since the backup that is reused may still differ: its
time has a limited resolution, and it may have been changed while that backup was being
taken.  So a file that is not older than that backup's begin is compared by content.
"""

from __future__ import annotations

from heapq import heappop, heappush

from barman.model.frozen import frozen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from barman.system.rsync_output import ListedFile


@frozen()
class CopyBatch:
    """Paths that one run of rsync copies, and how many bytes they hold."""

    paths: tuple[str, ...]
    size: int
    compare: bool = False


@frozen()
class Reference:
    """What a reused backup holds: size and time in whole seconds of each path.

    `horizon` is that backup's begin in seconds: what is older has not changed since.
    """

    files: Mapping[str, tuple[int, int]]
    horizon: int


def must_compare(file: ListedFile, reference: Reference | None) -> bool:
    """Tell whether equal size and time do not prove that `file` is unchanged."""
    if reference is None:
        return False
    mtime = int(file.time.timestamp())
    if mtime < reference.horizon:
        return False
    return reference.files.get(file.path) == (file.size, mtime)


def plan_batches(
    files: Iterable[ListedFile], *, jobs: int, reference: Reference | None = None
) -> tuple[CopyBatch, ...]:
    """Split a tree into batches of about equal size, one a worker and kind of copy.

    Directories go into a batch too, so that empty ones exist and keep their modes.
    """
    trusted: list[ListedFile] = []
    doubtful: list[ListedFile] = []
    directories: list[str] = []
    for file in files:
        if file.is_directory:
            directories.append(file.path)
        elif must_compare(file, reference):
            doubtful.append(file)
        else:
            trusted.append(file)
    batches = [
        *_split(trusted, jobs, compare=False, directories=directories),
        *_split(doubtful, jobs, compare=True, directories=()),
    ]
    return tuple(batch for batch in batches if batch.paths)


def _split(
    files: list[ListedFile], jobs: int, *, compare: bool, directories: Sequence[str]
) -> list[CopyBatch]:
    """Deal the largest file to the emptiest bucket, so that workers end together."""
    buckets: list[list[str]] = [[] for _ in range(jobs)]
    sizes = [0] * jobs
    emptiest: list[tuple[int, int, int]] = [(0, 0, n) for n in range(jobs)]
    for file in sorted(files, key=lambda file: (-file.size, file.path)):
        size, count, bucket = heappop(emptiest)
        buckets[bucket].append(file.path)
        sizes[bucket] += file.size
        heappush(emptiest, (size + file.size, count + 1, bucket))
    buckets[0] = [*directories, *buckets[0]]
    return [
        CopyBatch(tuple(paths), size, compare)
        for paths, size in zip(buckets, sizes)
        if paths
    ]
