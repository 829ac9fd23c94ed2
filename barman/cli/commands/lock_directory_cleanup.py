# SPDX-License-Identifier: MIT
"""`barman lock-directory-cleanup`: remove lock files that nobody holds."""

from __future__ import annotations

from barman.system.locks import cleanup

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from barman.cli.servers import Servers


def arguments(parser: ArgumentParser) -> None:
    """Add nothing."""


def run(args: Namespace, servers: Servers) -> None:
    """Clean the lock directory up, silently."""
    cleanup(servers.surroundings.configuration.barman.lock_directory)
