# SPDX-License-Identifier: MIT
"""Enforces the retention policy of a server, and finishes interrupted deletions.

A verdict is asked for again under the lock of the backup, right before it is deleted:
an operator may have kept it meanwhile.
"""

from __future__ import annotations

import logging
import os

from barman.errors import BusyError
from barman.model.chain import descendants
from barman.model.retention import Redundancy, Verdict
from barman.report.deletion import (
    BackupObsolete,
    BackupOrphaned,
    DeletionMarkRemoved,
    DeletionResumed,
    RetentionSkipsBusy,
)
from barman.upkeep.delete_begun import has_begun

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from barman.config.server_config import ServerConfig
    from barman.model.backup import Backup
    from barman.model.backup_id import BackupId
    from barman.upkeep.delete import Deletion
    from barman.upkeep.delete_removal import DeletionTools
    from barman.upkeep.verdicts import Verdicts

logger = logging.getLogger(__name__)


class Retention:
    """Deletes what the policy of one server calls obsolete."""

    def __init__(
        self,
        *,
        config: ServerConfig,
        verdicts: Verdicts,
        deletion: Deletion,
        tools: DeletionTools,
    ) -> None:
        self._config = config
        self._verdicts = verdicts
        self._deletion = deletion
        self._tools = tools

    def enforce(self) -> None:
        """Finish what was begun; then delete obsolete backups, the oldest first.

        Raises at the first deletion that is refused or fails: the next run goes on.
        """
        self.finish_interrupted()
        config = self._config
        if config.retention_policy is None or config.retention_policy_mode != "auto":
            return
        self._log_minimum()
        backups = self._deletion.backups()
        self._tell_orphans(backups)
        verdicts = self._verdicts.judge(tuple(backups.values())) or {}
        for id in sorted(verdicts):
            if verdicts[id] is Verdict.OBSOLETE and not self._is_orphan(id):
                self._delete(id)

    def finish_interrupted(self) -> None:
        """Finish the deletions that were interrupted; take away marks of no meaning."""
        marked = self._tools.markers.ids()
        if not marked:
            return
        backups = self._deletion.backups()
        depth = {id: len(descendants(b, backups)) for id, b in backups.items()}
        for id in sorted(marked, key=lambda id: (depth.get(id, 0), id)):
            try:
                self._settle_mark(id)
            except BusyError:
                self._tell_busy(id)

    def _settle_mark(self, id: BackupId) -> None:
        """Finish the deletion of a marked backup, or take its mark away."""

        def is_due(backup: Backup, _: Mapping[BackupId, Backup]) -> bool:
            if has_begun(backup, self._tools.layout):
                tell(DeletionResumed(self._config.name, id))
                return True
            if self._tools.markers.remove(id):
                tell(DeletionMarkRemoved(self._config.name, id))
            return False

        tell = self._tools.reporter.tell
        if self._tools.catalogue.find(id) is not None:
            self._deletion.remove(id, by_retention=False, is_due=is_due)
        elif self._is_orphan(id):
            # Neither described nor there: only the mark was left to remove.
            with self._tools.locks.backup_id(id):
                if self._tools.catalogue.find(id) is None:
                    self._tools.markers.remove(id)

    def _delete(self, id: BackupId) -> None:
        """Delete an obsolete backup and what needs it, the deepest first."""
        backups = self._deletion.backups()
        root = backups.get(id)
        if root is None or not self._is_obsolete(root, backups):
            return
        self._tools.reporter.tell(BackupObsolete(self._config.name, id))
        for each in (*reversed(descendants(root, backups)), root):
            try:
                gone = self._deletion.remove(
                    each.id, by_retention=True, is_due=self._is_obsolete
                )
            except BusyError:
                self._tell_busy(each.id)
                return
            if not gone and self._tools.catalogue.find(each.id) is not None:
                return  # It is obsolete no longer, so its parents are needed.

    def _is_obsolete(self, backup: Backup, backups: Mapping[BackupId, Backup]) -> bool:
        if self._deletion.is_under_way(backup, backups):
            return False
        verdicts = self._verdicts.judge(tuple(backups.values())) or {}
        return verdicts.get(backup.id) is Verdict.OBSOLETE

    def _tell_orphans(self, backups: Mapping[BackupId, Backup]) -> None:
        for id, backup in backups.items():
            if backup.status.is_usable and self._is_orphan(id):
                directory = self._tools.layout.backup_directory(id)
                self._tools.reporter.tell(
                    BackupOrphaned(self._config.name, id, directory)
                )

    def _is_orphan(self, id: BackupId) -> bool:
        return not os.path.lexists(self._tools.layout.backup_directory(id))

    def _tell_busy(self, id: BackupId) -> None:
        self._tools.reporter.tell(RetentionSkipsBusy(self._config.name, id))

    def _log_minimum(self) -> None:
        policy, minimum = self._config.retention_policy, self._config.minimum_redundancy
        if isinstance(policy, Redundancy) and policy.places(minimum) > policy.count:
            logger.warning(
                "server '%s' keeps %s backups, its minimum redundancy, rather than %s",
                self._config.name,
                minimum,
                policy.count,
            )
