# SPDX-License-Identifier: MIT
"""`barman backup`: take a base backup of servers."""

from __future__ import annotations

import argparse

from barman.backup.request import BackupRequest
from barman.catalogue.backup_info import fields
from barman.cli.arguments import integer_from
from barman.errors import UsageError
from barman.model.selector import check_name
from barman.report.backup import BackupTaken

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from typing import Any

    from barman.cli.servers import Servers
    from barman.config.server_config import ServerConfig
    from barman.server import Server

# Options that replace a setting of the configuration: destination, setting.
_SETTINGS = {
    "jobs": "parallel_jobs",
    "jobs_start_batch_size": "parallel_jobs_start_batch_size",
    "jobs_start_batch_period": "parallel_jobs_start_batch_period",
    "immediate_checkpoint": "immediate_checkpoint",
    "reuse": "reuse_backup",
    "retry_times": "basebackup_retry_times",
    "retry_sleep": "basebackup_retry_sleep",
    "bandwidth_limit": "bandwidth_limit",
    "keepalive_interval": "keepalive_interval",
    "manifest": "autogenerate_manifest",
}


def arguments(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    add = parser.add_argument
    count = integer_from(0)
    add("-w", "--wait", action="store_true", help="wait for the WAL that it needs")
    add(
        "--wait-timeout",
        type=count,
        metavar="SECONDS",
        help="wait that long at most (default: for ever)",
    )
    add("--name", type=_name, help="a friendly name for the backup")
    add(
        "--immediate-checkpoint",
        action=argparse.BooleanOptionalAction,
        help="begin with a fast checkpoint, or a spread one",
    )
    add(
        "--keepalive-interval",
        type=count,
        metavar="SECONDS",
        help="how often the session of the backup is used (rsync), 0 for never",
    )
    add(
        "--manifest",
        action=argparse.BooleanOptionalAction,
        help="write a backup_manifest (rsync)",
    )
    add(
        "--check-timeout",
        type=count,
        metavar="SECONDS",
        help="limit of the checks before the backup, 0 for none",
    )
    _add_copying(parser)


def _add_copying(parser: ArgumentParser) -> None:
    """Add the options that say how files are copied."""
    add = parser.add_argument
    count, positive = integer_from(0), integer_from(1)
    add("-j", "--jobs", type=positive, metavar="N", help="workers that copy files")
    add(
        "--jobs-start-batch-size",
        type=positive,
        metavar="N",
        help="how many workers start at once",
    )
    add(
        "--jobs-start-batch-period",
        type=positive,
        metavar="SECONDS",
        help="pause between such starts",
    )
    add(
        "--reuse-backup",
        dest="reuse",
        nargs="?",
        const="link",
        choices=("copy", "link", "off"),
        help="share unchanged files with the previous backup (rsync; default: link)",
    )
    add(
        "--bwlimit",
        dest="bandwidth_limit",
        type=count,
        metavar="KBPS",
        help="transfer limit in kB a second, 0 for none",
    )
    add("--retry-times", type=count, metavar="N", help="how often to copy again")
    add(
        "--no-retry",
        dest="retry_times",
        action="store_const",
        const=0,
        help="the same as --retry-times 0",
    )
    add("--retry-sleep", type=count, metavar="SECONDS", help="pause before a retry")


def run(args: Namespace, servers: Servers) -> None:
    """Take a backup of each server and show what is recorded of it."""

    def take(server: Server) -> None:
        manager = server.backup_manager(check_timeout=args.check_timeout)
        backup = manager.take(_request(args, server.config))
        servers.reporter.tell(
            BackupTaken(backup_id=backup.id, fields=dict(fields(backup)))
        )

    servers.each(take)


def _request(args: Namespace, config: ServerConfig) -> BackupRequest:
    """Return the configured request with what the command line says instead."""
    wanted: dict[str, Any] = {}
    for option, setting in _SETTINGS.items():
        given = getattr(args, option)
        wanted[option] = getattr(config, setting) if given is None else given
    wanted["reuse"] = None if wanted["reuse"] == "off" else wanted["reuse"]
    wanted["bandwidth_limit"] = wanted["bandwidth_limit"] or None
    return BackupRequest(
        name=args.name,
        wait=args.wait,
        wait_timeout=args.wait_timeout,
        external_configuration="external_configuration" in config.backup_options,
        **wanted,
    )


def _name(text: str) -> str:
    try:
        check_name(text)
    except UsageError as error:
        raise argparse.ArgumentTypeError(error.message) from error
    return text
