# SPDX-License-Identifier: MIT
"""What one option is: its row in the table, where it may stand, what it accepts."""

from __future__ import annotations

from barman.model.enumeration import Enum, unique
from barman.model.frozen import frozen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


@unique
class Scope(Enum):
    """Where an option may be written: global (G), server (S), model (M) sections."""

    GLOBAL = "B"
    """Only in `[barman]`, and about the program rather than about servers."""
    ANY = "GSM"
    """In `[barman]`, which every server inherits; in servers; in models."""
    SERVER_OR_MODEL = "SM"
    GLOBAL_OR_SERVER = "GS"
    SERVER = "S"
    MODEL = "M"

    @property
    def is_inherited(self) -> bool:
        """Whether a server takes the value of `[barman]` when it has none."""
        return "G" in self.value

    @property
    def in_server(self) -> bool:
        """Whether a server section may set it."""
        return "S" in self.value

    @property
    def in_model(self) -> bool:
        """Whether a model section may set it."""
        return "M" in self.value


@unique
class Blank(Enum):
    """What an empty value (`option =` or `option = None`) does."""

    NULL = "unsets the option, also one inherited from [barman]"
    DEFAULT = "restores the built-in default, whatever [barman] says"
    ABSENT = "counts as not written"
    PARSE = "is parsed like any other text"
    PROBLEM = "disables the server: nothing can be stored at an empty path"


@frozen(kw_only=True)
class Grammar:
    """What texts an option accepts and what they become.

    `parse` raises ValueError with the reason.  A `late` value that cannot be parsed
    is noted in the log only and replaced by the built-in default, not by the
    inherited value.
    """

    words: str
    type: str
    parse: Callable[[str], object]
    blank: Blank = Blank.PARSE
    late: bool = False
    choices: tuple[str, ...] = ()


@frozen()
class Option:
    """One row of the table.

    `default` is text, parsed like a value; `<other>` in it stands for the value of
    another option, for the server's name or for `barman_home`.
    """

    name: str
    grammar: Grammar
    default: str | None
    scope: Scope
    summary: str
    detail: str = ""
    sample: str | None = None
    deprecated: str | None = None

    @property
    def is_derived(self) -> bool:
        """Whether the default depends on other values of the same server."""
        return self.default is not None and "<" in self.default

    @property
    def type(self) -> str:
        """The annotation of the field that holds the value."""
        kind = self.grammar.type
        if kind.endswith("| None"):
            return kind
        blank_is_null = self.is_derived and self.grammar.blank is Blank.NULL
        return f"{kind} | None" if self.default is None or blank_is_null else kind


@frozen()
class Chapter:
    """Rows that belong together in the documentation."""

    title: str
    options: tuple[Option, ...]
