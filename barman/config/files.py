# SPDX-License-Identifier: MIT
"""Finding the files of a configuration and laying them over each other.

The main file is found and read before privileges are dropped, so `~` is then the
caller's home; the included files come after.  Option by option the last file wins.
Included files may not change `[barman]`.
"""

from __future__ import annotations

import os

from barman.config.ini import read_ini
from barman.errors import ConfigError
from barman.model.frozen import frozen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ENVIRONMENT_VARIABLE = "BARMAN_CONFIG_FILE"
_USUAL_FILES = ("~/.barman.conf", "/etc/barman.conf", "/etc/barman/barman.conf")
AUTO_FILE = ".barman.auto.conf"


class NoMainFile(ConfigError):
    """There is no main file; shown without a word before it."""


class FatalConfigError(ConfigError):
    """The files contradict each other; shown after the word `FATAL`."""


@frozen()
class Layers:
    """What the files say together, and which file said it last."""

    values: Mapping[str, Mapping[str, str]]
    sources: Mapping[str, Mapping[str, str]]
    notes: tuple[str, ...] = ()


def find_main_file(
    explicit: str | None, *, environ: Mapping[str, str], home: str
) -> str:
    """Return the path of the main file; raise `NoMainFile`.

    `explicit` is what the command line names.
    """
    named = explicit or environ.get(ENVIRONMENT_VARIABLE)
    if named:
        if not os.path.exists(named):
            raise NoMainFile(f"configuration file '{named}' does not exist")
        return named
    for usual in _USUAL_FILES:
        path = expand_user(usual, home)
        if os.path.exists(path):
            return path
    raise NoMainFile(
        "no configuration file found; looked for:\n" + ", ".join(_USUAL_FILES)
    )


def expand_user(path: str, home: str) -> str:
    """Replace a leading `~`, for which `home` stands."""
    if path == "~" or path.startswith("~/"):
        return home + path[1:]
    # `~name` is looked up in the password file, not in the environment.
    return os.path.expanduser(path)


def read_layers(main: str, main_values: dict[str, dict[str, str]], home: str) -> Layers:
    """Read everything but the main file, whose sections are given, and merge."""
    barman = main_values["barman"]
    values = {section: dict(options) for section, options in main_values.items()}
    sources = {
        section: dict.fromkeys(options, main)
        for section, options in main_values.items()
    }
    notes: list[str] = []
    directory = barman.get("configuration_files_directory")
    paths = list(_included(expand_user(directory, home), notes)) if directory else []
    auto = os.path.join(barman.get("barman_home", ""), AUTO_FILE)
    if barman.get("barman_home") and os.path.exists(auto):
        paths.append(auto)
    for path in paths:
        for section, options in read_ini(path).items():
            if section == "barman":
                _refuse_changes(path, options, barman)
            values.setdefault(section, {}).update(options)
            sources.setdefault(section, {}).update(dict.fromkeys(options, path))
    return Layers(values, sources, tuple(notes))


def _included(directory: str, notes: list[str]) -> Iterator[str]:
    """Yield the files to include in order; note what is none."""
    if not os.path.isdir(directory):
        notes.append(
            f"configuration_files_directory '{directory}' is not a directory; ignored"
        )
        return
    try:
        names = sorted(os.listdir(directory))
    except OSError as error:
        raise ConfigError(
            f"configuration_files_directory '{directory}' cannot be read: "
            f"{error.strerror}"
        ) from error
    for name in names:
        if name.endswith(".conf") and not name.startswith("."):
            path = os.path.join(directory, name)
            if os.path.isfile(path):
                yield path
            else:
                notes.append(f"'{path}' is not a regular file; not included")


def _refuse_changes(
    path: str, options: Mapping[str, str], barman: Mapping[str, str]
) -> None:
    for key, text in sorted(options.items()):
        if barman.get(key) != text:
            raise FatalConfigError(
                f"configuration file '{path}' changes '{key}' of section [barman], "
                "which only the main file may set"
            )
