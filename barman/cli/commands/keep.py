# SPDX-License-Identifier: MIT
"""`barman keep`: keep a backup beyond its retention policy, or stop doing so."""

from __future__ import annotations

from barman.errors import RefusedError
from barman.model.keep import KeepTarget

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
        choices=tuple(target.value for target in KeepTarget),
        help="keep the backup with all WAL after it (full), or with the WAL alone "
        "that makes it consistent (standalone)",
    )
    parser.add_argument(
        "-r", "--release", action="store_true", help="do not keep it any longer"
    )
    parser.add_argument(
        "-s", "--status", action="store_true", help="print whether it is kept"
    )


def run(args: Namespace, servers: Servers) -> None:
    """Tell, release or keep, in this order of precedence."""
    if not (args.status or args.release or args.target):
        raise RefusedError("one of --target, --release and --status is needed")
    keeping = servers.one().keeping
    if args.status:
        keeping.show(args.backup_id)
    elif args.release:
        keeping.release(args.backup_id)
    else:
        keeping.keep(args.backup_id, KeepTarget(args.target))
