# SPDX-License-Identifier: MIT
"""One file in the INI dialect: sections of options, percent signs expanded.

`ini_lines.py` reads the lines; the rules about `%`, quotes and `None` are here.  A
literal percent sign is written `%%%%`, because Barman expands twice; `%%` is taken
for one as well, which Barman refuses.
"""

from __future__ import annotations

from barman.config.ini_lines import IniLines, IniSyntaxError
from barman.errors import ConfigError
from barman.model.pattern import Pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Mapping

_PERCENT = Pattern(r"%%%%|%%|%\(([^)]+)\)s|%")
_DEEPEST = 10


def read_ini(path: str) -> dict[str, dict[str, str]]:
    """Return the options of each section of a file, as they are meant.

    Raises ConfigError when the file cannot be opened or read, in one line that
    names the file.
    """
    try:
        # Paths in the file may hold bytes that are no UTF-8.
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            sections = IniLines().read(file)
    except OSError as error:
        raise ConfigError(
            f"configuration file '{path}' cannot be read: {error.strerror}"
        ) from error
    except IniSyntaxError as error:
        raise ConfigError(
            f"syntax error in configuration file '{path}', line {error.line_number}: "
            "expected a [section] or 'option = value'"
        ) from error
    return {name: _section(path, name, values) for name, values in sections.items()}


def plain(text: str) -> str:
    """Return a value without its pair of quotes; `None` is the empty text."""
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        text = text[1:-1]
    return "" if text == "None" else text


def _section(path: str, section: str, values: Mapping[str, str]) -> dict[str, str]:
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
                    f"the value '{text}' holds a lone '%' (write '%%' for one)"
                )
            return "%"
        value = values.get(key.lower())
        if value is None:
            raise ValueError(
                f"the value '{text}' refers to '{key}', which the section of "
                "this file does not set"
            )
        return expand(value, values, depth + 1)

    return _PERCENT.sub(replacement, text)
