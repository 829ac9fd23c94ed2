# SPDX-License-Identifier: MIT
"""The backup method that a server is configured for, built from its parts."""

from __future__ import annotations

from barman.backup.postgres_method import PostgresMethod, StreamSource
from barman.backup.rsync_method import RsyncMethod, RsyncSource
from barman.errors import ConfigError
from barman.model.conninfo import Conninfo
from barman.model.frozen import frozen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from barman.backup.method import BackupMethod
    from barman.backup.surroundings import BackupSurroundings
    from barman.config.server_config import ServerConfig
    from barman.postgres.programs import Programs
    from barman.postgres.session import PostgresSession
    from barman.system.host import Host
    from barman.system.runner import LocalRunner

# What the configuration may ask for and no method here does: option, values allowed.
_BEYOND = {
    "backup_compression": (None,),
    "encryption": (None,),
    "primary_conninfo": (None,),
}


@frozen(kw_only=True)
class Reach:
    """How the cluster is reached; `host` connects when it is first called."""

    session: PostgresSession
    host: Callable[[], Host]
    runner: LocalRunner
    programs: Programs


def backup_method(
    config: ServerConfig, around: BackupSurroundings, reach: Reach
) -> BackupMethod:
    """Return the method; raise `ConfigError` for a setting that none honours."""
    _refuse_what_none_does(config)
    if config.backup_method == "postgres":
        return PostgresMethod(
            StreamSource(
                conninfo=Conninfo.parse(config.streaming_conninfo or ""),
                application_name=config.streaming_backup_name,
                runner=reach.runner,
                programs=reach.programs,
            ),
            session=reach.session,
            layout=around.layout,
            clock=around.clock,
            reporter=around.reporter,
        )
    return RsyncMethod(
        RsyncSource(
            host=reach.host(),
            runner=reach.runner,
            network_compression=config.network_compression,
            tablespace_limits=config.tablespace_bandwidth_limit or (),
        ),
        session=reach.session,
        layout=around.layout,
        catalogue=around.catalogue,
        clock=around.clock,
        reporter=around.reporter,
    )


def _refuse_what_none_does(config: ServerConfig) -> None:
    """Refuse before anything is copied: a setting is never silently left out."""
    if config.backup_method not in ("rsync", "local-rsync", "postgres"):
        raise ConfigError(
            f"backup_method = {config.backup_method} is not available in this version",
            hint="Use rsync, local-rsync or postgres.",
        )
    if "exclusive_backup" in config.backup_options:
        raise ConfigError(
            "backup_options = exclusive_backup is not available in this version",
            hint="Use concurrent_backup, which every supported PostgreSQL has.",
        )
    for option, allowed in _BEYOND.items():
        if getattr(config, option) not in allowed:
            raise ConfigError(
                f"server '{config.name}' sets {option}, which backups of this version"
                " do not honour",
                hint=f"Remove {option} to take plain backups.",
            )
