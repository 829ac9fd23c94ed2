# SPDX-License-Identifier: MIT
"""The options that both clients share, and barman on the other side of ssh."""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys

from barman.version import VERSION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

SSH_FAILED = 255
"""What ssh ends with when it could not connect."""


class ProgramError(Exception):
    """What ends the program: a line for the user and the exit status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def parser(program: str, summary: str) -> argparse.ArgumentParser:
    """Return a parser that knows the options common to both programs."""
    made = argparse.ArgumentParser(prog=program, description=summary)
    made.add_argument(
        "-V", "--version", action="version", version=f"{program} {VERSION}"
    )
    made.add_argument(
        "-U",
        "--user",
        default="barman",
        help="user for the ssh connection (default: %(default)s)",
    )
    made.add_argument("--port", help="port for the ssh connection")
    made.add_argument(
        "-c", "--config", help="configuration file on the Barman host", metavar="FILE"
    )
    made.add_argument(
        "-t", "--test", action="store_true", help="test the connection and nothing else"
    )
    return made


def ssh_argv(arguments: argparse.Namespace) -> list[str]:
    """Return the ssh command up to and including the word `barman`."""
    port = ["-p", arguments.port] if arguments.port else []
    destination = f"{arguments.user}@{arguments.barman_host}"
    return ["ssh", *port, "-q", "-T", destination, "barman"]


def quoted(word: str) -> str:
    """Return a word in single quotes for the remote shell."""
    return "'" + word.replace("'", "'\\''") + "'"


def quoted_if_needed(word: str) -> str:
    """Return a word as it is when no shell can read anything else into it."""
    plain = word.replace("-", "").replace("_", "").replace(".", "").replace("/", "")
    return word if plain.isascii() and plain.isalnum() else quoted(word)


def test_connection(argv: list[str]) -> NoReturn:
    """Run the remote test, show what it says, and end with its status."""
    completed = subprocess.run(
        argv,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    print(completed.stdout.decode("utf-8", "replace"))
    sys.exit(completed.returncode)


def fail(error: ProgramError) -> NoReturn:
    """Say what went wrong and end the program."""
    print(f"ERROR: {error.message}", file=sys.stderr)
    sys.exit(error.status)


def end_on_signals() -> None:
    """Let SIGINT and SIGTERM end the program through its cleaning-up."""

    def terminated(number: int, frame: object) -> NoReturn:
        sys.exit(128 + number)

    def interrupted(number: int, frame: object) -> NoReturn:
        print("SIGINT received! Terminating.", file=sys.stderr)
        sys.exit(2)

    signal.signal(signal.SIGTERM, terminated)
    signal.signal(signal.SIGINT, interrupted)
