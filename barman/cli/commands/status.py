# SPDX-License-Identifier: MIT
"""`barman status`: the state of servers in a few lines."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from barman.cli.servers import Servers


def arguments(parser: ArgumentParser) -> None:
    """Add nothing: the servers are enough."""


def run(args: Namespace, servers: Servers) -> None:
    """Tell the state of each server."""
    servers.each(lambda server: server.status.show())
