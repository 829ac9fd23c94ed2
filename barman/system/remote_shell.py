# SPDX-License-Identifier: MIT
"""The shell of a machine behind SSH, as what runs short POSIX scripts.

Scripts are constants: names are their positional parameters and never become shell.
"""

from __future__ import annotations

from barman.errors import CommandError, FileError
from barman.system.command import Command, as_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barman.system.command import Completed, OnLine

_YES_OR_NO = frozenset((0, 1))
_FIND = 'for name; do command -v "$name" && exit 0; done; exit 1'


class RemoteShell:
    """A host on which commands can be run, and so scripts."""

    label: str

    def run(
        self,
        command: Command,
        *,
        on_stdout: OnLine | None = None,
        on_stderr: OnLine | None = None,
    ) -> Completed:
        """Run to the end; raise `CommandError` on a status that is not accepted."""
        raise AssertionError("a host runs commands")

    def find(self, *names: str) -> str | None:
        """Return the path of the first of these programs that is there."""
        found = self.run(
            Command(("sh", "-c", _FIND, "sh", *names), accept=_YES_OR_NO)
        ).text
        return found if found.startswith("/") else None

    def ask(self, script: str, path: str) -> bool:
        """Return the verdict of a script on a path: status 0 or 1."""
        return self.act("examine", script, path, accept=_YES_OR_NO).status == 0

    def act(
        self,
        action: str,
        script: str,
        *parameters: str,
        stdin: bytes | None = None,
        accept: frozenset[int] = frozenset((0,)),
    ) -> Completed:
        """Run a script on `parameters`, the first of which is the path it is about.

        Raises `FileError` with the script's last word.
        """
        operands = tuple(_operand(parameter) for parameter in parameters)
        command = Command(
            ("sh", "-c", script, "sh", *operands),
            accept=None,
            stdin=stdin,
            env={"LC_ALL": "C"},
        )
        completed = self.run(command)
        if completed.status in accept:
            return completed
        lines = as_text(completed.stderr).strip().splitlines()
        reason = lines[-1] if lines else f"status {completed.status}"
        raise FileError(
            f'could not {action} "{parameters[0]}" on {self.label}: {reason}'
        ) from CommandError(action, status=completed.status)


def _operand(text: str) -> str:
    """Return a parameter that no program takes for an option."""
    return f"./{text}" if text.startswith("-") else text
