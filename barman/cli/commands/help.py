# SPDX-License-Identifier: MIT
"""`barman help`: the list of commands and global options."""

from __future__ import annotations

from barman.cli.arguments import top_parser

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from barman.cli.servers import Servers


def arguments(parser: ArgumentParser) -> None:
    """Add nothing."""


def run(args: Namespace, servers: Servers) -> None:
    """Print the help on stdout."""
    top_parser().print_help()
