# SPDX-License-Identifier: MIT
"""The servers that a command line chooses, and what is told of those it cannot have."""

from __future__ import annotations

from barman.cli.commands import Act
from barman.errors import BarmanError
from barman.report.report import ConfigurationWarning, Problem
from barman.report.server import (
    AllIsNotOne,
    AllWithOthers,
    ServerInactive,
    ServerRefusedAsPassive,
    ServerSkipped,
    ServerUnknown,
    Skip,
)
from barman.server import Server

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from barman.cli.commands import CliCommand, States
    from barman.config.server_config import ServerConfig
    from barman.report.report import Message, Reporter
    from barman.server import Surroundings

ALL = "all"


class CommandOver(Exception):
    """The command ends here, and all that there is to say has been told."""


class Servers:
    """Chooses servers and builds them."""

    def __init__(
        self, names: Iterable[str], command: CliCommand, surroundings: Surroundings
    ) -> None:
        self._names = sorted(set(names))
        self._command = command
        self.surroundings = surroundings

    @property
    def reporter(self) -> Reporter:
        """Whom commands tell what is not told by a part."""
        return self.surroundings.reporter

    def all(self, *, despite_conflicts: bool = False) -> list[Server]:
        """Return every configured server, whatever its state."""
        configuration = self.surroundings.configuration
        if configuration.errors and not despite_conflicts:
            for error in configuration.errors:
                self.reporter.tell(Problem(error))
            raise CommandOver
        for config in configuration.servers.values():
            for warning in config.warnings:
                self.reporter.tell(ConfigurationWarning(warning))
        return [
            Server(config, self.surroundings)
            for config in configuration.servers.values()
        ]

    def chosen(self, states: States | None = None) -> list[Server]:
        """Return the servers named, alphabetically, that the command works on."""
        found = {server.name: server for server in self.all()}
        names = self._names
        if ALL in names:
            if len(names) > 1:
                self.reporter.tell(AllWithOthers())
            names = list(found)
        for name in names:
            if name not in found:
                self.reporter.tell(ServerUnknown(name))
        allowed = states or self._command.states
        return [
            found[name]
            for name in names
            if name in found and self._accepts(found[name].config, allowed)
        ]

    def each(self, act: Callable[[Server], object]) -> None:
        """Do `act` with each chosen server; an error on one does not stop others."""
        for server in self.chosen():
            try:
                act(server)
            except BarmanError as error:
                self.reporter.tell(Problem(error.message, error.hint))
            finally:
                server.close()

    def one(self, states: States | None = None) -> Server:
        """Return the one server named; another end of the command where there is none.

        Raises:
            CommandOver: it is unknown, skipped or refused, and that has been told.
        """
        if self._names == [ALL]:
            self.reporter.tell(AllIsNotOne())
            raise CommandOver
        for server in self.chosen(states):
            return server
        raise CommandOver

    def _accepts(self, config: ServerConfig, states: States) -> bool:
        """Tell whether the command works on a server; otherwise tell why not."""
        name = config.name
        wanted: tuple[tuple[bool, Act, Skip, Message], ...] = (
            (not config.active, states.inactive, Skip.INACTIVE, ServerInactive(name)),
            (config.disabled, states.disabled, Skip.DISABLED, _first_problem(config)),
            (
                config.passive,
                states.passive,
                Skip.PASSIVE,
                ServerRefusedAsPassive(name, self._command.name),
            ),
        )
        for is_so, act, skip, refusal in wanted:
            if is_so and act is not Act.RUN:
                said = ServerSkipped(name, skip) if act is Act.SKIP else refusal
                self.reporter.tell(said)
                return False
        return True


def _first_problem(config: ServerConfig) -> Problem:
    for problem in config.problems:
        return Problem(problem)
    return Problem(f"server '{config.name}' is disabled")
