# SPDX-License-Identifier: MIT
"""The program `barman`: from the words of the command line to an exit status.

Imports stand in functions here, on purpose: `barman --version` loads nothing, and a
command loads its own module and no other.
"""

from __future__ import annotations

import gc
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import MutableMapping, Sequence
    from typing import Any, TextIO

    from barman.cli.commands import CliCommand
    from barman.cli.declared import Declare, Request
    from barman.cli.journal import Journal, Log
    from barman.cli.telling import Renderer, Teller
    from barman.config.configuration import Configuration
    from barman.config.main_file import MainFile
    from barman.errors import BarmanError

BROKEN_PIPE = 141


def main(words: Sequence[str] | None = None) -> int:
    """Run the program and return its exit status."""
    # Nothing of what is loaded is garbage: neither now nor at the end of the program
    # is it looked through for some.  What works for long collects (see _command).
    gc.disable()
    try:
        return _run(sys.argv[1:] if words is None else words)
    finally:
        gc.enable()
        gc.freeze()


def _run(words: Sequence[str]) -> int:
    if words and words[0] in ("-v", "--version"):
        from barman.cli.version_line import VERSION_LINE

        print(VERSION_LINE)
        return 0
    from barman.cli.plain import read_plain

    request = read_plain(words, _declaration)
    if request is None:
        from barman.cli.arguments import parse

        request = parse(words, _declaration)
    program = Program(request, os.environ)
    try:
        return program.run()
    except BrokenPipeError:
        # Whoever read our output has seen enough; nothing may be flushed into it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return BROKEN_PIPE


def _declaration(command: CliCommand) -> Declare:
    declare: Declare = _module(command).arguments
    return declare


def _module(command: CliCommand) -> Any:
    name = f"barman.cli.commands.{command.module}"
    __import__(name)
    return sys.modules[name]


class Program:
    """One run: configuration, user, log, output, command, in this order."""

    def __init__(self, request: Request, environ: MutableMapping[str, str]) -> None:
        self._request = request
        self._options = request.options
        self._environ = environ

    def run(self) -> int:
        """Run the command and return the exit status."""
        from barman.config.files import FatalConfigError, NoMainFile
        from barman.errors import BarmanError

        try:
            main_file = self._become_user()
            journal = self._journal(main_file)
            configuration = self._load(main_file)
        except NoMainFile as error:
            return _stop("", error)
        except FatalConfigError as error:
            return _stop("FATAL: ", error)
        except BarmanError as error:
            return _stop("ERROR: ", error)
        return self._command(configuration, journal)

    def _become_user(self) -> MainFile:
        """Read the main file as the caller, and go on as the user it names."""
        from barman.config.files import find_main_file
        from barman.config.main_file import read_main
        from barman.system.user import become

        path = find_main_file(
            self._options.config, environ=self._environ, home=self._home()
        )
        main_file = read_main(path)
        become(main_file.barman_user, self._environ)
        return main_file

    def _load(self, main_file: MainFile) -> Configuration:
        from barman.config.load import load

        return load(main_file, home=self._home())

    def _home(self) -> str:
        return self._environ.get("HOME") or os.path.expanduser("~")

    def _journal(self, main_file: MainFile) -> Journal:
        from barman.cli.journal import Journal

        settings = main_file.log
        level = _LOG_LEVELS.get(self._options.log_level, settings.level)

        def open_log() -> Log:
            import logging

            from barman.system import log

            log.open_log(
                log.LogSettings(
                    file=settings.file, level=level, format=settings.format
                ),
                stderr=_stream(sys.stderr),
            )
            return logging.getLogger("barman")

        return Journal(open_log, level)

    def _command(self, configuration: Configuration, journal: Journal) -> int:
        """Run the command within the boundary where errors end."""
        from barman.cli.boundary import guarded
        from barman.cli.commands import HELP
        from barman.report.report import ConfigurationWarning

        command = self._request.command or HELP
        renderer, area_folders = self._renderer()
        teller = _teller(renderer, area_folders, journal, patient=not command.quick)

        def act() -> None:
            if not command.quick:
                journal.open()
            for note in configuration.notes:
                journal.write(_LOG_LEVELS["WARNING"], note)
            for warning in configuration.warnings:
                teller.tell(ConfigurationWarning(warning))
            self._act(command, configuration, teller)

        if not command.quick:
            from barman.system.signals import SignalEnd

            gc.enable()
            SignalEnd().install()
        status = guarded(act, teller, journal, command.exits)
        return teller.finish(status)

    def _act(
        self, command: CliCommand, configuration: Configuration, teller: Teller
    ) -> None:
        from barman.cli.servers import Servers
        from barman.server import Surroundings
        from barman.system.clock import SystemClock

        surroundings = Surroundings(
            configuration=configuration,
            reporter=teller,
            clock=SystemClock(),
            environ=self._environ,
            program=_own_call(configuration.path),
        )
        args = self._request.args
        names = getattr(args, "server_name", ())
        chosen = (names,) if isinstance(names, str) else names
        _module(command).run(args, Servers(chosen, command, surroundings))

    def _renderer(self) -> tuple[Renderer, tuple[str, ...]]:
        """Return the renderer asked for, and the folders that hold its areas."""
        out, err = _stream(sys.stdout), _stream(sys.stderr)
        options = self._options
        if getattr(self._request.args, "nagios", False):
            from barman.render.nagios import NagiosReporter

            return NagiosReporter(out), ("words",)
        if options.format == "json":
            from barman.render.json import JsonReporter

            json = JsonReporter(out, quiet=options.quiet, debug=options.debug)
            return json, ("words", "json")
        from barman.render.console import ConsoleReporter

        terminal = out.isatty() and err.isatty()
        console = ConsoleReporter(
            out,
            err,
            colours=options.color == "always" or (options.color == "auto" and terminal),
            quiet=options.quiet,
            debug=options.debug,
            terminal=terminal,
        )
        return console, ("words", "console")


_LOG_LEVELS = {
    "CRITICAL": 50,
    "ERROR": 40,
    "WARNING": 30,
    "INFO": 20,
    "DEBUG": 10,
    "NOTSET": 0,
}


def _teller(
    renderer: Renderer, folders: tuple[str, ...], journal: Journal, *, patient: bool
) -> Teller:
    from barman.cli.telling import Teller

    def load_area(area: str) -> None:
        for folder in folders:
            name = f"barman.render.{folder}.{area}"
            try:
                __import__(name)
            except ModuleNotFoundError as error:
                # An area has no module where it has nothing to say.
                if error.name != name:
                    raise

    return Teller(renderer, load_area=load_area, log=journal.record, patient=patient)


def _stream(stream: TextIO | None) -> TextIO:
    """Return a stream that also says names which are no text; none is the void."""
    if stream is None:
        return open(os.devnull, "w", encoding="utf-8")
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="surrogateescape")
    return stream


def _own_call(config_path: str) -> tuple[str, ...]:
    """Return how a child process calls this program with the same configuration."""
    return (sys.executable, sys.argv[0], "-c", os.path.abspath(config_path))


def _stop(prefix: str, error: BarmanError) -> int:
    """Say, before there is any output format, why the program cannot start."""
    print(f"{prefix}{error.message}", file=sys.stderr)
    if error.hint:
        print(f"HINT: {error.hint}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
