# SPDX-License-Identifier: MIT
"""What is asked of one restore."""

from __future__ import annotations

from barman.model.frozen import frozen
from barman.model.target import RecoveryTarget

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

SETTINGS_FILE = "postgresql.auto.conf"


@frozen(kw_only=True)
class RestoreRequest:
    """Where to, up to which target, and how PostgreSQL is to get its WAL.

    `destination` and `staging_wal_directory` are absolute paths; `relocations` are
    places of tablespaces by name; `restore_command` replaces the generated one where
    WAL is fetched.
    """

    destination: str
    target: RecoveryTarget = RecoveryTarget()
    relocations: Mapping[str, str] = {}
    standby: bool = False
    fetch_wal: bool = False
    restore_command: str | None = None
    staging_wal_directory: str | None = None
    settings_file: str = SETTINGS_FILE

    @property
    def recovers_from_archive(self) -> bool:
        """Whether PostgreSQL is given a signal file, and settings of a recovery."""
        return self.target.is_point_in_time or self.standby or self.fetch_wal
