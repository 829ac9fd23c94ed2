# SPDX-License-Identifier: MIT
from __future__ import annotations

import copy
import pickle
from typing import ClassVar

import pytest

from barman.model.frozen import fields_of, frozen, replace


@frozen(order=True)
class Point:
    across: int
    up: int = 0
    kind: ClassVar[str] = "point"


@frozen()
class Place(Point):
    name: str = "here"

    def check(self) -> None:
        if not self.name:
            raise ValueError("no name")


@frozen(kw_only=True)
class Named:
    name: str


def test_values_are_equal_hashable_ordered_and_shown() -> None:
    assert Point(1, 2) == Point(across=1, up=2)
    assert len({Point(1), Point(1, 0), Point(2)}) == 2
    assert Point(1) < Point(1, 1) <= Point(1, 1)
    assert Point(2) > Point(1, 9) >= Point(1, 9)
    assert repr(Point(1)) == "Point(across=1, up=0)"


def test_unlike_values_are_neither_equal_nor_ordered() -> None:
    assert Point(1) != Place(1)
    assert Point(1) != 1
    for compare in ("__lt__", "__le__", "__gt__", "__ge__"):
        assert getattr(Point(1), compare)(1) is NotImplemented


def test_values_cannot_be_changed() -> None:
    with pytest.raises(AttributeError, match=r"Point\.up cannot be changed"):
        Point(1).up = 2
    with pytest.raises(AttributeError):
        del Point(1).up
    with pytest.raises(AttributeError):
        Point(1).more = 2


def test_fields_are_inherited_and_checked() -> None:
    assert fields_of(Place) == ("across", "up", "name")
    assert Place(1, 2, "there").name == "there"
    with pytest.raises(ValueError, match="no name"):
        Place(1, name="")


def test_a_copy_differs_where_it_is_told_to() -> None:
    assert replace(Place(1), up=5) == Place(1, 5)
    with pytest.raises(TypeError, match="Place has no field 'down'"):
        replace(Place(1), down=5)
    with pytest.raises(ValueError, match="no name"):
        replace(Place(1), name="")


def test_values_survive_pickling_and_copying() -> None:
    for value in (Place(1, 2, "x"), Named(name="y")):
        assert pickle.loads(pickle.dumps(value)) == value
        assert copy.deepcopy(value) == value


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Point(), "misses the argument 'across'"),
        (lambda: Point(1, 2, 3), "takes 2 positional arguments, 3 given"),
        (lambda: Point(1, across=1), "unexpected or repeated argument 'across'"),
        (lambda: Point(1, down=1), "unexpected or repeated argument 'down'"),
        (lambda: Named("x"), "takes 0 positional arguments, 1 given"),
    ],
)
def test_wrong_arguments_are_refused(make, message) -> None:
    with pytest.raises(TypeError, match=message):
        make()
