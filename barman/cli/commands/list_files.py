# SPDX-License-Identifier: MIT
"""`barman list-files`: the files of a backup and of the WAL that it needs."""

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
    parser.add_argument(
        "--target",
        choices=("standalone", "data", "wal", "full"),
        default="standalone",
        help="what to list: the data and the WAL needed for consistency "
        "(standalone), the data alone, the WAL alone, or data and all WAL up to the "
        "next backup (full); default: %(default)s",
    )
    parser.add_argument(
        "--list-empty-directories",
        action="store_true",
        help="list directories without entries too",
    )


def run(args: Namespace, servers: Servers) -> None:
    """Tell the paths of one backup."""
    servers.one().backup_files.list(
        args.backup_id,
        target=args.target,
        empty_directories=args.list_empty_directories,
    )
