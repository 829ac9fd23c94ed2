# SPDX-License-Identifier: MIT
"""Which command lines are plain; what they mean is a law in tests/property."""

from __future__ import annotations

from importlib import import_module

import pytest

from barman.cli.commands import COMMANDS, HELP
from barman.cli.plain import PlainParser, read_plain


def declared(command):
    return import_module(f"barman.cli.commands.{command.module}").arguments


def read(*words: str):
    request = read_plain(words, declared)
    if request is None:
        return None
    return request.command.name, vars(request.args)


def test_the_usual_calls_are_plain() -> None:
    assert read("-c", "f", "-q", "-f", "json", "list-backup", "a", "b") == (
        "list-backups",
        {"minimal": False, "server_name": ["a", "b"]},
    )
    assert read("list-servers", "--minimal") == ("list-servers", {"minimal": True})
    assert read("show-backup", "main", "latest") == (
        "show-backup",
        {"backup_id": "latest", "server_name": "main"},
    )
    assert read("list-files", "--target", "wal", "main", "x") == (
        "list-files",
        {
            "backup_id": "x",
            "list_empty_directories": False,
            "server_name": "main",
            "target": "wal",
        },
    )


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("-q",),
        ("-c",),
        ("-c", "-q", "list-servers"),
        ("-f", "yaml", "list-servers"),
        ("-qd", "list-servers"),
        ("--help",),
        ("list-servers", "--help"),
        ("list-servers", "more"),
        ("list-backups",),
        ("list-backups", "a", "--minimal", "b"),
        ("list-backups", "--mini", "a"),
        ("show-backup", "main"),
        ("list-files", "main", "x", "--target", "y"),
        ("nothing", "main"),
        ("backup", "main"),
    ],
)
def test_all_others_are_left_to_argparse(words: tuple[str, ...]) -> None:
    assert read(*words) is None


def test_every_quick_command_declares_what_plain_words_can_say() -> None:
    for command in COMMANDS:
        if command.quick and command is not HELP:
            parser = PlainParser()
            declared(command)(parser)
            assert parser.is_plain, command.name


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("--size", {"type": int}),
        ("--more", {"action": "append"}),
        ("--two", {"nargs": 2}),
        ("place", {"type": int}),
    ],
)
def test_what_is_not_understood_is_never_plain(name: str, how: dict) -> None:
    parser = PlainParser()
    parser.add_argument(name, **how)
    assert not parser.is_plain
