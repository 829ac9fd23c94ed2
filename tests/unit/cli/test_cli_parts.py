# SPDX-License-Identifier: MIT
"""Commands, words, the boundary and the teller, without a process."""

from __future__ import annotations

import importlib

import pytest

from barman.cli.arguments import _command_index
from barman.cli.boundary import guarded
from barman.cli.commands import COMMANDS, find_command
from barman.cli.journal import Journal
from barman.cli.servers import CommandOver
from barman.cli.telling import Teller
from barman.errors import (
    DataError,
    ExitTable,
    InvalidNameError,
    Kind,
    Terminated,
)
from barman.report.report import (
    Interrupted,
    Message,
    Problem,
    Report,
    UnexpectedError,
)


class RendererFake:
    def __init__(self, *, broken: bool = False) -> None:
        self.told: list[Report] = []
        self.broken = broken

    def tell(self, report: Report) -> None:
        if self.broken:
            raise BrokenPipeError
        self.told.append(report)

    def finish(self, status: int) -> int:
        return status


class LogFake:
    def __init__(self) -> None:
        self.lines: list[tuple[int, str, BaseException | None]] = []

    def log(
        self,
        level: int,
        msg: object,
        *args: object,
        exc_info: BaseException | None = None,
    ) -> None:
        self.lines.append((level, str(msg) % args, exc_info))


def teller(renderer: RendererFake, *, patient: bool = False) -> Teller:
    return Teller(
        renderer, load_area=lambda area: None, log=lambda message: None, patient=patient
    )


@pytest.mark.parametrize("command", COMMANDS, ids=lambda row: row.name)
def test_every_row_has_its_module(command: object) -> None:
    module = importlib.import_module(f"barman.cli.commands.{command.module}")  # type: ignore[attr-defined]
    assert callable(module.arguments)
    assert callable(module.run)


def test_names_and_aliases_are_unique_and_sorted() -> None:
    names = [row.name for row in COMMANDS]
    words = [*names, *(alias for row in COMMANDS for alias in row.aliases)]
    assert len(set(words)) == len(words)
    assert names == sorted(names)
    assert all(find_command(word) is not None for word in words)
    assert find_command("list") is None


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ("list-servers", "list-servers"),
        ("-q -d check -q", "check"),
        ("-c file check", "check"),
        ("--config=file check", "check"),
        ("--conf file check", "check"),
        ("-cfile check", "check"),
        ("-qf json check", "check"),
        ("-fjson check", "check"),
        ("--log-level DEBUG check -c x", "check"),
    ],
)
def test_the_command_is_the_first_word_of_no_option(words: str, command: str) -> None:
    split = words.split()
    assert split[_command_index(split)] == command


def test_there_may_be_no_command() -> None:
    assert _command_index(["-c", "x"]) == 2
    assert _command_index(["-c"]) == 1


@pytest.mark.parametrize(
    ("error", "told", "status"),
    [
        (DataError("bad", hint="Mend it."), Problem("bad", "Mend it."), 1),
        (InvalidNameError("no name"), Problem("no name"), 3),
        (KeyboardInterrupt(), Interrupted(), 1),
        (Terminated(15), Interrupted(), 143),
        (ValueError("a bug"), UnexpectedError("a bug"), 1),
        (RuntimeError(), UnexpectedError("RuntimeError"), 1),
    ],
)
def test_errors_end_in_a_message_and_a_status(
    error: BaseException, told: Report, status: int
) -> None:
    def act() -> None:
        raise error

    renderer, log = RendererFake(), LogFake()
    table = ExitTable(1, {Kind.NAME: 3})
    journal = Journal(lambda: log, 0)
    assert guarded(act, teller(renderer), journal, table) == status
    assert renderer.told == [told]
    traces = [trace for _, _, trace in log.lines]
    assert traces == ([error] if isinstance(told, UnexpectedError) else [])


def test_a_command_that_is_over_has_said_why() -> None:
    def act() -> None:
        raise CommandOver

    renderer = RendererFake()
    journal = Journal(LogFake, 0)
    assert guarded(act, teller(renderer), journal, ExitTable(1)) == 0
    assert renderer.told == []


def test_a_failure_that_was_told_makes_the_status_one() -> None:
    said = teller(RendererFake())
    assert said.finish(0) == 0
    said.tell(Problem("x"))
    assert said.finish(0) == 1
    assert said.finish(3) == 3


def test_an_area_is_loaded_once_and_before_it_is_said() -> None:
    loaded: list[str] = []
    logged: list[Message] = []
    said = Teller(RendererFake(), load_area=loaded.append, log=logged.append)
    said.tell(Problem("x"))
    said.tell(Problem("y"))
    assert loaded == ["report"]
    assert logged == [Problem("x"), Problem("y")]


def test_work_goes_on_when_nobody_reads() -> None:
    teller(RendererFake(broken=True), patient=True).tell(Problem("x"))
    with pytest.raises(BrokenPipeError):
        teller(RendererFake(broken=True)).tell(Problem("x"))


def test_the_log_is_opened_for_what_its_level_asks_for_only() -> None:
    opened: list[LogFake] = []

    def open_log() -> LogFake:
        opened.append(LogFake())
        return opened[-1]

    journal = Journal(open_log, 30)
    journal.write(20, "hidden")
    assert opened == []
    journal.write(30, "one")
    journal.write(40, "100%")
    assert [log.lines for log in opened] == [[(30, "one", None), (40, "100%", None)]]
