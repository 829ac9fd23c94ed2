# SPDX-License-Identifier: MIT
"""Plain command lines of quick commands, read without `argparse`.

Importing and asking `argparse` costs as much as starting Python.  Monitoring asks for
lists all day, always in plain words: options written out, each value a word of its
own, the words of the command together.  That is all that is understood here; of
anything else, a mistake or a call for help too, it is said that it is not plain, and
`arguments.py` decides.  Both are told the same declarations.
"""

from __future__ import annotations

from barman.cli.commands import find_command
from barman.cli.declared import Request, declare_options, declare_servers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from barman.cli.commands import CliCommand
    from barman.cli.declared import Declare

_UNDERSTOOD = {"action", "choices", "default", "dest", "help", "metavar", "nargs"}


def read_plain(
    words: Sequence[str], declare: Callable[[CliCommand], Declare]
) -> Request | None:
    """Return what the words ask for, None if they are not plain."""
    top: Any = PlainParser()
    declare_options(top)
    options = top.read(words)
    if options is None or not top.left:
        return None
    command = find_command(top.left[0])
    if command is None or not command.quick:
        return None
    parser: Any = PlainParser()
    declare_servers(parser, command.takes)
    declare(command)(parser)
    args = parser.read(top.left[1:])
    if args is None or parser.left:
        return None
    return Request(options, command, args)


class PlainWords:
    """The values of arguments, as attributes."""


class PlainParser:
    """Understands a part of what `argparse.ArgumentParser` does, in the same words.

    `left` are the words after those that were read.
    """

    def __init__(self) -> None:
        self._options: dict[str, tuple[str, dict[str, Any]]] = {}
        self._positions: list[tuple[str, dict[str, Any]]] = []
        self._values: dict[str, object] = {}
        self.is_plain = True
        self.left: list[str] = []

    def add_argument(self, *names: str, **how: Any) -> None:
        """Declare an argument; one that is not understood is never plain."""
        if not names[0].startswith("-"):
            self._positions.append((names[0], how))
            self.is_plain = self.is_plain and how.keys() <= _UNDERSTOOD
        elif how.get("action") != "version":
            long = next((name for name in names if name.startswith("--")), names[0])
            field = how.get("dest") or long.lstrip("-").replace("-", "_")
            is_flag = how.get("action") == "store_true"
            known = how.keys() <= _UNDERSTOOD and "nargs" not in how
            self.is_plain = self.is_plain and known
            self.is_plain = self.is_plain and (is_flag or "action" not in how)
            self._values[field] = how.get("default", False if is_flag else None)
            self._options.update(dict.fromkeys(names, (field, how)))

    def read(self, words: Sequence[str]) -> PlainWords | None:
        """Return the values, None if the words are not plain.

        Where no argument but options is declared, it ends before the first other word.
        """
        rest = list(words)
        if not self._take_options(rest):
            return None
        count = 0
        while self._positions and count < len(rest) and rest[count][:1] != "-":
            count += 1
        found, rest = rest[:count], rest[count:]
        if not self._take_options(rest) or not self._place(found):
            return None
        self.left = rest
        values = PlainWords()
        values.__dict__.update(self._values)
        return values if self.is_plain else None

    def _take_options(self, rest: list[str]) -> bool:
        """Take all options that the words begin with; return whether all are plain."""
        while rest and rest[0].startswith("-"):
            word = rest.pop(0)
            if word not in self._options:
                return False
            field, how = self._options[word]
            if "action" in how:
                self._values[field] = True
                continue
            if not rest or not _is_value(rest[0], how):
                return False
            self._values[field] = rest.pop(0)
        return True

    def _place(self, found: list[str]) -> bool:
        """Give words to the declared places; return whether they fit."""
        several = [how.get("nargs") for _, how in self._positions]
        if several == ["+"]:
            field, how = self._positions[0]
            self._values[field] = found
            return bool(found) and all(_is_value(word, how) for word in found)
        if any(several) or len(several) != len(found):
            return False
        for (field, how), word in zip(self._positions, found):
            if not _is_value(word, how):
                return False
            self._values[field] = word
        return True


def _is_value(word: str, how: dict[str, Any]) -> bool:
    return not word.startswith("-") and word in how.get("choices", (word,))
