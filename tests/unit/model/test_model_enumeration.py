# SPDX-License-Identifier: MIT
from __future__ import annotations

import copy
import pickle

import pytest

from barman.model.cached import cached_property
from barman.model.enumeration import Enum, unique
from barman.model.pattern import Pattern


@unique
class Colour(Enum):
    """What is seen."""

    RED = "red"
    BLUE = "blue"

    @property
    def is_warm(self) -> bool:
        return self is Colour.RED

    @classmethod
    def first(cls) -> Colour:
        return cls.RED


def test_members_have_a_name_and_a_value_and_what_the_class_defines() -> None:
    assert [(each.name, each.value) for each in Colour] == [
        ("RED", "red"),
        ("BLUE", "blue"),
    ]
    assert Colour.first().is_warm and not Colour.BLUE.is_warm
    assert (str(Colour.RED), repr(Colour.RED)) == ("Colour.RED", "<Colour.RED: 'red'>")
    assert len(Colour) == 2 and Colour.RED in Colour


def test_members_are_found_by_value_and_by_name() -> None:
    assert Colour("red") is Colour["RED"] is Colour(Colour.RED) is Colour.RED
    with pytest.raises(ValueError, match="'green' is not a valid Colour"):
        Colour("green")
    with pytest.raises(ValueError, match="is not a valid Colour"):
        Colour([])
    with pytest.raises(KeyError):
        Colour["red"]


def test_a_member_stays_itself() -> None:
    for copied in (pickle.loads(pickle.dumps(Colour.RED)), copy.deepcopy(Colour.RED)):
        assert copied is Colour.RED
    assert {Colour.RED: 1}[Colour("red")] == 1
    with pytest.raises(AttributeError, match="cannot be changed"):
        Colour.RED.value = "blue"
    with pytest.raises(AttributeError, match="cannot be changed"):
        del Colour.RED.value
    with pytest.raises(AttributeError, match="cannot reassign member 'RED'"):
        Colour.RED = "blue"


def test_a_value_stands_once() -> None:
    with pytest.raises(ValueError, match=r"Twice\.B repeats the value 1"):

        class Twice(Enum):
            A = 1
            B = 1


def test_a_cached_property_is_worked_out_once() -> None:
    class Owner:
        asked = 0

        @cached_property
        def answer(self) -> int:
            """The answer."""
            self.asked += 1
            return 42

    owner = Owner()
    assert (owner.answer, owner.answer, owner.asked) == (42, 42, 1)
    assert owner.__dict__["answer"] == 42
    assert Owner.answer.__doc__ == "The answer."


def test_a_pattern_matches_with_its_flags() -> None:
    pattern = Pattern(r"(\d+)x", "ai")
    found = pattern.fullmatch("12X")
    assert found is not None and found[1] == "12"
    assert pattern.fullmatch("١x") is None  # noqa: RUF001  # a digit that is not ASCII
    assert Pattern("b+").sub("_", "abbab") == "a_a_"
