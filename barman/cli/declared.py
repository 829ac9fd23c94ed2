# SPDX-License-Identifier: MIT
"""The arguments that all commands share, declared on whatever parser it is.

`argparse` is one such parser; `plain.py` is the other, for the quick commands.
"""

from __future__ import annotations

from barman.cli.commands import Takes
from barman.cli.version_line import VERSION_LINE

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from barman.cli.commands import CliCommand

    Declare = Callable[[argparse.ArgumentParser], None]

LOG_LEVELS = ("NOTSET", "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


class Request:
    """What the command line asks for; no command asks for help."""

    def __init__(
        self,
        options: argparse.Namespace,
        command: CliCommand | None,
        args: argparse.Namespace,
    ) -> None:
        self.options = options
        self.command = command
        self.args = args


def declare_options(parser: argparse.ArgumentParser) -> None:
    """Declare the options that stand before the command."""
    add = parser.add_argument
    add("-v", "--version", action="version", version=VERSION_LINE)
    add("-c", "--config", metavar="FILE", help="use this configuration file")
    add(
        "--color",
        "--colour",
        choices=("never", "always", "auto"),
        default="auto",
        help="use colours (default: %(default)s, on terminals)",
    )
    add("--log-level", choices=LOG_LEVELS, help="override the level of the log file")
    add("-q", "--quiet", action="store_true", help="print only warnings and errors")
    add("-d", "--debug", action="store_true", help="print debug messages")
    add(
        "-f",
        "--format",
        choices=("console", "json"),
        default="console",
        help="how to print results (default: %(default)s)",
    )


def declare_servers(parser: argparse.ArgumentParser, takes: Takes) -> None:
    """Declare the names of servers that a command takes."""
    if takes is Takes.ONE:
        parser.add_argument(
            "server_name", metavar="SERVER_NAME", help="name of a server"
        )
    elif takes is Takes.SEVERAL:
        parser.add_argument(
            "server_name",
            metavar="SERVER_NAME",
            nargs="+",
            help="names of servers, or 'all'",
        )
