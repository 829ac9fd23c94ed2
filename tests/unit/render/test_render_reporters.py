# SPDX-License-Identifier: MIT
"""Streams, prefixes, colours, quiet and debug, redaction, escapes, Nagios."""

from __future__ import annotations

import io
import json

import pytest

import barman.render.console.check
import barman.render.console.listing
import barman.render.json.check
import barman.render.json.listing
import barman.render.words.report
import barman.render.words.server  # noqa: F401  registers words
from barman.render.console import ConsoleReporter
from barman.render.json import JsonReporter
from barman.render.nagios import NagiosReporter
from barman.report.check import CheckBegun, CheckDone
from barman.report.listing import FilesListed, ListedServer, ServersListed
from barman.report.report import (
    ConfigurationWarning,
    Level,
    Message,
    Problem,
    Report,
    UnexpectedError,
)
from barman.report.server import ServerSkipped, ServerUnknown, Skip

ALL: tuple[Report, ...] = (
    ServerSkipped("off", Skip.INACTIVE),
    ConfigurationWarning("odd"),
    Problem("cannot", "Do this."),
    UnexpectedError("bug"),
    FilesListed(paths=("/a", "/b")),
)


def console(*reports: Report, **options: bool) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    reporter = ConsoleReporter(out, err, **options)
    for report in reports:
        reporter.tell(report)
    return out.getvalue(), err.getvalue()


def document(*reports: Report, **options: bool) -> str:
    out = io.StringIO()
    reporter = JsonReporter(out, **options)
    for report in reports:
        reporter.tell(report)
    reporter.finish(0)
    return out.getvalue()


def test_results_and_info_on_stdout_and_the_rest_on_stderr() -> None:
    assert console(*ALL) == (
        "Skipping inactive server 'off'\n/a\n/b\n",
        "WARNING: odd\nERROR: cannot\nHINT: Do this.\n"
        "EXCEPTION: bug\nSee the log file for more details\n",
    )


def test_quiet_hides_info_and_results_only() -> None:
    out, err = console(*ALL, quiet=True)
    assert out == ""
    assert err.startswith("WARNING: odd\nERROR: cannot\n")


def test_colours_wrap_whole_messages_and_the_word_of_a_check() -> None:
    out, err = console(
        ConfigurationWarning("odd"),
        ServerUnknown("x"),
        CheckDone(server_name="s", label="ssh", ok=False, hint="why"),
        colours=True,
    )
    assert err == (
        "\033[33mWARNING: odd\033[0m\n\033[31mERROR: Unknown server 'x'\033[0m\n"
    )
    assert out == "\tssh: \033[31mFAILED\033[0m (why)\n"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("a\x1b]0;owned\x07b", "a\\x1b]0;owned\\x07b"),
        ("a\rb\x7f\x9bc", "a\\x0db\\x7f\\x9bc"),
        ("tab\tstays, ü too", "tab\tstays, ü too"),
    ],
)
def test_control_characters_never_reach_the_terminal(written: str, shown: str) -> None:
    assert console(FilesListed(paths=(written,)))[0] == f"{shown}\n"
    assert console(ServerUnknown(written))[1] == f"ERROR: Unknown server '{shown}'\n"


def test_passwords_are_redacted_on_the_console_and_in_json() -> None:
    listed = ServersListed(
        servers=(ListedServer(name="s", description="host=a password=geheim x=1"),)
    )
    assert "geheim" not in console(listed, Problem("password=geheim"))[0]
    assert "geheim" not in console(listed, Problem("password=geheim"))[1]
    said = document(listed, Problem("postgresql://u:geheim@h/d"))
    assert "geheim" not in said
    assert json.loads(said)["s"]["description"].endswith(" x=1")


def test_a_stream_that_cannot_say_a_name_escapes_it() -> None:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="ascii")
    ConsoleReporter(out, out).tell(FilesListed(paths=("/ü",)))
    assert raw.getvalue() == b"/\\xfc\n"


def test_json_collects_messages_by_level_on_one_line() -> None:
    assert document(*ALL) == (
        '{"_ERROR": ["cannot\\nHINT: Do this."], "_EXCEPTION":'
        ' ["bug\\nSee the log file for more details"],'
        ' "_INFO": ["Skipping inactive server \'off\'", "/a", "/b"],'
        ' "_WARNING": ["odd"]}'
    )
    assert document() == "{}"
    assert document(*ALL, quiet=True) == ""


def test_failures_are_errors_and_checks_that_count() -> None:
    class Note(Message):
        level = Level.DEBUG

    assert [report.failed for report in (*ALL, Note())] == [
        False,
        False,
        True,
        True,
        False,
        False,
    ]
    done = CheckDone(server_name="s", label="l", ok=False, counts=False)
    assert not done.failed


def check(name: str, label: str, ok: bool, hint: str = "", **more: object) -> CheckDone:
    return CheckDone(server_name=name, label=label, ok=ok, hint=hint, **more)  # type: ignore[arg-type]


def summary(*reports: Report) -> tuple[list[str], int]:
    out = io.StringIO()
    reporter = NagiosReporter(out)
    for report in reports:
        reporter.tell(report)
    status = reporter.finish(0)
    return out.getvalue().splitlines(), status


def begun(name: str) -> CheckBegun:
    return CheckBegun(server=ListedServer(name=name))


SIZES = (
    check("pg", "backup minimum size", True, performance=("pg", 31062781)),
    check("pg", "wal size", True, performance=("pg_wals", 0)),
)


def test_nagios_sums_up_what_is_well() -> None:
    assert summary(begun("pg"), *SIZES) == (
        [
            "BARMAN OK - Ready to serve the Espresso backup for pg"
            "|pg=31062781B pg_wals=0B"
        ],
        0,
    )
    assert summary(
        begun("inact"),
        check("inact", "ssh", False, counts=False),
        begun("pg"),
        *SIZES,
        begun("rs"),
    ) == (
        [
            "BARMAN OK - Ready to serve the Espresso backup for 2 servers * pg * rs"
            " * IGNORING: inact|pg=31062781B pg_wals=0B"
        ],
        0,
    )
    assert summary(begun("inact"), check("inact", "ssh", False, counts=False)) == (
        ["BARMAN OK - No server configured * IGNORING: inact"],
        0,
    )


def test_nagios_lists_what_failed() -> None:
    assert summary(
        begun("pg"),
        check("pg", "WAL archive", False, "HINT"),
        check("pg", "PostgreSQL", False),
        *SIZES,
    ) == (
        [
            "BARMAN CRITICAL - server pg has issues * pg FAILED: WAL archive,"
            " PostgreSQL|pg=31062781B pg_wals=0B",
            "pg.WAL archive: FAILED (HINT)",
            "pg.PostgreSQL: FAILED",
        ],
        2,
    )
    lines, status = summary(
        begun("new"), check("new", "ssh", False), begun("pg"), *SIZES
    )
    assert lines[0].startswith(
        "BARMAN CRITICAL - 1 server out of 2 have issues * new FAILED: ssh|"
    )
    assert status == 2


def test_nagios_tells_an_error_without_a_failed_check() -> None:
    assert summary(begun("pg"), *SIZES, ServerUnknown("nosuch")) == (
        ["BARMAN CRITICAL - Global configuration errors"],
        2,
    )
