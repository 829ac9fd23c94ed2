# SPDX-License-Identifier: MIT
"""`barman put-wal`: take in WAL files from standard input."""

from __future__ import annotations

import os
import sys

from barman.cli.ssh_client import naming_ssh_client
from barman.report.wal import PutReady
from barman.wal.put import put_wal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from barman.cli.servers import Servers


def arguments(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument(
        "-t",
        "--test",
        action="store_true",
        help="only see whether the server could take in files",
    )


def run(args: Namespace, servers: Servers) -> None:
    """Take in a stream, or say that it could be."""
    surroundings = servers.surroundings
    with naming_ssh_client(surroundings.environ):
        server = servers.one()
        if args.test:
            servers.reporter.tell(PutReady(server.name))
            return
        put_wal(
            sys.stdin.buffer,
            layout=server.layout,
            clock=surroundings.clock,
            reporter=servers.reporter,
            pid=os.getpid(),
        )
