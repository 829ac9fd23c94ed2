# SPDX-License-Identifier: MIT
"""`barman restore`: put a backup into a directory, ready to be started."""

from __future__ import annotations

import argparse
import os

from barman.errors import BarmanError, RefusedError
from barman.model.lsn import Lsn
from barman.model.target import RecoveryTarget, parse_timeline
from barman.model.target_time import parse_target_time
from barman.recovery.request import SETTINGS_FILE, RestoreRequest
from barman.report.recovery import ZoneAssumed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from datetime import datetime

    from barman.cli.servers import Servers
    from barman.config.server_config import ServerConfig


def arguments(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    add = parser.add_argument
    add(
        "backup_id",
        metavar="BACKUP_ID",
        help="id, name or shortcut of a backup; 'auto' chooses by the target",
    )
    add("destination", metavar="DESTINATION_DIRECTORY", help="a new or empty directory")
    _target_arguments(parser)
    add(
        "--tablespace",
        dest="relocations",
        metavar="NAME:LOCATION",
        action="append",
        default=[],
        help="put a tablespace elsewhere (repeatable)",
    )
    add(
        "--get-wal",
        action=argparse.BooleanOptionalAction,
        help="let PostgreSQL fetch WAL during recovery, or copy it now",
    )
    add(
        "--restore-command",
        metavar="COMMAND",
        help="the command that fetches WAL, with --get-wal",
    )
    add("--standby-mode", action="store_true", help="make it a standby")
    add(
        "--staging-wal-directory",
        metavar="DIRECTORY",
        help="where WAL for a point-in-time recovery is put"
        " (default: barman_wal in the destination)",
    )
    add(
        "--recovery-conf-filename",
        metavar="NAME",
        default=SETTINGS_FILE,
        type=_file_name,
        help="the file that gets the recovery settings (default: %(default)s)",
    )


def _target_arguments(parser: ArgumentParser) -> None:
    add = parser.add_argument
    add("--target-time", metavar="TIME", help="stop at a time: 2026-01-31 23:59+01:00")
    add("--target-xid", metavar="XID", help="stop at a transaction")
    add("--target-lsn", metavar="LSN", help="stop at a place in the log")
    add("--target-name", metavar="NAME", help="stop at a restore point")
    add(
        "--target-immediate",
        action="store_true",
        help="stop as soon as the backup is consistent",
    )
    add(
        "--target-tli",
        metavar="TIMELINE",
        type=_timeline,
        help="follow this timeline: a number, 'current' or 'latest'",
    )
    add(
        "--exclusive",
        action="store_true",
        help="stop right before the time, transaction or LSN",
    )
    add(
        "--target-action",
        choices=("pause", "shutdown", "promote"),
        help="what PostgreSQL does when it has reached the target",
    )


def run(args: Namespace, servers: Servers) -> None:
    """Restore the backup, or say why not."""
    server = servers.one()
    request = RestoreRequest(
        destination=_directory(args.destination),
        target=_target(args, servers),
        relocations=dict(_relocation(rule) for rule in args.relocations),
        standby=args.standby_mode,
        fetch_wal=_fetches(args, server.config),
        restore_command=args.restore_command,
        staging_wal_directory=args.staging_wal_directory
        and _path(args.staging_wal_directory),
        settings_file=args.recovery_conf_filename,
    )
    server.recovery.restore(args.backup_id, request)


def _fetches(args: Namespace, config: ServerConfig) -> bool:
    if args.get_wal is None:
        return "get-wal" in config.recovery_options
    return bool(args.get_wal)


def _target(args: Namespace, servers: Servers) -> RecoveryTarget:
    return RecoveryTarget(
        time=_time(args, servers),
        xid=args.target_xid,
        lsn=None if args.target_lsn is None else Lsn.parse(args.target_lsn),
        name=args.target_name,
        immediate=args.target_immediate,
        exclusive=args.exclusive,
        action=args.target_action,
        timeline=args.target_tli,
    )


def _time(args: Namespace, servers: Servers) -> datetime | None:
    if args.target_time is None:
        return None
    parsed = parse_target_time(args.target_time, now=servers.surroundings.clock.now())
    if parsed.zone_assumed:
        servers.reporter.tell(ZoneAssumed(parsed.time))
    return parsed.time


def _directory(path: str) -> str:
    if ":" in path:
        raise RefusedError(
            "The destination directory parameter cannot contain the ':' character",
            hint="This version restores on the host where it runs.",
        )
    return _path(path)


def _path(path: str) -> str:
    if "\n" in path:
        raise RefusedError("a directory name cannot contain a line feed")
    return os.path.abspath(path)


def _relocation(rule: str) -> tuple[str, str]:
    name, colon, place = rule.partition(":")
    if not (name and colon and place):
        raise RefusedError(
            f"Invalid tablespace relocation rule '{rule}'",
            hint="The valid syntax for a relocation rule is NAME:LOCATION",
        )
    return name, _path(place)


def _timeline(text: str) -> int | str:
    try:
        return parse_timeline(text)
    except BarmanError as error:
        raise argparse.ArgumentTypeError(error.message) from error


def _file_name(text: str) -> str:
    if not text or "/" in text or text in (".", ".."):
        raise argparse.ArgumentTypeError(f"'{text}' is not a file name")
    return text
