# SPDX-License-Identifier: MIT
"""The log file: opened once by a program, rotated by others, free of secrets.

Nothing that is on the path of a listing imports this module before the dispatcher does.
"""

from __future__ import annotations

import logging
import os

from barman.model.conninfo import redact
from barman.model.frozen import frozen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO


DEFAULT_FORMAT = "%(asctime)s [%(process)s] %(name)s %(levelname)s: %(message)s"
_CHATTY = ("paramiko",)
logger = logging.getLogger(__name__)


@frozen(kw_only=True)
class LogSettings:
    """Where the log goes (None: the error stream), from which level on, and how."""

    file: str | None = None
    level: str | int = "INFO"
    format: str = DEFAULT_FORMAT


def open_log(settings: LogSettings, *, stderr: TextIO) -> None:
    """Let everything that is logged from here on go to the log file.

    A file that cannot be opened is no reason to fail: the log goes to `stderr` then.
    """
    handler, problem = _handler(settings.file, stderr)
    handler.setFormatter(RedactingFormatter(settings.format or DEFAULT_FORMAT))
    root = logging.getLogger()
    for old in tuple(root.handlers):
        root.removeHandler(old)
        old.close()
    root.addHandler(handler)
    level = read_level(settings.level)
    root.setLevel(logging.INFO if level is None else level)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    if problem is not None:
        logger.warning("%s", problem)
    if level is None:
        logger.warning("unknown log level %r, using INFO", settings.level)


def read_level(level: str | int) -> int | None:
    """Return the number of a level given by name, in any case, or by number."""
    text = str(level).strip()
    if text.isdigit():
        return int(text)
    named = logging.getLevelName(text.upper())
    return named if isinstance(named, int) else None


class RedactingFormatter(logging.Formatter):
    """Removes passwords from whatever was logged, traces included."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the text of a record."""
        return redact(super().format(record))


class ReopeningHandler(logging.FileHandler):
    """Writes to a file and opens it anew when it was rotated away.

    Names and messages may hold bytes of any encoding; they never make logging fail.
    """

    def __init__(self, path: str) -> None:
        super().__init__(path, encoding="utf-8", errors="backslashreplace")
        self._identity = self._found()

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record."""
        identity = self._found()
        if identity is None or identity != self._identity:
            self._reopen()
        super().emit(record)

    def _reopen(self) -> None:
        try:
            stream = self._open()
        except OSError:
            return  # Better in the file that was rotated away than nowhere.
        if self.stream is not None:
            self.stream.close()
        self.stream = stream
        self._identity = self._found()

    def _found(self) -> tuple[int, int] | None:
        try:
            status = os.stat(self.baseFilename)
        except OSError:
            return None
        return status.st_dev, status.st_ino


def _handler(path: str | None, stderr: TextIO) -> tuple[logging.Handler, str | None]:
    if path is None:
        return logging.StreamHandler(stderr), None
    try:
        # Not through `FileError`s: a log that cannot be durable is still a log.
        os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
        return ReopeningHandler(path), None
    except OSError as error:
        reason = error.strerror or error
        problem = f'could not open the log file "{path}": {reason}; logging to stderr'
        return logging.StreamHandler(stderr), problem
