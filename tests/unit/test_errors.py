# SPDX-License-Identifier: MIT
"""Errors: what they say, what kind they are of, and the status that they end in."""

from __future__ import annotations

import pytest

from barman import errors
from barman.errors import (
    BarmanError,
    CommandError,
    DataError,
    ExitTable,
    InvalidNameError,
    Kind,
    PostgresError,
)

CLASSES = [
    value
    for value in vars(errors).values()
    if isinstance(value, type)
    and issubclass(value, BarmanError)
    and value is not BarmanError
]


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_an_error_says_what_failed_and_perhaps_what_to_do(
    cls: type[BarmanError],
) -> None:
    error = cls("no such thing", hint="Make one.")
    assert (str(error), error.message, error.hint) == (
        "no such thing",
        "no such thing",
        "Make one.",
    )
    assert cls("x").hint is None


def test_each_class_is_a_kind_of_its_own() -> None:
    kinds = [cls.kind for cls in CLASSES]
    assert len(CLASSES) == 12
    assert len(set(kinds)) == len(kinds)
    assert Kind.BUG not in kinds


def test_a_wrong_name_is_a_value_error_too() -> None:
    assert isinstance(InvalidNameError("x"), ValueError)


def test_a_program_that_failed_is_remembered() -> None:
    error = CommandError("rsync failed", status=23, stderr="partial")
    assert (error.status, error.stderr) == (23, "partial")
    assert (CommandError("x").status, CommandError("x").stderr) == (None, "")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (InvalidNameError("x"), 3),
        (DataError("x"), 1),
        (PostgresError("x"), 1),
        (ValueError("a bug"), 4),
        (BarmanError("of no kind"), 4),
    ],
)
def test_a_table_maps_kinds_to_statuses(error: BaseException, status: int) -> None:
    table = ExitTable(default=1, statuses={Kind.NAME: 3, Kind.BUG: 4})
    assert table.status(error) == status
    assert ExitTable(default=2).status(error) == 2
