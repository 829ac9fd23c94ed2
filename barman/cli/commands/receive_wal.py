# SPDX-License-Identifier: MIT
"""`barman receive-wal`: stream WAL, stop that, make or remove the slot for it."""

from __future__ import annotations

from barman.cli.commands import NOT_DISABLED, WORKING
from barman.errors import RefusedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from barman.cli.servers import Servers


def arguments(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("--stop", action="store_true", help="stop the running process")
    parser.add_argument(
        "--create-slot", action="store_true", help="make the replication slot"
    )
    parser.add_argument(
        "--if-not-exists",
        action="store_true",
        help="with --create-slot: a slot that is there is no error",
    )
    parser.add_argument(
        "--drop-slot", action="store_true", help="remove the replication slot"
    )


def run(args: Namespace, servers: Servers) -> None:
    """Do one of the four, the first that is asked for."""
    if not (args.stop or args.create_slot or args.drop_slot):
        servers.one(WORKING).wal_receiver.receive()
        return
    server = servers.one(NOT_DISABLED)
    if args.stop:
        if not server.processes.stop_if_running("receive-wal"):
            raise RefusedError(
                "Termination of receive-wal failed: no such process for server"
                f" {server.name}"
            )
    elif args.create_slot:
        server.slots.create(if_not_exists=args.if_not_exists)
    else:
        server.slots.drop()
