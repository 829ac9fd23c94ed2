# SPDX-License-Identifier: MIT
"""A host behind the OpenSSH client, or behind any program that is called like it.

It serves where the library cannot: jump hosts, GSSAPI, hardware keys, wrappers.
"""

from __future__ import annotations

import shlex

from barman.errors import ConnectionFailedError
from barman.model.frozen import replace
from barman.system.command import as_text, check_status
from barman.system.remote_files import RemoteFiles
from barman.system.rsync import RsyncShell

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barman.system.command import Command, CommandRunner, Completed, OnLine

CONNECTION_STATUS = 255  # what the client ends with when it could not do its part


class OpenSshHost(RemoteFiles):
    """A machine on which commands run through a client; one connection a command."""

    def __init__(
        self, argv: tuple[str, ...], *, label: str, runner: CommandRunner
    ) -> None:
        self.label = label
        self.rsync_shell = RsyncShell(argv)
        self._argv = argv
        self._runner = runner

    def run(
        self,
        command: Command,
        *,
        on_stdout: OnLine | None = None,
        on_stderr: OnLine | None = None,
    ) -> Completed:
        """Run to the end; raise `CommandError` on a status that is not accepted.

        Raises:
            ConnectionFailedError: the client itself failed.
        """
        local = replace(
            command,
            argv=(*self._argv, remote_text(command)),
            accept=None,
            env=None,
            cwd=None,
        )
        completed = self._runner.run(local, on_stdout=on_stdout, on_stderr=on_stderr)
        if completed.status == CONNECTION_STATUS:
            raise connection_failed(self.label, _reason(completed.stderr))
        return check_status(command, completed, f" on {self.label}")

    def close(self) -> None:
        """Do nothing: no connection outlives its command."""


def remote_text(command: Command) -> str:
    """Return what the remote shell reads: every word quoted, none of it interpreted."""
    argv = list(command.argv)
    if command.env:
        argv = ["env", *(f"{k}={v}" for k, v in command.env.items()), *argv]
    if command.cwd is not None:
        argv = ["sh", "-c", 'cd "$1" && shift && exec "$@"', "sh", command.cwd, *argv]
    return shlex.join(argv)


def connection_failed(label: str, reason: str) -> ConnectionFailedError:
    """Return the error for a host that cannot be reached or refuses us."""
    hint = None
    if "host key" in reason.lower():
        hint = (
            "If the change is intended, remove the old key with ssh-keygen -R and "
            "connect once by hand; if not, somebody may be listening."
        )
    return ConnectionFailedError(
        f'could not connect to "{label}": {reason}'
        if reason
        else f'could not connect to "{label}"',
        hint=hint,
    )


def _reason(stderr: bytes) -> str:
    lines = [line.strip() for line in as_text(stderr).splitlines() if line.strip()]
    for line in lines:
        if "HOST IDENTIFICATION HAS CHANGED" in line:
            return "the host key has changed"
    return lines[-1] if lines else "the ssh client failed without a message"
