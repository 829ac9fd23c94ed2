# SPDX-License-Identifier: MIT
"""`barman rebuild-xlogdb`: make the WAL index anew from the archived files."""

from __future__ import annotations

from barman.model.wal_file import WalFileKind
from barman.report.wal import RebuildDone, RebuildStarted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from barman.cli.servers import Servers
    from barman.server import Server


def arguments(parser: ArgumentParser) -> None:
    """Add nothing: servers are all that the command takes."""


def run(args: Namespace, servers: Servers) -> None:
    """Rebuild the index of each server."""
    servers.each(_rebuild)


def _rebuild(server: Server) -> None:
    reporter = server.surroundings.reporter
    reporter.tell(RebuildStarted(server.name))
    rebuilt = server.wal_index.rebuild()
    reporter.tell(
        RebuildDone(
            server.name,
            rebuilt.counts.get(WalFileKind.HISTORY, 0),
            rebuilt.counts.get(WalFileKind.LABEL, 0),
            rebuilt.counts.get(WalFileKind.SEGMENT, 0),
        )
    )
