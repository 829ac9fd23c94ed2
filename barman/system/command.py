# SPDX-License-Identifier: MIT
"""A program to run and what came of it: values, compared by tests, shown by logs.

Nothing goes through a shell: `argv` is an argument vector, here and behind SSH.
"""

from __future__ import annotations

import signal

from barman.errors import CommandError
from barman.model.conninfo import redact
from barman.model.frozen import frozen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Protocol

    OnLine = Callable[[str], None]

    class CommandRunner(Protocol):
        """Runs commands on one machine."""

        def run(
            self,
            command: Command,
            *,
            on_stdout: OnLine | None = None,
            on_stderr: OnLine | None = None,
        ) -> Completed:
            """Run to the end; raise `CommandError` on a status that is not accepted.

            A callback gets each line as it comes, decoded, without its end; the
            stream is then not kept, so that a run of months needs no memory.
            """

        def find(self, *names: str) -> str | None:
            """Return the path of the first of these programs that is there."""


TAIL_LINES = 20
SUCCESS = frozenset((0,))


@frozen()
class Command:
    """A program with its arguments.

    `accept` holds the statuses that are no error; None accepts any.  `env` is added to
    the environment.  `timeout` is in seconds, for the whole run.
    """

    argv: tuple[str, ...]
    accept: frozenset[int] | None = SUCCESS
    stdin: bytes | None = None
    env: Mapping[str, str] | None = None
    cwd: str | None = None
    timeout: float | None = None

    @property
    def program(self) -> str:
        """The base name of the program, for messages."""
        return self.argv[0].rpartition("/")[2]

    def accepts(self, status: int) -> bool:
        """Whether a run that ends with `status` did what it should."""
        return self.accept is None or status in self.accept


@frozen()
class Completed:
    """How a command ended; a status of -n means signal n."""

    status: int
    stdout: bytes = b""
    stderr: bytes = b""

    @property
    def text(self) -> str:
        """What it printed, as text, without the line ends at the end."""
        return as_text(self.stdout).rstrip("\r\n")


class LineSplitter:
    """Cuts a stream of bytes into lines, at line feeds and carriage returns."""

    def __init__(self, tell: OnLine) -> None:
        self._tell = tell
        self._rest = b""

    def feed(self, data: bytes) -> None:
        """Take the next bytes; tell every line that they complete."""
        *lines, self._rest = (self._rest + data).replace(b"\r", b"\n").split(b"\n")
        for line in lines:
            if line:
                self._tell(as_text(line))

    def end(self) -> None:
        """Tell the last line if it has no end."""
        if self._rest:
            self._tell(as_text(self._rest))
            self._rest = b""


class Output:
    """One output stream of a running command: told line by line, or kept whole.

    Of a stream that is told the last lines are kept all the same, for the error.
    """

    def __init__(self, on_line: OnLine | None) -> None:
        self._on_line = on_line
        self._kept = bytearray()
        self._tail: list[str] = []
        self._splitter = LineSplitter(self._line) if on_line is not None else None

    def feed(self, data: bytes) -> None:
        """Take the next bytes; none means the end."""
        if self._splitter is None:
            self._kept += data
        elif data:
            self._splitter.feed(data)
        else:
            self._splitter.end()

    @property
    def data(self) -> bytes:
        """What was kept: everything, or the last lines."""
        if self._splitter is None:
            return bytes(self._kept)
        return "".join(f"{line}\n" for line in self._tail).encode()

    def _line(self, line: str) -> None:
        self._tail = [*self._tail[1 - TAIL_LINES :], line]
        if self._on_line is not None:
            self._on_line(line)


def as_text(data: bytes) -> str:
    """Return bytes of any encoding as text that can be shown and logged."""
    return data.decode("utf-8", errors="backslashreplace")


def last_lines(stderr: bytes) -> str:
    """Return the last lines of an error stream as text, secrets removed."""
    lines = [line for line in as_text(stderr).splitlines() if line.strip()]
    return redact("\n".join(lines[-TAIL_LINES:]))


def check_status(command: Command, completed: Completed, where: str = "") -> Completed:
    """Return `completed`, or raise `CommandError` if its status is not accepted."""
    if command.accepts(completed.status):
        return completed
    tail = last_lines(completed.stderr)
    reason = tail.rpartition("\n")[2]
    message = f"{command.program}{where} {_ending(completed.status)}"
    raise CommandError(
        f"{message}: {reason}" if reason else message,
        status=completed.status,
        stderr=tail,
    )


def _ending(status: int) -> str:
    if status >= 0:
        return f"failed with status {status}"
    try:
        name = signal.Signals(-status).name
    except ValueError:
        name = str(-status)
    return f"was ended by signal {name}"
