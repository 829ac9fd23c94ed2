# SPDX-License-Identifier: MIT
"""`barman check-backup`: see whether the WAL of a backup has arrived."""

from __future__ import annotations

from barman.model.selector import select
from barman.report.report import Problem

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
    """Record what the archive says of the backup."""
    server = servers.one()
    survey = server.catalogue.survey()
    for unreadable in survey.unreadable:
        error = unreadable.error
        servers.reporter.tell(Problem(error.message, error.hint))
    backups = {backup.id: backup for backup in survey.backups}
    backup = select(args.backup_id, backups, server=server.name)
    server.wal_completion.check(backup.id)
