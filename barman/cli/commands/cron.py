# SPDX-License-Identifier: MIT
"""`barman cron`: maintain all servers; to be run every minute."""

from __future__ import annotations

import logging

from barman.cli.commands import find_command
from barman.cli.servers import ALL, Servers
from barman.errors import BarmanError
from barman.report.cron import CronLate
from barman.report.report import Problem, UnexpectedError
from barman.system.locks import cleanup
from barman.system.processes import spawn_detached
from barman.upkeep.cron_queue import look_at_queue
from barman.upkeep.cron_rounds import go_round

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable

    from barman.server import Server, Surroundings

logger = logging.getLogger(__name__)


def arguments(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument(
        "--keep-descriptors",
        action="store_true",
        help="let the processes that are started write where this one does",
    )


def run(args: Namespace, servers: Servers) -> None:
    """Maintain every server that is in use, and clean the lock directory up."""
    surroundings = servers.surroundings
    settings, tell = surroundings.configuration.barman, servers.reporter.tell
    command = find_command("cron")
    assert command is not None
    everyone = Servers((ALL,), command, surroundings).chosen()
    _attempt(
        lambda: look_at_queue(
            settings.config_changes_queue,
            lock_directory=settings.lock_directory,
            reporter=servers.reporter,
        ),
        surroundings,
    )
    go_round(
        [
            (server.name, _maintenance(server, keep_output=args.keep_descriptors))
            for server in everyone
        ],
        on_late=lambda name: tell(CronLate(name)),
    )
    if settings.lock_directory_cleanup:
        cleanup(settings.lock_directory)


def _maintenance(server: Server, *, keep_output: bool) -> Callable[[], None]:
    def spawn(words: tuple[str, ...]) -> None:
        spawn_detached(
            (*server.surroundings.program, "-q", *words),
            server.surroundings.environ,
            keep_output=keep_output,
            keep_errors=keep_output,
        )

    def maintain() -> None:
        _attempt(lambda: server.cron.run(spawn), server.surroundings, server.name)
        server.close()

    return maintain


def _attempt(
    act: Callable[[], object], surroundings: Surroundings, name: str | None = None
) -> None:
    """Do one piece of work; whatever goes wrong is told and stops no other."""
    tell = surroundings.reporter.tell
    try:
        act()
    except BarmanError as error:
        tell(Problem(error.message, error.hint))
    except Exception as error:  # a bug on one server must not stop the others
        logger.exception("server '%s'", name)
        tell(UnexpectedError(str(error) or type(error).__name__, name))
