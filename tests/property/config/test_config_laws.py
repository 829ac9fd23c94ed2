# SPDX-License-Identifier: MIT
"""Laws of the INI dialect."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from barman.config.grammar import parse_boolean, set_of
from barman.config.ini import expand, plain
from barman.config.option import Blank
from barman.config.options import SERVER_OPTIONS


@given(st.text())
def test_escaped_percent_signs_come_back(text):
    assert expand(text.replace("%", "%%%%"), {}) == text
    assert expand(text.replace("%", "%%"), {}) == text


@given(st.text())
def test_an_expansion_is_what_it_names(text):
    values = {"a": text.replace("%", "%%%%"), "b": "<%(a)s>"}
    assert expand("%(b)s", values) == f"<{text}>"


@given(st.text(), st.sampled_from("\"'"))
def test_one_pair_of_quotes_is_removed(text, quote):
    assert plain(f"{quote}{text}{quote}") == ("" if text == "None" else text)


@given(st.sampled_from(list(SERVER_OPTIONS.values())), st.text())
def test_a_parser_gives_a_value_or_says_why_not(option, text):
    try:
        option.grammar.parse(text)
    except ValueError as error:
        assert str(error)
    else:
        assert (
            text
            or option.grammar.blank is not Blank.PARSE
            or option.name
            in (
                "backup_options",
                "recovery_options",
            )
        )


@given(st.sampled_from(["TRUE", "true", "T", "t", "YES", "1", "on"]))
def test_booleans_ignore_case(word):
    assert parse_boolean(word.swapcase()) is parse_boolean(word) is True


@given(st.lists(st.sampled_from("ab")))
def test_the_order_of_a_set_does_not_matter(words):
    parse = set_of("a", "b")
    assert parse(",".join(words)) == parse(" , ".join(reversed(words)))
