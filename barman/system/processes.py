# SPDX-License-Identifier: MIT
"""Processes that outlive us, and processes that are asked to end."""

from __future__ import annotations

import os
import signal

from barman.errors import CommandError, RefusedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from barman.system.clock import Clock

POLLS = 10


def spawn_detached(
    argv: Sequence[str],
    environ: Mapping[str, str],
    *,
    keep_output: bool = False,
    keep_errors: bool = False,
) -> int:
    """Start a program in a session of its own and return its process id.

    It reads nothing; its output goes nowhere unless it is kept.
    """
    null = [(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0)]
    for descriptor, kept in ((1, keep_output), (2, keep_errors)):
        if not kept:
            null.append((os.POSIX_SPAWN_OPEN, descriptor, os.devnull, os.O_WRONLY, 0))
    try:
        return os.posix_spawnp(
            argv[0],
            list(argv),
            dict(environ),
            file_actions=null,
            setsid=True,
            setsigmask=(),
            # Python ignores this one, and an ignored signal is inherited.
            setsigdef=(signal.SIGPIPE,),
        )
    except OSError as error:
        raise CommandError(
            f'could not start "{argv[0]}": {error.strerror or error}', status=127
        ) from error


def stop_process(pid: int, clock: Clock, *, polls: int = POLLS) -> bool:
    """Interrupt a process; return whether it is gone after `polls` seconds."""
    try:
        os.kill(pid, signal.SIGINT)
    except ProcessLookupError:
        return True
    except PermissionError as error:
        raise RefusedError(
            f"could not signal process {pid}: {error.strerror}",
            hint="Run this command as the user who started the process.",
        ) from error
    for _ in range(polls):
        if not is_running(pid):
            return True
        clock.sleep(1)
    return not is_running(pid)


def is_running(pid: int) -> bool:
    """Whether there is a process of this id that has not ended."""
    try:
        ended, _ = os.waitpid(pid, os.WNOHANG)
        if ended == pid:
            return False
    except ChildProcessError:
        pass  # Not a child of ours: the usual case.
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not _is_zombie(pid)


def _is_zombie(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat", "rb") as status:
            return status.read().rpartition(b")")[2].split()[0] == b"Z"
    except (OSError, IndexError):
        return False
