# SPDX-License-Identifier: MIT
"""`barman terminate-process`: interrupt a running task of a server."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from barman.cli.servers import Servers


def arguments(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument(
        "task", metavar="TASK", help="a task as list-processes shows it"
    )


def run(args: Namespace, servers: Servers) -> None:
    """Stop the first process of the task."""
    servers.one().processes.stop(args.task)
