# SPDX-License-Identifier: MIT
"""Python literals in text, as backup.info carries labels, tablespaces and statistics.

The module `ast` would do, and costs as much to import as all else that
`barman list-backups` loads.  The compiler behind it is built in: `_ast` holds the
classes of its tree, and nothing is ever executed.
"""

from __future__ import annotations

from _ast import Constant, Dict, Expression, List, PyCF_ONLY_AST, Tuple, UnaryOp, USub
from collections.abc import Mapping

from barman.errors import DataError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


def parse_literal(text: str) -> object:
    """Return the value of a Python literal; raise `ValueError` for anything else."""
    # Bytes that are no UTF-8 arrive as lone surrogates, which the compiler refuses;
    # their escapes mean the same within quotes.
    source = text.encode("utf-8", "backslashreplace").decode("utf-8")
    try:
        tree = compile(source, "<literal>", "eval", PyCF_ONLY_AST)
        assert isinstance(tree, Expression)
        return _value(tree.body)
    except (SyntaxError, MemoryError, RecursionError) as error:
        raise ValueError("not a literal") from error


def _value(node: object) -> object:
    match node:
        case Constant(value=str() | int() | float() | None as value):
            return value
        case Dict(keys=keys, values=values):
            pairs = zip(map(_value, keys), map(_value, values), strict=True)
            return {_key(key): value for key, value in pairs}
        case List(elts=items):
            return [_value(item) for item in items]
        case Tuple(elts=items):
            return tuple(_value(item) for item in items)
        case UnaryOp(op=USub(), operand=Constant(value=int() | float() as number)):
            return -number
    raise ValueError("not a literal")


def _key(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("a key that is not text")
    return value


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
