# SPDX-License-Identifier: MIT
"""Python literals of any form, read by Python's own compiler.

The module `ast` would do, and costs as much to import as starting Python.  The compiler
behind it is built in: `_ast` holds the classes of its tree, and nothing is ever
executed.
"""

from __future__ import annotations

from _ast import Constant, Dict, Expression, List, PyCF_ONLY_AST, Tuple, UnaryOp, USub


def parse_tree(text: str) -> object:
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
