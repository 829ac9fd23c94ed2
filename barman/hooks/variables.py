# SPDX-License-Identifier: MIT
"""The variables that hook scripts find in their environment, by event.

Names and values are a contract with users' scripts; some of them test exact words.
"""

from __future__ import annotations

import json
from enum import Enum, unique

from barman.model.frozen import frozen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from barman.model.backup import Backup
    from barman.model.backup_id import BackupId


@unique
class HookEvent(Enum):
    """What a hook can be bound to; the value stands in option names."""

    BACKUP = "backup"
    ARCHIVE = "archive"
    DELETE = "delete"
    WAL_DELETE = "wal_delete"
    RECOVERY = "recovery"


@frozen(kw_only=True)
class HookedBackup:
    """A backup as hooks of backup, delete and recovery see it."""

    backup: Backup
    directory: str
    info_path: str
    previous_id: BackupId | None = None
    next_id: BackupId | None = None

    def variables(self) -> dict[str, str]:
        """Return the variables that describe it."""
        return {
            "BARMAN_BACKUP_DIR": self.directory,
            "BARMAN_BACKUP_ID": str(self.backup.id),
            "BARMAN_BACKUP_INFO_PATH": self.info_path,
            "BARMAN_STATUS": self.backup.status.value,
            "BARMAN_PREVIOUS_ID": _text(self.previous_id),
            "BARMAN_NEXT_ID": _text(self.next_id),
            "BARMAN_ERROR": self.backup.error or "",
        }


@frozen(kw_only=True)
class HookedWal:
    """A WAL file as hooks of archive and wal_delete see it."""

    name: str
    path: str
    size: int
    mtime: float
    compression: str | None = None
    error: str | None = None

    def variables(self) -> dict[str, str]:
        """Return the variables that describe it."""
        return {
            "BARMAN_SEGMENT": self.name,
            "BARMAN_FILE": self.path,
            "BARMAN_SIZE": str(self.size),
            "BARMAN_TIMESTAMP": str(self.mtime),
            "BARMAN_COMPRESSION": self.compression or "",
            "BARMAN_ERROR": self.error or "",
        }


@frozen(kw_only=True)
class HookedRecovery:
    """A restore as hooks of recovery see it; `options` are those that are set."""

    backup: HookedBackup
    destination: str
    tablespaces: Mapping[str, str]
    remote_command: str | None
    options: Mapping[str, object]

    def variables(self) -> dict[str, str]:
        """Return the variables that describe it."""
        return {
            **self.backup.variables(),
            "BARMAN_DESTINATION_DIRECTORY": self.destination,
            "BARMAN_TABLESPACES": _json(self.tablespaces),
            "BARMAN_REMOTE_COMMAND": self.remote_command or "",
            "BARMAN_RECOVER_OPTIONS": _json(
                {name: value for name, value in self.options.items() if value}
            ),
            "BARMAN_ERROR": "",
        }


def _json(mapping: Mapping[str, object]) -> str:
    return json.dumps(dict(mapping), sort_keys=True) if mapping else ""


def _text(value: object | None) -> str:
    return "" if value is None else str(value)
