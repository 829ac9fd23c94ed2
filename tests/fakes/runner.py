# SPDX-License-Identifier: MIT
"""A runner that runs nothing: it answers as it was told and remembers commands."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from barman.errors import CommandError
from barman.system.command import Completed, LineSplitter, check_status

if TYPE_CHECKING:
    from barman.system.command import Command, OnLine

Answer = Completed | BaseException | Callable[["Command"], Completed]


class RunnerFake:
    """`answers`: by program name, one answer for ever or a list that is used up.

    `programs` are those that `find` knows; a command without an answer succeeds
    silently when `lenient`, and fails as a missing program does when not.
    """

    def __init__(
        self,
        answers: dict[str, Answer | list[Answer]] | None = None,
        *,
        programs: dict[str, str] | None = None,
        lenient: bool = True,
    ) -> None:
        self.answers = dict(answers or {})
        self.programs = dict(programs or {})
        self.lenient = lenient
        self.commands: list[Command] = []

    @property
    def argvs(self) -> list[tuple[str, ...]]:
        """The argument vectors of what was run."""
        return [command.argv for command in self.commands]

    def run(
        self,
        command: Command,
        *,
        on_stdout: OnLine | None = None,
        on_stderr: OnLine | None = None,
    ) -> Completed:
        self.commands.append(command)
        completed = self._answer(command)
        for data, listener in (
            (completed.stdout, on_stdout),
            (completed.stderr, on_stderr),
        ):
            if listener is not None:
                splitter = LineSplitter(listener)
                splitter.feed(data)
                splitter.end()
        return check_status(command, completed)

    def find(self, *names: str) -> str | None:
        return next((self.programs[n] for n in names if n in self.programs), None)

    def _answer(self, command: Command) -> Completed:
        answer = self.answers.get(command.program)
        if isinstance(answer, list):
            answer = answer.pop(0) if answer else None
        if answer is None:
            if not self.lenient:
                raise CommandError(f'could not run "{command.argv[0]}"', status=127)
            return Completed(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer if isinstance(answer, Completed) else answer(command)
