# SPDX-License-Identifier: MIT
"""`barman list-backups`: the backups of servers, the newest first."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from barman.cli.servers import Servers


def arguments(parser: ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument(
        "--minimal", action="store_true", help="print only the ids of the backups"
    )


def run(args: Namespace, servers: Servers) -> None:
    """Tell the backups of each server."""
    servers.each(lambda server: server.listing.list_backups(minimal=args.minimal))
