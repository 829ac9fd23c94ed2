# SPDX-License-Identifier: MIT
from __future__ import annotations

import pytest

from barman.catalogue.literal import LiteralMapping, parse_literal
from barman.errors import DataError


@pytest.mark.parametrize(
    "value",
    [
        'it\'s a "label"\n\t\\ é',
        0,
        -3,
        1.5,
        -0.25,
        1e-07,
        None,
        True,
        [("ts1", 16389, "/srv/lab/tbs1"), ("t's", 2, "/a b")],
        {"copy_time": 0.5, "items": {"ts1": 0.1}, "list": [], "none": None},
        (),
        "\udce9",
    ],
)
def test_what_repr_writes_is_read(value):
    assert parse_literal(repr(value)) == value


def test_bytes_that_are_no_utf8_are_read_as_they_were_decoded():
    assert parse_literal("'caf\udce9'") == "caf\udce9"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "START WAL LOCATION",
        "'open",
        "__import__('os')",
        "[].append(1)",
        "1 + 1",
        "f'{1}'",
        "b'x'",
        "{**{}}",
        "{1: 2}",
        "-'x'",
        "...",
        "'a\0b",
        "[" * 100_000,
        "-" * 100_000 + "1",
    ],
)
def test_anything_else_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        parse_literal(text)


def test_a_mapping_keeps_its_text_and_is_parsed_when_looked_into():
    mapping = LiteralMapping("{'b': 1, 'a': [2]}")
    assert mapping == {"b": 1, "a": [2]}
    assert (list(mapping), len(mapping), repr(mapping)) == (
        ["b", "a"],
        2,
        "{'b': 1, 'a': [2]}",
    )


def test_a_damaged_mapping_is_an_error_that_says_so():
    mapping = LiteralMapping("{'copy_time': }")
    with pytest.raises(DataError, match=r"damaged dictionary: \"{'copy_time': }\""):
        mapping.get("copy_time")


def test_what_is_no_dictionary_is_refused_at_once():
    with pytest.raises(ValueError, match="not a dictionary"):
        LiteralMapping("[1]")
