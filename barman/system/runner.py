# SPDX-License-Identifier: MIT
"""Commands on this machine.

Each command has a process group of its own and is ended with it: on a time-out, on
an interruption, and when whoever listens to its lines fails.  Both output pipes are
drained while it runs, so it never blocks on one of them.
"""

from __future__ import annotations

import logging
import os
import selectors
import shlex
import shutil
import signal
import subprocess
import time

from barman.errors import CommandError, TimeoutExpiredError
from barman.model.conninfo import redact
from barman.system.command import Completed, Output, check_status

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import IO

    from barman.system.command import Command, OnLine

logger = logging.getLogger(__name__)

CHUNK = 65536
NOTICE_END = 0.5  # seconds in which an end is noticed while others hold the pipes
GRACE = 5.0  # seconds between asking a group to end and killing it


class LocalRunner:
    """Runs commands on this machine, in the given environment or our own."""

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        self._environ = dict(os.environ if environ is None else environ)
        self._running: set[subprocess.Popen[bytes]] = set()

    def run(
        self,
        command: Command,
        *,
        on_stdout: OnLine | None = None,
        on_stderr: OnLine | None = None,
    ) -> Completed:
        """Run to the end; raise `CommandError` on a status that is not accepted."""
        logger.debug("running %s", redact(shlex.join(command.argv)))
        outputs = Output(on_stdout), Output(on_stderr)
        process = self._start(command)
        self._running.add(process)
        try:
            _converse(process, command, outputs)
        except BaseException:
            end_group(process)
            raise
        finally:
            self._running.discard(process)
            for pipe in (process.stdin, process.stdout, process.stderr):
                _close(pipe)
        completed = Completed(process.returncode, outputs[0].data, outputs[1].data)
        logger.debug("%s ended with status %d", command.program, completed.status)
        return check_status(command, completed)

    def find(self, *names: str) -> str | None:
        """Return the path of the first of these programs that is there."""
        path = self._environ.get("PATH", os.defpath)
        for name in names:
            found = shutil.which(name, path=path)
            if found:
                return found
        return None

    def end_running(self) -> None:
        """End every command that runs now, in whichever thread."""
        for process in tuple(self._running):
            _signal_group(process.pid, signal.SIGTERM)

    def _start(self, command: Command) -> subprocess.Popen[bytes]:
        environ = {**self._environ, **(command.env or {})}
        # The program is looked for in the PATH that it will have, not in ours.
        program = shutil.which(command.argv[0], path=environ.get("PATH", os.defpath))
        try:
            return subprocess.Popen(
                command.argv,
                executable=program,
                stdin=subprocess.DEVNULL if command.stdin is None else subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=environ,
                cwd=command.cwd,
                bufsize=0,
                start_new_session=True,
            )
        except OSError as error:
            raise CommandError(
                f'could not run "{command.argv[0]}": {error.strerror or error}',
                status=127 if isinstance(error, FileNotFoundError) else 126,
            ) from error


def end_group(process: subprocess.Popen[bytes]) -> None:
    """End a process with its group: ask, wait a little, then kill."""
    try:
        _signal_group(process.pid, signal.SIGTERM)
        process.wait(GRACE)
    except subprocess.TimeoutExpired:
        logger.warning("process %d does not end, killing it", process.pid)
    finally:
        _signal_group(process.pid, signal.SIGKILL)
        process.wait()


def _converse(
    process: subprocess.Popen[bytes], command: Command, outputs: tuple[Output, Output]
) -> None:
    """Feed and drain the pipes until the process has ended."""
    end = None if command.timeout is None else time.monotonic() + command.timeout
    with selectors.DefaultSelector() as selector:
        for pipe, output in zip((process.stdout, process.stderr), outputs):
            assert pipe is not None
            selector.register(pipe, selectors.EVENT_READ, output)
        if process.stdin is not None:
            os.set_blocking(process.stdin.fileno(), False)
            selector.register(
                process.stdin, selectors.EVENT_WRITE, memoryview(command.stdin or b"")
            )
        while selector.get_map():
            ready = selector.select(_wait(end, command))
            for key, _ in ready:
                _exchange(selector, key)
            if not ready and process.poll() is not None:
                break  # A background child of the command still holds the pipes.
    for output in outputs:
        output.feed(b"")
    while process.poll() is None:
        try:
            process.wait(_wait(end, command))
        except subprocess.TimeoutExpired:
            continue


def _wait(end: float | None, command: Command) -> float:
    """Return how long to wait at most, or raise when the time of the command is up."""
    if end is None:
        return NOTICE_END
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutExpiredError(
            f"{command.program} did not end within {command.timeout:g} seconds"
        )
    return min(left, NOTICE_END)


def _exchange(selector: selectors.BaseSelector, key: selectors.SelectorKey) -> None:
    if isinstance(key.data, Output):
        data = os.read(key.fd, CHUNK)
        if data:
            key.data.feed(data)
        else:
            selector.unregister(key.fileobj)
        return
    rest: memoryview = key.data
    try:
        rest = rest[os.write(key.fd, rest[:CHUNK]) :] if rest else rest
    except BrokenPipeError:
        rest = memoryview(b"")  # The command does not want the rest; its status tells.
    if rest:
        selector.modify(key.fileobj, selectors.EVENT_WRITE, rest)
    else:
        selector.unregister(key.fileobj)
        _close(key.fileobj)  # type: ignore[arg-type]  # stdin, a pipe


def _close(pipe: IO[bytes] | None) -> None:
    if pipe is not None:
        pipe.close()


def _signal_group(group: int, number: int) -> None:
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return
