# SPDX-License-Identifier: MIT
"""Reports on the console: results and info on stdout, everything else on stderr.

Each area registers `lines(report)` for its results; what messages say stands in
`render/words`.  Secrets are redacted and control characters escaped here, once, for
every line: names come from files and other hosts, and a terminal obeys them.
"""

from __future__ import annotations

from barman.model.conninfo import redact
from barman.render.by_type import by_type
from barman.render.words import text
from barman.report.report import Level, Message, Progress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO

    from barman.report.report import Report

_ERASED = "\r\033[K"
RED, GREEN, YELLOW = "31", "32", "33"

_CONTROLS = {
    code: f"\\x{code:02x}"
    for code in (*range(0x20), *range(0x7F, 0xA0))
    if chr(code) not in "\t\n"
}
_PREFIX = {
    Level.DEBUG: "DEBUG: ",
    Level.INFO: "",
    Level.WARNING: "WARNING: ",
    Level.ERROR: "ERROR: ",
    Level.EXCEPTION: "EXCEPTION: ",
}
_COLOUR = {Level.WARNING: YELLOW, Level.ERROR: RED, Level.EXCEPTION: RED}


@by_type
def lines(report: Report) -> Iterable[str]:
    """Return the lines of a result, without line feeds."""
    raise LookupError(f"no console lines for {type(report).__name__}")


@lines.register(Progress)
def _progress(report: Progress) -> Iterable[str]:
    return ()


@by_type
def coloured(report: Report) -> Iterable[str]:
    """Return the lines of a result with colours; most results have none."""
    return map(safe, lines(report))


def colour(line: str, code: str) -> str:
    """Wrap `line` in an ANSI colour."""
    return f"\033[{code}m{line}\033[0m"


def safe(line: str) -> str:
    """Return `line` without secrets and with control characters escaped."""
    escaped = line if line.isprintable() else line.translate(_CONTROLS)
    return redact(escaped)


class ConsoleReporter:
    """Writes every report when it is told."""

    def __init__(
        self,
        out: TextIO,
        err: TextIO,
        *,
        colours: bool = False,
        quiet: bool = False,
        debug: bool = False,
        terminal: bool = False,
    ) -> None:
        self._out = out
        self._err = err
        self._shows_progress = terminal and not quiet
        self._progress = ""
        self._colours = colours
        self._quiet = quiet
        self._debug = debug

    def tell(self, report: Report) -> None:
        """Write `report` and flush, so that the two streams keep their order."""
        if isinstance(report, Progress):
            self._draw(report)
            return
        if self._progress:
            self._progress = ""
            _write(self._err, _ERASED)
        if isinstance(report, Message):
            self._say(report)
        elif not self._quiet:
            say = coloured(report) if self._colours else map(safe, lines(report))
            _write(self._out, "".join(f"{line}\n" for line in say))

    def finish(self, status: int) -> int:
        """Return the exit status: everything has been written already."""
        return status

    def _draw(self, progress: Progress) -> None:
        """Show on a terminal, in one line that the next one replaces."""
        if not self._shows_progress:
            return
        line = safe(progress_line(progress))
        if line != self._progress:
            self._progress = line
            _write(self._err, _ERASED + line)

    def _say(self, message: Message) -> None:
        level = message.level
        if level is Level.DEBUG and not self._debug:
            return
        if level is Level.INFO and self._quiet:
            return
        line = _PREFIX[level] + safe(text(message))
        if self._colours and level in _COLOUR:
            line = colour(line, _COLOUR[level])
        _write(self._out if level is Level.INFO else self._err, line + "\n")


def progress_line(progress: Progress) -> str:
    """Return a line that changes a hundred times, however many files there are."""
    if not progress.total_bytes:
        return f"{progress.work}: {progress.done_bytes >> 20} MiB"
    share = min(100, 100 * progress.done_bytes // progress.total_bytes)
    return f"{progress.work}: {share}% of {progress.total_bytes >> 20} MiB"


def _write(stream: TextIO, written: str) -> None:
    """Write what the stream's encoding can say, and the rest as escapes."""
    if not written:
        return
    try:
        stream.write(written)
    except UnicodeEncodeError:
        encoding = stream.encoding or "ascii"
        stream.write(written.encode(encoding, "backslashreplace").decode(encoding))
    stream.flush()
