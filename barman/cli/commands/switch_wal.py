# SPDX-License-Identifier: MIT
"""`barman switch-wal`: close the current WAL segment of servers."""

from __future__ import annotations

from argparse import ArgumentTypeError

from barman.errors import ConnectionFailedError, PostgresError
from barman.wal.switch import Awaited, switch_wal, wait_until_archived

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from barman.cli.servers import Servers
    from barman.server import Server


def arguments(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument(
        "--force", action="store_true", help="run a CHECKPOINT before the switch"
    )
    parser.add_argument(
        "--archive", action="store_true", help="wait until the WAL file is archived"
    )
    parser.add_argument(
        "--archive-timeout",
        type=_seconds,
        default=30,
        metavar="SECONDS",
        help="how long to wait at most, 0 for ever; default: %(default)s",
    )


def run(args: Namespace, servers: Servers) -> None:
    """Switch, and wait if asked."""
    servers.each(lambda server: _switch(server, args))


def _switch(server: Server, args: Namespace) -> None:
    reporter, clock = server.surroundings.reporter, server.surroundings.clock
    session = server.postgres
    try:
        in_recovery = session.is_in_recovery
    except (PostgresError, ConnectionFailedError) as error:
        raise PostgresError(
            f"Unable to perform pg_switch_wal for server '{server.name}'.",
            hint=f"{error}.",
        ) from error
    name = switch_wal(
        session,
        server_name=server.name,
        force=args.force,
        reporter=reporter,
        primary=server.primary_postgres if in_recovery else None,
    )
    if args.archive:
        wait_until_archived(
            Awaited(
                server_name=server.name, wal_name=name, timeout=args.archive_timeout
            ),
            archiver=server.wal_archiver,
            tree=server.wal_tree,
            clock=clock,
            reporter=reporter,
        )


def _seconds(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ArgumentTypeError(f"'{text}' is not a valid number of seconds")
    return int(text)
