# SPDX-License-Identifier: MIT
"""`barman list-servers`: the configured servers."""

from __future__ import annotations

from barman.report.listing import ListedServer, ServersListed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from barman.cli.servers import Servers


def arguments(parser: ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument(
        "--minimal", action="store_true", help="print only the names of the servers"
    )


def run(args: Namespace, servers: Servers) -> None:
    """Tell all servers, whatever their state."""
    listed = tuple(
        ListedServer(
            name=server.name,
            description=server.config.description,
            inactive=not server.config.active,
            disabled=server.config.disabled,
            passive=server.config.passive,
        )
        for server in servers.all()
    )
    servers.reporter.tell(ServersListed(servers=listed, minimal=args.minimal))
