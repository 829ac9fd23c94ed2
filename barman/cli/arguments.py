# SPDX-License-Identifier: MIT
"""The command line: global options, then a command with its own.

Only the parser of the command at hand is built.  The words before the command are
global options, those after it the command's: neither sees the other's.
"""

from __future__ import annotations

import argparse
import os

from barman.cli.commands import COMMANDS, find_command
from barman.cli.declared import Request, declare_options, declare_servers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from barman.cli.commands import CliCommand
    from barman.cli.declared import Declare

PROGRAM = "barman"
_WITH_VALUE = ("--config", "--color", "--colour", "--log-level", "--format")
_LETTERS_WITH_VALUE = "cf"
_DEFAULT_WIDTH = 80


class _Formatter(argparse.HelpFormatter):
    """The standard layout; its own way to ask for the width would load shutil."""

    def __init__(self, prog: str, **named: Any) -> None:
        try:
            columns = os.get_terminal_size(1).columns
        except OSError:
            columns = 0
        named.setdefault("width", (columns or _DEFAULT_WIDTH) - 2)
        super().__init__(prog, **named)


def parse(words: Sequence[str], declare: Callable[[CliCommand], Declare]) -> Request:
    """Read the words after the program's name; a usage error ends with status 2.

    `declare` gives the function that adds a command's own options to its parser.

    Raises:
        SystemExit: usage error, help or version: all has been printed.
    """
    top = top_parser()
    end = _command_index(words)
    options = top.parse_args(words[:end])
    if end == len(words):
        return Request(options, None, argparse.Namespace())
    command = find_command(words[end])
    if command is None:
        names = ", ".join(repr(row.name) for row in COMMANDS)
        top.error(
            f"argument command: invalid choice: {words[end]!r} (choose from {names})"
        )
    parser = command_parser(command, declare(command))
    args, left = parser.parse_known_args(list(words[end + 1 :]))
    if left:
        top.error(f"unrecognized arguments: {' '.join(left)}")
    return Request(options, command, args)


def top_parser() -> argparse.ArgumentParser:
    """Return the parser of the global options, whose help lists the commands."""
    parser = argparse.ArgumentParser(
        prog=PROGRAM,
        usage="%(prog)s [options] command ...",
        description="Back up PostgreSQL servers and bring them back to any moment.",
        formatter_class=_CommandsFormatter,
        epilog="commands",
    )
    declare_options(parser)
    return parser


def command_parser(command: CliCommand, declare: Declare) -> argparse.ArgumentParser:
    """Return the parser of one command, headed by its canonical name."""
    parser = argparse.ArgumentParser(
        prog=f"{PROGRAM} {command.name}",
        description=command.summary,
        formatter_class=_Formatter,
    )
    declare_servers(parser, command.takes)
    declare(parser)
    return parser


class _CommandsFormatter(_Formatter):
    """Lists the commands in the place of the epilog."""

    def format_help(self) -> str:
        width = max(len(row.name) for row in COMMANDS)
        rows = [f"  {row.name:<{width}}  {row.summary}\n" for row in COMMANDS]
        return (
            super()
            .format_help()
            .replace(
                "\ncommands\n",
                f"\ncommands ('{PROGRAM} command --help' tells more):\n{''.join(rows)}",
            )
        )


def _command_index(words: Sequence[str]) -> int:
    """Return where the command stands: the first word that belongs to no option."""
    index = 0
    while index < len(words):
        word = words[index]
        if word == "-" or not word.startswith("-"):
            return index
        index += 2 if _wants_next(word) else 1
    return len(words)


def _wants_next(word: str) -> bool:
    """Tell whether the option `word` takes the next word as its value."""
    if word.startswith("--"):
        return "=" not in word and any(o.startswith(word) for o in _WITH_VALUE)
    for place, letter in enumerate(word[1:], start=2):
        if letter in _LETTERS_WITH_VALUE:
            return place == len(word)
    return False


def integer_from(least: int) -> Callable[[str], int]:
    """Return a type of option: an integer not below `least`."""

    def read(text: str) -> int:
        value = int(text)
        if value < least:
            raise argparse.ArgumentTypeError(f"'{text}' is less than {least}")
        return value

    read.__name__ = "integer"
    return read
