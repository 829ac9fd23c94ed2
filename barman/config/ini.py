# SPDX-License-Identifier: MIT
"""One file in the INI dialect: sections of options, percent signs expanded.

configparser reads the lines; the rules about `%`, quotes and `None` are here.  A
literal percent sign is written `%%%%`, because Barman expands twice; `%%` is taken
for one as well, which Barman refuses.
"""

from __future__ import annotations

import re
from configparser import Error as SyntaxProblem
from configparser import RawConfigParser

from barman.errors import ConfigError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_PERCENT = r"%%%%|%%|%\(([^)]+)\)s|%"
_DEEPEST = 10


def read_ini(path: str) -> dict[str, dict[str, str]]:
    """Return the options of each section of a file, as they are meant.

    Raises ConfigError when the file cannot be opened or read, in one line that
    names the file.
    """
    parser = RawConfigParser(strict=False)
    try:
        # Paths in the file may hold bytes that are no UTF-8.
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            parser.read_file(file, path)
    except OSError as error:
        raise ConfigError(
            f"configuration file '{path}' cannot be read: {error.strerror}"
        ) from error
    except SyntaxProblem as error:
        raise ConfigError(_syntax_message(path, error)) from error
    return {section: _section(parser, section, path) for section in parser.sections()}


def plain(text: str) -> str:
    """Return a value without its pair of quotes; `None` is the empty text."""
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        text = text[1:-1]
    return "" if text == "None" else text


def _section(parser: RawConfigParser, section: str, path: str) -> dict[str, str]:
    values = dict(parser.items(section))
    try:
        return {key: plain(expand(text, values)) for key, text in values.items()}
    except ValueError as error:
        raise ConfigError(
            f"configuration file '{path}', section [{section}]: {error}"
        ) from error


def expand(text: str, values: Mapping[str, str], depth: int = 0) -> str:
    """Return `text` with `%(key)s` replaced by the section's own values.

    Raises ValueError for a key that the section lacks, for keys that need each
    other, and for a percent sign that stands alone.
    """
    if "%" not in text:
        return text
    if depth > _DEEPEST:
        raise ValueError(f"the value '{text}' refers to itself")

    def replacement(match: re.Match[str]) -> str:
        key = match[1]
        if key is None:
            if match[0] == "%":
                raise ValueError(
                    f"the value '{text}' holds a lone '%' (write '%%%%' for one)"
                )
            return "%"
        value = values.get(key.lower())
        if value is None:
            raise ValueError(
                f"the value '{text}' refers to '{key}', which the section of "
                "this file does not set"
            )
        return expand(value, values, depth + 1)

    return re.sub(_PERCENT, replacement, text)


def _syntax_message(path: str, error: SyntaxProblem) -> str:
    line = getattr(error, "lineno", None)
    if line is None:
        line = getattr(error, "errors", [(0, "")])[0][0]
    return (
        f"syntax error in configuration file '{path}', line {line}: expected "
        "a [section] or 'option = value'"
    )
