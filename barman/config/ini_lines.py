# SPDX-License-Identifier: MIT
"""The lines of an INI file: sections and the texts of their options.

It reads what `RawConfigParser(strict=False)` reads, to the letter (a law in
tests/property says so), on every version of Python; importing that one costs more
than starting Python again by half.  See doc/decisions/0007.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

DEFAULTS = "DEFAULT"
_COMMENTS = ("#", ";")


class IniSyntaxError(ValueError):
    """A line that is neither a section nor an option."""

    def __init__(self, line_number: int) -> None:
        super().__init__(f"line {line_number}")
        self.line_number = line_number


class IniLines:
    """What has been read so far; the keys of `[DEFAULT]` stand in every section."""

    def __init__(self) -> None:
        self._defaults: dict[str, list[str]] = {}
        self._sections: dict[str, dict[str, list[str]]] = {}
        self._section: dict[str, list[str]] | None = None
        self._lines: list[str] | None = None
        self._indent = 0

    def read(self, lines: Iterable[str]) -> dict[str, dict[str, str]]:
        """Return the sections of a file; raise IniSyntaxError for its first bad line.

        A line before any section counts as the first bad one.
        """
        for number, line in enumerate(lines, 1):
            text = line.strip()
            if not text:
                if self._lines is not None:
                    self._lines.append("")
                continue
            indent = len(line) - len(line.lstrip())
            if not text.startswith(_COMMENTS) and not self._take(text, indent):
                raise IniSyntaxError(number)
        return {
            name: _joined({**self._defaults, **options})
            for name, options in self._sections.items()
        }

    def _take(self, text: str, indent: int) -> bool:
        """Take a line that says something; return whether it may stand there."""
        if self._lines is not None and indent > self._indent:
            self._lines.append(text)
            return True
        self._indent = indent
        end = text.rfind("]")
        if text.startswith("[") and end > 1:
            self._begin(text[1:end])
            return True
        return self._section is not None and self._option(self._section, text)

    def _begin(self, name: str) -> None:
        self._lines = None
        if name == DEFAULTS:
            self._section = self._defaults
        else:
            self._section = self._sections.setdefault(name, {})

    def _option(self, section: dict[str, list[str]], text: str) -> bool:
        ends = [place for place in (text.find("="), text.find(":")) if place >= 0]
        end = min(ends, default=0)
        if end == 0:
            return False
        self._lines = [text[end + 1 :].strip()]
        section[text[:end].rstrip().lower()] = self._lines
        return True


def _joined(options: dict[str, list[str]]) -> dict[str, str]:
    return {key: "\n".join(lines).rstrip() for key, lines in options.items()}
