# SPDX-License-Identifier: MIT
"""The watchdog of a lab: ends its processes and removes its folder, whatever happens.

Run as a program of its own, in a session of its own, with a pipe from the tests as
stdin.  When the pipe closes or that process is gone, however it ended, every process
that carries `BARMAN_LAB=<folder>` in its environment, works below the folder or names
something in it on its command line is ended by its pid, and the folder is removed.
"""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import signal
import sys
import time


def processes_of(root: str, spared: frozenset[int] = frozenset()) -> list[int]:
    """Return the pids of all processes of the lab in `root`, but for the spared."""
    marker = f"BARMAN_LAB={root}".encode()
    found = []
    for name in os.listdir("/proc"):
        if not name.isdigit() or int(name) in spared:
            continue
        try:
            with open(f"/proc/{name}/environ", "rb") as file:
                marked = marker in file.read().split(b"\0")
            inside = (os.readlink(f"/proc/{name}/cwd") + "/").startswith(root + "/")
            # sshd leaves the folder and writes its title over its environment.
            with open(f"/proc/{name}/cmdline", "rb") as file:
                named = f"{root}/".encode() in file.read()
        except OSError:
            continue
        if marked or inside or named:
            found.append(int(name))
    return found


def reap(root: str, parent: int, *, patience: float = 5.0) -> None:
    """End the lab's processes by SIGQUIT, PostgreSQL's quick end, then SIGKILL."""
    spared = frozenset((os.getpid(), parent))
    deadline = time.monotonic() + patience
    for pid in processes_of(root, spared):
        _signal(pid, signal.SIGQUIT)
    while processes_of(root, spared) and time.monotonic() < deadline:
        time.sleep(0.05)
    while remaining := processes_of(root, spared):
        for pid in remaining:
            _signal(pid, signal.SIGKILL)
        time.sleep(0.05)
        if time.monotonic() > deadline + patience:
            return


def _signal(pid: int, number: int) -> None:
    with contextlib.suppress(OSError):
        os.kill(pid, number)


def main() -> None:
    """Wait for the end of the process that started us, then clean up after it."""
    root = sys.argv[1]
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(number, signal.SIG_IGN)
    parent = int(sys.argv[2])
    while os.getppid() == parent:
        readable, _, _ = select.select([sys.stdin], [], [], 0.5)
        if readable and not os.read(0, 1):
            break
    reap(root, parent)
    for _ in range(50):
        shutil.rmtree(root, ignore_errors=True)
        if not os.path.exists(root):
            return
        time.sleep(0.1)


if __name__ == "__main__":
    main()
