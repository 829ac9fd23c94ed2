# SPDX-License-Identifier: MIT
"""kill -9 at every step of the archiver: the next run mends, nothing is lost.

A child process archives; right before the n-th call that changes the file system it
kills itself.  The calls are counted by wrapping the functions of `os` in the child.
"""

from __future__ import annotations

import gzip
import os
import signal

import pytest

from barman.system.locks import holder
from tests.fakes.wal import Archive, segment_bytes, segment_name

NAMES = [segment_name(number) for number in range(3)]
STEPS = ("link", "rename", "unlink", "fsync", "mkdir", "write", "ftruncate", "open")


class _Killer:
    """Kills this process right before the n-th call of a wrapped function."""

    def __init__(self, steps_left: int) -> None:
        self.left = steps_left

    def wrap(self, function):
        def wrapped(*values, **named):
            self.left -= 1
            if self.left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*values, **named)

        return wrapped


def run_killed(archive: Archive, steps: int) -> bool:
    """Archive in a child that is killed at a step; tell whether it came to the end."""
    child = os.fork()
    if child == 0:
        killer = _Killer(steps)
        for name in STEPS:
            setattr(os, name, killer.wrap(getattr(os, name)))
        try:
            archive.archiver().archive()
            os._exit(0)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return not os.WIFSIGNALED(status)


@pytest.mark.parametrize("compression", ["", "gzip"])
@pytest.mark.parametrize("queue", ["incoming", "streaming"])
def test_inv_001_038_121_124_a_kill_at_any_step_is_mended(
    tmp_path, compression, queue
) -> None:
    options = {"compression": compression} if compression else {}
    if queue == "streaming":
        options |= {
            "streaming_archiver": "on",
            "streaming_conninfo": "host=pg user=streaming_barman",
        }
    steps = 0
    while True:
        home = tmp_path / str(steps)
        home.mkdir()
        archive = Archive(home, **options)
        for name in NAMES:
            archive.deliver(name, where=queue)
        ended = run_killed(archive, steps)
        check_nothing_is_lost(archive, queue)
        archive.archiver().archive()
        check_mended(archive, compression, queue)
        if ended:
            break
        steps += 1
    assert steps > 12


def check_nothing_is_lost(archive: Archive, queue: str) -> None:
    """A name in the archive is whole; a file out of the queue is stored and indexed."""
    stored = {name: data for name, data in archive.stored().items() if name[0] != "."}
    for name, data in stored.items():
        plain = gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data
        assert plain == segment_bytes(name)
    gone = set(NAMES) - set(archive.waiting(queue))
    assert gone <= set(stored)
    assert gone <= set(archive.indexed())


def check_mended(archive: Archive, compression: str, queue: str) -> None:
    stored = archive.stored()
    for name in NAMES:
        data = stored.pop(name)
        assert (gzip.decompress(data) if compression else data) == segment_bytes(name)
    assert stored == {}
    assert sorted(archive.indexed()) == NAMES
    assert archive.waiting(queue) == (NAMES[-1:] if queue == "streaming" else [])
    assert archive.set_apart() == []
    for lock in ("archive-wal", "xlogdb"):
        assert holder(os.path.join(archive.home, f".main-{lock}.lock")) is None
