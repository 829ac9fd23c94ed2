# SPDX-License-Identifier: MIT
"""`barman list-processes`: the running tasks of a server."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from barman.cli.servers import Servers


def arguments(parser: ArgumentParser) -> None:
    """Add nothing: the server is enough."""


def run(args: Namespace, servers: Servers) -> None:
    """Tell the processes of one server."""
    servers.one().processes.list()
