# SPDX-License-Identifier: MIT
"""Frozen value classes, as `dataclasses` makes them, without its start-up cost.

Importing `dataclasses` loads `inspect`, `ast`, `dis` and `tokenize`, and compiles
code for each class: twice the price of starting Python, paid by every
`barman list-backups` and every archived segment.  `frozen` offers the part that this
project uses: annotated fields with defaults, immutability, equality, hash, order and
`replace`.  It has no slots: those would need every class to be made twice.  See
doc/decisions/0002 and 0007.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    from typing_extensions import dataclass_transform

    T = TypeVar("T")
else:

    def dataclass_transform(**_: object):
        """Do nothing: only type checkers need it."""
        return lambda decorator: decorator


_MISSING = object()


@dataclass_transform(frozen_default=True, kw_only_default=False)
def frozen(
    *, order: bool = False, kw_only: bool = False
) -> Callable[[type[T]], type[T]]:
    """Make a class with annotated fields an immutable, hashable value.

    Fields of base classes that are themselves `frozen` come first.  A method
    `check(self)`, if there is one, is called after construction and may raise.
    """

    def make(cls: Any) -> Any:
        space = cls.__dict__
        own = {
            name: space.get(name, _MISSING)
            for name, kind in cls.__annotations__.items()
            if not str(kind).startswith(("ClassVar", "typing.ClassVar"))
        }
        fields = {**getattr(cls, "__frozen_fields__", {}), **own}
        cls.__frozen_fields__ = fields
        # By name: type checkers do not let this attribute be assigned otherwise.
        setattr(cls, "__match_args__", () if kw_only else tuple(fields))  # noqa: B010
        cls.__init__ = _constructor(
            cls.__name__, fields, kw_only, hasattr(cls, "check")
        )
        methods = {**_METHODS, **_ORDER} if order else _METHODS
        for name, method in methods.items():
            if name not in space:
                setattr(cls, name, method)
        return cls

    return make


def replace(value: T, /, **changes: Any) -> T:
    """Return a copy of a frozen value with some fields changed."""
    fields: dict[str, Any] = type(value).__frozen_fields__  # type: ignore[attr-defined]  # set by frozen
    now = {name: getattr(value, name) for name in fields}
    for name in changes:
        if name not in now:
            raise TypeError(f"{type(value).__name__} has no field '{name}'")
    return type(value)(**{**now, **changes})


def fields_of(value: object) -> tuple[str, ...]:
    """Return the field names of a frozen value or class, in order."""
    return tuple(value.__frozen_fields__)  # type: ignore[attr-defined]  # set by frozen


def _constructor(
    name: str, fields: dict[str, Any], kw_only: bool, checked: bool
) -> Callable[..., None]:
    names = tuple(fields)
    positions = 0 if kw_only else len(names)
    known = fields.keys()
    defaults = {key: value for key, value in fields.items() if value is not _MISSING}
    needed = known - defaults.keys()

    def construct(self: Any, *values: Any, **named: Any) -> None:
        if values:
            if len(values) > positions:
                raise TypeError(
                    f"{name}() takes {positions} positional arguments, "
                    f"{len(values)} given"
                )
            given = dict(zip(names, values))
            for key in named.keys() & given.keys():
                raise _not_that(name, key)
            named.update(given)
        if not named.keys() <= known:
            raise _not_that(name, *sorted(named.keys() - known))
        if not needed <= named.keys():
            missing = next(key for key in names if key in needed - named.keys())
            raise TypeError(f"{name}() misses the argument '{missing}'")
        self.__dict__.update(defaults, **named)
        if checked:
            self.check()

    return construct


def _not_that(name: str, key: str, *_: str) -> TypeError:
    return TypeError(f"{name}() got an unexpected or repeated argument '{key}'")


def _values(self: Any) -> tuple[Any, ...]:
    return tuple(getattr(self, name) for name in self.__frozen_fields__)


def _refuse(self: Any, name: str, *_: Any) -> None:
    raise AttributeError(f"{type(self).__name__}.{name} cannot be changed")


def _repr(self: Any) -> str:
    fields = ", ".join(
        f"{name}={getattr(self, name)!r}" for name in self.__frozen_fields__
    )
    return f"{type(self).__name__}({fields})"


def _eq(self: Any, other: object) -> Any:
    return (
        _values(self) == _values(other) if type(other) is type(self) else NotImplemented
    )


def _lt(self: Any, other: object) -> Any:
    return (
        _values(self) < _values(other) if type(other) is type(self) else NotImplemented
    )


def _le(self: Any, other: object) -> Any:
    return (
        _values(self) <= _values(other) if type(other) is type(self) else NotImplemented
    )


def _gt(self: Any, other: object) -> Any:
    return (
        _values(self) > _values(other) if type(other) is type(self) else NotImplemented
    )


def _ge(self: Any, other: object) -> Any:
    return (
        _values(self) >= _values(other) if type(other) is type(self) else NotImplemented
    )


def _reduce(self: Any) -> tuple[Any, ...]:
    return _restore, (type(self), _values(self))


def _restore(cls: type[Any], values: tuple[Any, ...]) -> Any:
    return cls(**dict(zip(cls.__frozen_fields__, values)))


_METHODS: dict[str, Any] = {
    "__repr__": _repr,
    "__eq__": _eq,
    "__hash__": lambda self: hash(_values(self)),
    "__setattr__": _refuse,
    "__delattr__": _refuse,
    "__reduce__": _reduce,
}
_ORDER: dict[str, Any] = {"__lt__": _lt, "__le__": _le, "__gt__": _gt, "__ge__": _ge}
