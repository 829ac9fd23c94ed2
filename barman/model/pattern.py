# SPDX-License-Identifier: MIT
"""A regular expression that is compiled when it is first asked.

Until then not even `re` is loaded, which costs half as much as starting Python: most
runs of `barman list-backups` meet no text that needs it.  This is one of the places
where a late import is right (doc/decisions/0007).
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Callable


class Pattern:
    """A pattern and its flags, by their letters as in `(?ai)`."""

    def __init__(self, text: str, flags: str = "") -> None:
        self._text = f"(?{flags}){text}" if flags else text
        self._compiled: re.Pattern[str] | None = None

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """Match the whole of a text."""
        return self._pattern().fullmatch(text)

    def sub(self, by: str | Callable[[re.Match[str]], str], text: str) -> str:
        """Return a text with all that matches replaced."""
        return self._pattern().sub(by, text)

    def _pattern(self) -> re.Pattern[str]:
        if self._compiled is None:
            import re

            self._compiled = re.compile(self._text)
        return self._compiled
