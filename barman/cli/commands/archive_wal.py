# SPDX-License-Identifier: MIT
"""`barman archive-wal`: move WAL that has come into the archive."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from barman.cli.servers import Servers


def arguments(parser: ArgumentParser) -> None:
    """Add nothing: the server is all that the command takes."""


def run(args: Namespace, servers: Servers) -> None:
    """Archive both queues of one server."""
    servers.one().wal_archiver.archive()
