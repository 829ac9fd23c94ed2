# SPDX-License-Identifier: MIT
"""A configuration as the rest of the program sees it: read, resolved, frozen."""

from __future__ import annotations

from barman.model.frozen import frozen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from barman.config.server_config import ServerConfig


@frozen(kw_only=True)
class LogSettings:
    """Where the log goes (None: standard error), from which level, in what layout.

    `unknown_level` is a level that was written and is none.
    """

    file: str | None
    level: int
    format: str
    unknown_level: str | None = None


@frozen(kw_only=True)
class BarmanConfig:
    """The options of the program; `settings` holds `[barman]` as the files say it."""

    barman_home: str
    barman_user: str
    lock_directory: str
    lock_directory_cleanup: bool
    config_changes_queue: str
    configuration_files_directory: str | None
    log: LogSettings
    settings: Mapping[str, str]


@frozen()
class ModelConfig:
    """A named set of overrides for servers of one cluster."""

    name: str
    cluster: str
    values: Mapping[str, object]


@frozen(kw_only=True)
class Configuration:
    """All that the files say.

    `warnings` are told on standard error and logged, `notes` are logged only.  With
    any of `errors` every command stops that needs servers.
    """

    path: str
    barman: BarmanConfig
    servers: Mapping[str, ServerConfig]
    models: Mapping[str, ModelConfig]
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    sources: Mapping[str, Mapping[str, str]]

    def source_of(self, section: str, option: str) -> str:
        """Return the file that a value comes from, or `default`.

        compat: an option in `[barman]` counts even when servers do not inherit it.
        """
        for name in (section, "barman"):
            source = self.sources.get(name, {}).get(option)
            if source is not None:
                return source
        return "default"
