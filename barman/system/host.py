# SPDX-License-Identifier: MIT
"""A machine on which commands run and files are: this one, or one behind SSH."""

from __future__ import annotations

from barman.system.local_files import LocalFiles
from barman.system.runner import LocalRunner

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from barman.system.command import Command, CommandRunner, Completed, OnLine
    from barman.system.rsync import RsyncShell

    class Host(CommandRunner, Protocol):
        """One machine.  What cannot be done is a `FileError` with path and reason."""

        @property
        def label(self) -> str:
            """The name for messages: "localhost", or the SSH destination."""

        @property
        def rsync_shell(self) -> RsyncShell | None:
            """How rsync gets there; None on this machine."""

        def exists(self, path: str) -> bool:
            """Whether there is anything of this name, a dangling link included."""

        def is_directory(self, path: str) -> bool:
            """Whether it is a directory, perhaps through a link."""

        def is_empty(self, path: str) -> bool:
            """Whether nothing is there, or a directory that holds nothing."""

        def list_directory(self, path: str) -> list[str]:
            """Return the names in a directory, sorted."""

        def read(self, path: str) -> bytes:
            """Return the content of a file."""

        def write(self, path: str, data: bytes, *, mode: int = 0o600) -> None:
            """Write a file atomically and durably."""

        def make_directory(self, path: str, *, mode: int = 0o700) -> None:
            """Make a directory with its parents; one that is there is left alone."""

        def rename(self, old: str, new: str) -> None:
            """Rename durably, replacing a file, a link or an empty directory."""

        def remove(self, path: str) -> None:
            """Remove a file or link; one that is not there is no error."""

        def remove_tree(self, path: str) -> None:
            """Remove a file or a directory with its content; links are not followed."""

        def symlink(self, target: str, path: str) -> None:
            """Make `path` a link to `target`; another link there is replaced."""

        def free_space(self, path: str) -> int:
            """Return the free bytes of the file system that holds, or would, `path`."""

        def close(self) -> None:
            """Give up the connection, if there is one."""


class LocalHost(LocalFiles):
    """This machine."""

    label = "localhost"
    rsync_shell = None

    def __init__(self, runner: CommandRunner | None = None) -> None:
        self._runner = runner or LocalRunner()

    def run(
        self,
        command: Command,
        *,
        on_stdout: OnLine | None = None,
        on_stderr: OnLine | None = None,
    ) -> Completed:
        """Run to the end; raise `CommandError` on a status that is not accepted."""
        return self._runner.run(command, on_stdout=on_stdout, on_stderr=on_stderr)

    def find(self, *names: str) -> str | None:
        """Return the path of the first of these programs that is there."""
        return self._runner.find(*names)

    def close(self) -> None:
        """Do nothing: there is no connection."""
