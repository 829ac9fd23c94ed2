# SPDX-License-Identifier: MIT
"""`barman show-servers`: everything that is configured and known of servers."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from barman.cli.servers import Servers


def arguments(parser: ArgumentParser) -> None:
    """Add nothing: the servers are enough."""


def run(args: Namespace, servers: Servers) -> None:
    """Tell the configuration and the state of each server."""
    servers.each(lambda server: server.inventory.show())
