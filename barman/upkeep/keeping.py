# SPDX-License-Identifier: MIT
"""Keeping a backup beyond its retention policy, and letting it go again.

A backup is kept under its lock: what retention is deleting is waited for, and then
not there to be kept.
"""

from __future__ import annotations

from barman.errors import RefusedError
from barman.model.backup import BackupStatus
from barman.model.selector import select
from barman.report.listing import KeepShown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barman.catalogue.backups import BackupCatalogue
    from barman.catalogue.keeps import Keeps
    from barman.model.backup import Backup
    from barman.model.keep import KeepTarget
    from barman.report.report import Reporter
    from barman.system.locks import Locks


class Keeping:
    """Keeps and releases the backups of one server."""

    def __init__(
        self,
        *,
        server_name: str,
        catalogue: BackupCatalogue,
        keeps: Keeps,
        locks: Locks,
        reporter: Reporter,
    ) -> None:
        self._server_name = server_name
        self._catalogue = catalogue
        self._keeps = keeps
        self._locks = locks
        self._reporter = reporter

    def keep(self, selector: str, target: KeepTarget) -> None:
        """Keep a backup; raise `RefusedError` for one that is not DONE and whole."""
        id = self._select(selector).id
        with self._locks.using_backup(id):
            self._keep(self._catalogue.get(id), target)

    def _keep(self, backup: Backup, target: KeepTarget) -> None:
        if backup.status is not BackupStatus.DONE:
            raise RefusedError(
                f"Cannot keep backup '{backup.id}': its status is"
                f" {backup.status.value} and not DONE"
            )
        if backup.is_incremental:
            raise RefusedError(
                f"Cannot keep backup '{backup.id}': it is incremental",
                hint="Keep its root backup, which keeps its incrementals as well.",
            )
        self._keeps.keep(backup.id, target)

    def release(self, selector: str) -> None:
        """Let a backup go, kept or not."""
        self._keeps.release(self._select(selector).id)

    def show(self, selector: str) -> None:
        """Tell whether a backup is kept."""
        text = self._keeps.text(self._select(selector).id)
        self._reporter.tell(KeepShown(server_name=self._server_name, text=text))

    def _select(self, selector: str) -> Backup:
        by_id = {backup.id: backup for backup in self._catalogue.list()}
        return select(selector, by_id, server=self._server_name)
