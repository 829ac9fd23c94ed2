# SPDX-License-Identifier: MIT
"""The main file: enough of a configuration to become the right user and to log.

It is read as whoever calls; everything else is read as `barman_user` (`load.py`).
"""

from __future__ import annotations

from barman.config.configuration import LogSettings
from barman.config.ini import read_ini
from barman.config.options import GLOBAL_OPTIONS
from barman.errors import ConfigError
from barman.model.frozen import frozen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_LEVELS = {
    "CRITICAL": 50,
    "FATAL": 50,
    "ERROR": 40,
    "WARNING": 30,
    "WARN": 30,
    "INFO": 20,
    "DEBUG": 10,
    "NOTSET": 0,
}


@frozen(kw_only=True)
class MainFile:
    """The main file, read; enough to become the right user and to open the log."""

    path: str
    sections: dict[str, dict[str, str]]
    barman_user: str
    log: LogSettings


def read_main(path: str) -> MainFile:
    """Read the main file alone; raise ConfigError."""
    sections = read_ini(path)
    if "barman" not in sections:
        raise ConfigError(f"configuration file '{path}' has no [barman] section")
    barman = sections["barman"]
    return MainFile(
        path=path,
        sections=sections,
        barman_user=str(global_text(barman, "barman_user")),
        log=_log_settings(barman),
    )


def global_text(barman: Mapping[str, str], name: str) -> str | None:
    """Return what `[barman]` says, or the built-in default."""
    return barman.get(name) or GLOBAL_OPTIONS[name].default


def _log_settings(barman: Mapping[str, str]) -> LogSettings:
    text = str(global_text(barman, "log_level"))
    level = int(text) if text.isdecimal() else _LEVELS.get(text.upper())
    return LogSettings(
        file=global_text(barman, "log_file"),
        level=_LEVELS["INFO"] if level is None else level,
        format=str(global_text(barman, "log_format")),
        unknown_level=text if level is None else None,
    )
