# SPDX-License-Identifier: MIT
"""The program in this process, as far as it gets before it takes over signals."""

from __future__ import annotations

import pytest

from barman.cli.main import main
from barman.cli.ssh_client import naming_ssh_client
from barman.cli.version_line import VERSION_LINE
from barman.errors import RefusedError
from barman.version import VERSION


@pytest.mark.parametrize("word", ["-v", "--version"])
def test_the_version_comes_first_in_its_line(word: str, capsys) -> None:
    assert main([word]) == 0
    out = capsys.readouterr().out
    assert out == f"{VERSION_LINE}\n"
    assert out.split()[0] == VERSION


@pytest.mark.parametrize("words", [["nosuch"], ["-f", "xml", "help"], ["--nosuch"]])
def test_inv_126_usage_errors_end_before_anything_is_read(words, capsys) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["-c", "/nosuch.conf", *words])
    assert caught.value.code == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines()[-1].startswith("barman: error: ")


def test_a_configuration_that_is_missing_ends_with_1(capsys) -> None:
    assert main(["-c", "/nosuch.conf", "-f", "json", "list-servers"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "/nosuch.conf" in err
    assert not err.startswith("ERROR")


@pytest.mark.parametrize(
    ("environ", "message"),
    [
        ({}, "no"),
        ({"SSH_CONNECTION": ""}, "no"),
        ({"SSH_CONNECTION": "::1 4 ::1 22"}, "no (SSH host: ::1)"),
    ],
)
def test_errors_name_the_ssh_client(environ: dict[str, str], message: str) -> None:
    with pytest.raises(RefusedError) as caught, naming_ssh_client(environ):
        raise RefusedError("no", hint="Ask again.")
    assert (str(caught.value), caught.value.hint) == (message, "Ask again.")


def test_bugs_are_not_touched() -> None:
    with (
        pytest.raises(ValueError, match=r"^bug$"),
        naming_ssh_client({"SSH_CONNECTION": "::1"}),
    ):
        raise ValueError("bug")
