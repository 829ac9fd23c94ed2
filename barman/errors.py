# SPDX-License-Identifier: MIT
"""The tree of errors that a user can meet, and the exit statuses they end in.

An error says what failed and on what; the hint says what to do next.  The exit
status is not on the error, because the same error ends different programs
differently: each program has one `ExitTable`.

    BarmanError
    ├── UsageError          the command line asks for something impossible
    ├── ConfigError         the configuration cannot be used
    ├── NotFoundError       a server, backup or WAL file that is not there
    ├── InvalidNameError    a name that is none (also a ValueError)
    ├── BusyError           another process holds the lock
    ├── RefusedError        the request is understood and must not be done
    ├── DataError           a file or stream does not say what it must
    ├── CommandError        a program failed
    ├── ConnectionFailedError   a host cannot be reached
    ├── PostgresError       PostgreSQL refused or cannot be reached
    ├── FileError           the operating system refused a file or directory
    └── TimeoutExpiredError something awaited did not come in time
"""


class Kind:
    """What sort of thing went wrong; each program maps it to an exit status."""

    USAGE = "usage"
    CONFIG = "config"
    NOT_FOUND = "not-found"
    NAME = "name"
    BUSY = "busy"
    REFUSED = "refused"
    DATA = "data"
    COMMAND = "command"
    CONNECTION = "connection"
    POSTGRES = "postgres"
    FILE = "file"
    TIMEOUT = "timeout"
    BUG = "bug"


class BarmanError(Exception):
    """What failed, on what; perhaps a hint, which is a sentence."""

    kind = Kind.BUG

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return self.message


class UsageError(BarmanError):
    """The command line asks for something that cannot be."""

    kind = Kind.USAGE


class ConfigError(BarmanError):
    """The configuration cannot be read or used."""

    kind = Kind.CONFIG


class NotFoundError(BarmanError):
    """A server, a backup or a WAL file that does not exist."""

    kind = Kind.NOT_FOUND


class InvalidNameError(BarmanError, ValueError):
    """A text that is not the name or value it should be."""

    kind = Kind.NAME


class BusyError(BarmanError):
    """Another process is doing this or something that excludes it."""

    kind = Kind.BUSY


class RefusedError(BarmanError):
    """The request is understood, possible, and must not be done."""

    kind = Kind.REFUSED


class DataError(BarmanError):
    """A file or a stream does not say what it must: damaged, foreign, or newer."""

    kind = Kind.DATA


class CommandError(BarmanError):
    """A program ended with a status that was not accepted."""

    kind = Kind.COMMAND

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        stderr: str = "",
        hint: str | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.stderr = stderr


class ConnectionFailedError(BarmanError):
    """A host could not be reached or refused us."""

    kind = Kind.CONNECTION


class PostgresError(BarmanError):
    """PostgreSQL cannot be reached, or refused a statement."""

    kind = Kind.POSTGRES


class FileError(BarmanError):
    """The operating system refused an operation on a file or directory."""

    kind = Kind.FILE


class TimeoutExpiredError(BarmanError):
    """Something that was awaited did not come in time."""

    kind = Kind.TIMEOUT


class Terminated(KeyboardInterrupt):
    """A signal asked the program to end: no failure, and no error."""

    def __init__(self, number: int, name: str = "") -> None:
        super().__init__(f"ended by signal {name or number}")
        self.number = number

    @property
    def status(self) -> int:
        """The exit status of a program that a signal ended."""
        return 128 + self.number


class ExitTable:
    """The exit status of one program for each kind of error."""

    def __init__(self, default: int, statuses: dict[str, int] | None = None) -> None:
        self.default = default
        self.statuses = dict(statuses or {})

    def status(self, error: BaseException) -> int:
        """Return the exit status that `error` ends the program with."""
        kind = error.kind if isinstance(error, BarmanError) else Kind.BUG
        return self.statuses.get(kind, self.default)
