# SPDX-License-Identifier: MIT
"""barman-wal-restore: fetches one WAL file from Barman; made for `restore_command`.

PostgreSQL takes a status from 1 to 125 for "no such file" and anything above for a
reason to give up, so a lost connection ends with 2, never with ssh's 255.
"""

from __future__ import annotations

import subprocess
import sys
import time

from barman.clients.remote import (
    SSH_FAILED,
    ProgramError,
    end_on_signals,
    fail,
    parser,
    quoted,
    quoted_if_needed,
    ssh_argv,
    test_connection,
)
from barman.clients.spool import Prefetch, take
from barman.clients.transfer import Destination, receive

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

PROGRAM = "barman-wal-restore"
DEPRECATED = (
    "WARNING: `{0}` option is deprecated and will be removed in future versions."
    " For WAL compression, please make sure to enable it directly on the Barman"
    " server via the `compression` configuration option"
)


def main(argv: Sequence[str] | None = None) -> None:
    """Run the program."""
    arguments = _parse(argv)
    end_on_signals()
    for option in ("gzip", "bzip2"):
        if getattr(arguments, option):
            print(DEPRECATED.format(option))
    try:
        if arguments.test:
            test_connection(get_wal_argv(arguments, "dummy_wal_name", "--test"))
        _restore(arguments)
    except ProgramError as error:
        fail(error)
    except OSError as error:
        fail(ProgramError(2, f'Error executing "ssh": {error}'))


def get_wal_argv(
    arguments: argparse.Namespace, wal_name: str, first: str | None = None
) -> list[str]:
    """Return the command that sends a file; `first` stands before other options."""
    argv = ssh_argv(arguments)
    if arguments.config:
        argv.append(f"--config {quoted_if_needed(arguments.config)}")
    options = [first] if first else []
    for option in ("gzip", "bzip2", "keep_compression"):
        if getattr(arguments, option):
            options.append("--" + option.replace("_", "-"))
    if arguments.partial:
        options.append("--partial")
    words = ["get-wal", *options, quoted(arguments.server_name), quoted(wal_name)]
    return [*argv, " ".join(words)]


def _restore(arguments: argparse.Namespace) -> None:
    destination = Destination.open(arguments.wal_dest)
    spool = None
    try:
        # The spool is looked at even when nothing is fetched ahead this time.
        if take(arguments.spool_dir, arguments.wal_name, destination):
            return
        if arguments.parallel:
            spool = Prefetch(
                arguments.spool_dir, lambda name: get_wal_argv(arguments, name)
            )
            spool.start(_peek(arguments))
        _fetch(arguments, destination)
    finally:
        destination.close()
        if spool is not None:
            spool.finish()


def _peek(arguments: argparse.Namespace) -> list[str]:
    """Return the names to fetch ahead; raise when even the wanted file is not there."""
    count = quoted(str(arguments.parallel))
    completed = subprocess.run(
        get_wal_argv(arguments, arguments.wal_name, f"--peek {count}"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        check=False,
    )
    if completed.returncode == SSH_FAILED:
        raise ProgramError(2, "Connection problem with ssh")
    names = completed.stdout.decode("utf-8", "replace").split()
    if completed.returncode != 0 or names[:1] != [arguments.wal_name]:
        raise ProgramError(
            2, f"The required file is not available: {arguments.wal_name}"
        )
    return names[1:]


def _fetch(arguments: argparse.Namespace, destination: Destination) -> None:
    try:
        status = receive(get_wal_argv(arguments, arguments.wal_name), destination)
        if status == SSH_FAILED:
            raise ProgramError(2, "Connection problem with ssh")
        if status != 0:
            raise ProgramError(
                status if status > 0 else 1,
                "Remote 'barman get-wal' command has failed!",
            )
    except (ProgramError, OSError):
        if arguments.sleep:
            print(f"Sleeping for {arguments.sleep} seconds.")
            sys.stdout.flush()
            time.sleep(arguments.sleep)
        raise


def _parse(argv: Sequence[str] | None) -> argparse.Namespace:
    made = parser(
        PROGRAM, "Fetch a WAL file from Barman: the restore_command of PostgreSQL."
    )
    made.add_argument(
        "-s",
        "--sleep",
        type=int,
        default=0,
        metavar="SECONDS",
        help="sleep after a failure before ending (default: %(default)s)",
    )
    made.add_argument(
        "-p",
        "--parallel",
        type=int,
        default=0,
        metavar="JOBS",
        help="fetch this many files at once (default: %(default)s, off)",
    )
    made.add_argument(
        "--spool-dir",
        default="/var/tmp/walrestore",  # noqa: S108 - the documented default
        metavar="DIR",
        help="where files fetched ahead wait (default: %(default)s)",
    )
    _add_forms(made)
    made.add_argument("barman_host", metavar="BARMAN_HOST", help="the Barman host")
    made.add_argument(
        "server_name", metavar="SERVER_NAME", help="the server, as Barman calls it"
    )
    made.add_argument(
        "wal_name", metavar="WAL_NAME", help="the name, %%f in PostgreSQL"
    )
    made.add_argument(
        "wal_dest", metavar="WAL_DEST", help="the path, %%p in PostgreSQL"
    )
    return made.parse_args(argv)


def _add_forms(made: argparse.ArgumentParser) -> None:
    """Add the options that say in which form a file may come."""
    made.add_argument(
        "-P", "--partial", action="store_true", help="take partial files too"
    )
    group = made.add_mutually_exclusive_group()
    group.add_argument(
        "-z", "--gzip", action="store_true", help="transfer with gzip (deprecated)"
    )
    group.add_argument(
        "-j", "--bzip2", action="store_true", help="transfer with bzip2 (deprecated)"
    )
    group.add_argument(
        "--keep-compression",
        action="store_true",
        help="transfer as stored, decompress here",
    )


if __name__ == "__main__":
    main(sys.argv[1:])
