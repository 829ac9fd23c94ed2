# SPDX-License-Identifier: MIT
"""`barman check`: see whether servers are ready to be backed up and recovered."""

from __future__ import annotations

from barman.cli.arguments import integer_from

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from barman.cli.servers import Servers


def arguments(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument(
        "--nagios",
        action="store_true",
        help="print what Nagios understands, and exit 0 (OK) or 2 (CRITICAL)",
    )
    parser.add_argument(
        "--check-timeout",
        type=integer_from(0),
        metavar="SECONDS",
        help="time limit for each server, 0 for none",
    )


def run(args: Namespace, servers: Servers) -> None:
    """Check each server."""
    servers.each(lambda server: server.checks.run(timeout=args.check_timeout))
