# SPDX-License-Identifier: MIT
"""The law of our INI lines: they are those of Python's own reader."""

from __future__ import annotations

import configparser
import io

from hypothesis import example, given, settings
from hypothesis import strategies as st

from barman.config.ini_lines import IniLines, IniSyntaxError

LINE = st.one_of(
    st.text("[]=:#; \tabAB%\x0b\x1f\x85\xa0\u2028", max_size=8),
    st.sampled_from(
        ["[main]", "[ two ]", "[DEFAULT]", "[]", "a = 1", "A : 2", "  more", "b", "="]
    ),
)


def by_python(text: str) -> dict[str, dict[str, str]] | int:
    """Return what Python's reader makes of a text; the number of its first bad line."""
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_file(io.StringIO(text))
    except configparser.MissingSectionHeaderError as error:
        return error.lineno
    except configparser.ParsingError as error:
        return min(number for number, _ in error.errors)
    return {name: dict(parser.items(name)) for name in parser.sections()}


def by_us(text: str) -> dict[str, dict[str, str]] | int:
    try:
        return IniLines().read(io.StringIO(text))
    except IniSyntaxError as error:
        return error.line_number


@given(st.lists(LINE, max_size=12))
@example(["[a]", "b = 1", "", "  c", "# d", "   e", "[a]", "b = 2"])
@example(["[DEFAULT]", "x = 1", "[a]", "y = 2", "[DEFAULT]", "x = 3"])
@example(["  [a]", "  b = 1", " c = 2"])
@settings(max_examples=500, deadline=None)
def test_the_lines_are_read_as_python_reads_them(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert by_us(text) == by_python(text)
