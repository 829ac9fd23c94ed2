# SPDX-License-Identifier: MIT
"""What every way to take a base backup has in common.

The frame (`manager.py`) calls `begin`, `copy` and `end` in this order and saves the
backup after each.  When one of them fails it calls `abandon`, so that PostgreSQL does
not stay in backup mode.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from barman.backup.request import BackupRequest
    from barman.model.backup import Backup

    class BackupMethod(Protocol):
        """A way to copy a cluster: rsync, or PostgreSQL's own streaming."""

        mode: str

        def refuse_if_impossible(self, request: BackupRequest) -> None:
            """Raise before anything is recorded if this backup cannot be taken."""

        def begin(self, backup: Backup, request: BackupRequest) -> Backup:
            """Describe the cluster and begin; return the backup with what is known."""

        def copy(self, backup: Backup, request: BackupRequest) -> Backup:
            """Copy every file; return the backup with the statistics of the copy."""

        def end(self, backup: Backup) -> Backup:
            """End the backup in PostgreSQL; return it with its end and its label."""

        def abandon(self, backup: Backup) -> Backup:
            """Leave PostgreSQL as it was after a failure; never raise."""

        def close(self) -> None:
            """End the connections."""
