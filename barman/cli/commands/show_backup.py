# SPDX-License-Identifier: MIT
"""`barman show-backup`: everything that is known of a backup."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from barman.cli.servers import Servers


def arguments(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument(
        "backup_id", metavar="BACKUP_ID", help="id, name or shortcut of a backup"
    )


def run(args: Namespace, servers: Servers) -> None:
    """Tell about one backup."""
    servers.one().details.show(args.backup_id)
