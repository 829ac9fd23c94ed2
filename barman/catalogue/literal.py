# SPDX-License-Identifier: MIT
"""Python literals in text, as backup.info carries labels, tablespaces and statistics.

The usual forms are read here: a number, a text, a list of rows of both.  All others
go to the compiler (`literal_tree.py`), which is loaded for them alone: it costs as
much as ten modules of ours.
"""

from __future__ import annotations

# Where `collections.abc` takes it from: its package would load all of `collections`.
from _collections_abc import Mapping

from barman.errors import DataError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


def parse_literal(text: str) -> object:
    """Return the value of a Python literal; raise `ValueError` for anything else."""
    value = _plain(text)
    if value is None:
        from barman.catalogue.literal_tree import parse_tree

        value = parse_tree(text)
    return value


def _plain(text: str) -> object:
    """Return the value of a literal of the usual forms, None for what is none."""
    if not (text.isprintable() and text.startswith("[(") and text.endswith(")]")):
        return _atom(text)
    rows = [
        tuple(_atom(part) for part in row.split(", "))
        for row in text[2:-2].split("), (")
    ]
    return None if any(None in row or len(row) == 1 for row in rows) else rows


def _atom(text: str) -> object:
    """Return a number, or a text whose only escapes are line feeds; else None."""
    if text.isascii() and text.isdecimal() and text == str(int(text)):
        return int(text)
    inside = text[1:-1]
    if (
        len(text) > 1
        and text[0] == text[-1]
        and text[0] in "'\""
        and text[0] not in inside
        and "\\" not in inside.replace("\\n", "")
        and text.isprintable()
    ):
        return inside.replace("\\n", "\n")
    return None


class LiteralMapping(Mapping[str, object]):
    """A dictionary kept as the text in a file, and parsed when first looked into.

    Lists of hundreds of backups carry copy statistics that they never show.
    """

    __slots__ = ("_content", "text")

    def __init__(self, text: str) -> None:
        if not (text.startswith("{") and text.endswith("}")):
            raise ValueError("not a dictionary")
        self.text = text
        self._content: dict[str, object] | None = None

    def _parsed(self) -> dict[str, object]:
        if self._content is None:
            try:
                content = parse_literal(self.text)
            except ValueError as error:
                raise DataError(
                    f"backup.info holds a damaged dictionary: {self.text[:60]!r}"
                ) from error
            assert isinstance(content, dict)
            self._content = content
        return self._content

    def __getitem__(self, key: str) -> object:
        return self._parsed()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._parsed())

    def __len__(self) -> int:
        return len(self._parsed())

    def __repr__(self) -> str:
        return self.text
