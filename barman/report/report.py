# SPDX-License-Identifier: MIT
"""What a report is, and whom it is told to.

Parts tell facts; renderers turn them into text (doc/design/reports.md).  A `Message`
is said in one line of text and logged; every other report is a result, laid out by
each renderer in its own way.
"""

from __future__ import annotations

from barman.model.enumeration import Enum, unique
from barman.model.frozen import frozen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar, Protocol

    class Reporter(Protocol):
        """Whom a part speaks to."""

        def tell(self, report: Report) -> None:
            """Say `report` now."""


@unique
class Level(Enum):
    """How grave a message is."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"
    EXCEPTION = "exception"

    @property
    def is_failure(self) -> bool:
        """Whether the command that said it ends with a failure."""
        return self is Level.ERROR or self is Level.EXCEPTION


class Report:
    """Something to be told: typed facts, no text."""

    __slots__ = ()

    @property
    def failed(self) -> bool:
        """Whether it makes the exit status 1."""
        return False


class Message(Report):
    """A report that is said in a line of text, and logged.

    A subclass sets its `level`; its words stand in `render/words`.
    """

    __slots__ = ()
    level: ClassVar[Level] = Level.INFO

    @property
    def failed(self) -> bool:
        """Whether it is an error or an exception."""
        return self.level.is_failure


@frozen()
class Problem(Message):
    """An error that was raised and ends what was asked, perhaps with a hint."""

    level = Level.ERROR
    message: str
    hint: str | None = None


@frozen()
class ConfigurationWarning(Message):
    """Something in the configuration that is ignored or assumed."""

    level = Level.WARNING
    message: str


@frozen()
class Interrupted(Message):
    """The user stopped the program."""

    level = Level.ERROR


@frozen()
class UnexpectedError(Message):
    """A bug, as it is shown; its traceback goes to the log alone."""

    level = Level.EXCEPTION
    text: str
    server_name: str | None = None


@frozen(kw_only=True)
class Progress(Report):
    """How far a long piece of work has come; shown on a terminal alone."""

    work: str
    done_bytes: int
    total_bytes: int | None = None
    done_files: int | None = None
    total_files: int | None = None
    item: str | None = None
