# SPDX-License-Identifier: MIT
"""The law of plain command lines: what is taken for one means what argparse says."""

from __future__ import annotations

from importlib import import_module

from hypothesis import example, given, settings
from hypothesis import strategies as st

from barman.cli.arguments import parse
from barman.cli.commands import COMMANDS
from barman.cli.plain import read_plain

NAMES = [name for row in COMMANDS if row.quick for name in (row.name, *row.aliases)]
WORDS = [
    *("-c", "--config", "-f", "json", "console", "-q", "-d", "--quiet", "--color"),
    *("--colour", "auto", "--log-level", "INFO", "--format", "--form", "-qd", "-cx"),
    *("--minimal", "--target", "wal", "--list-empty-directories", "main", "all"),
    *("latest", "", "-", "--", "-1", "a b", "- b", "-v", "-h", "--help", "x=y"),
]


def declared(command):
    return import_module(f"barman.cli.commands.{command.module}").arguments


def by_argparse(words):
    try:
        request = parse(words, declared)
    except SystemExit:
        return None
    return meaning(request)


def meaning(request):
    name = request.command and request.command.name
    return vars(request.options), name, vars(request.args)


@given(
    st.lists(st.sampled_from(WORDS), max_size=3),
    st.sampled_from(NAMES),
    st.lists(st.sampled_from(WORDS), max_size=4),
)
@example(["-c", "x"], "list-backups", ["main"])
@settings(max_examples=500, deadline=None)
def test_plain_words_mean_what_argparse_says(before, command, after) -> None:
    words = [*before, command, *after]
    request = read_plain(words, declared)
    assert request is None or meaning(request) == by_argparse(words)
