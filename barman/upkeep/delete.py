# SPDX-License-Identifier: MIT
"""Deletes backups: who may be deleted, with which others, under which locks.

Every decision is made on a catalogue that could be read whole, and made again once the
lock is held.
"""

from __future__ import annotations

from contextlib import ExitStack

from barman.errors import BusyError, NotFoundError, RefusedError
from barman.model.backup import BackupStatus
from barman.model.chain import descendants
from barman.model.selector import select
from barman.report.deletion import (
    DeletionBelowMinimum,
    DeletionBusy,
    DeletionForbiddenByKeep,
    DescendantsGo,
)
from barman.system.locks import LockBusyError
from barman.upkeep.delete_removal import Removal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from barman.model.backup import Backup
    from barman.model.backup_id import BackupId
    from barman.upkeep.delete_removal import DeletionTools

    Backups = Mapping[BackupId, Backup]

_UNDER_WAY = (BackupStatus.EMPTY, BackupStatus.STARTED, BackupStatus.SYNCING)


class Deletion:
    """Deletes backups of one server."""

    def __init__(
        self, *, server_name: str, minimum_redundancy: int, tools: DeletionTools
    ) -> None:
        self._server_name = server_name
        self._minimum_redundancy = minimum_redundancy
        self._tools = tools
        self._removal = Removal(tools)

    def delete(self, selector: str) -> None:
        """Delete the backup that `selector` means, and those that need it.

        Raises:
            RefusedError: it must not be deleted, or is in use; nothing has changed.
        """
        backups = self.backups()
        chosen = select(selector, backups, server=self._server_name)
        self._guard(chosen, backups)
        with ExitStack() as held:
            try:
                held.enter_context(self._tools.locks.backup())
                # Whoever is at work on one of them is found before anything goes.
                for each in self._doomed(chosen, backups):
                    with self._locked(each.id):
                        pass
            except LockBusyError as error:
                self._tools.reporter.tell(
                    DeletionBusy(self._server_name, chosen.id, error.path)
                )
                raise self._refusal(chosen.id) from error
            self._delete_tree(chosen.id)

    def _delete_tree(self, id: BackupId) -> None:
        """Delete a backup and its descendants, the deepest first."""
        backups = self.backups()
        chosen = backups.get(id)
        if chosen is None:
            raise NotFoundError(
                f"Unknown backup '{id}' for server '{self._server_name}'"
            )
        self._guard(chosen, backups)
        doomed = self._doomed(chosen, backups)
        if len(doomed) > 1:
            ids = tuple(each.id for each in reversed(doomed[:-1]))
            self._tools.reporter.tell(DescendantsGo(self._server_name, id, ids))
        for each in doomed:
            self.remove(each.id, by_retention=False)

    def remove(
        self,
        id: BackupId,
        *,
        by_retention: bool,
        is_due: Callable[[Backup, Backups], bool] = lambda *_: True,
    ) -> bool:
        """Delete one backup that none needs; tell whether it was deleted now.

        `is_due` is asked when the lock is held.  Raises `BusyError` when another
        process is at work on the backup, `RefusedError` when another backup needs it.
        """
        with ExitStack() as held:
            lock = held.enter_context(self._tools.locks.backup_id(id))
            sync = held.enter_context(self._tools.locks.sync_backup(id))
            backups = self.backups()
            backup = backups.get(id)
            if backup is None or not is_due(backup, backups):
                return False
            if descendants(backup, backups):
                raise RefusedError(
                    f"backup '{id}' is needed by incremental backups: not deleted"
                )
            self._removal.remove(backup, backups, by_retention=by_retention)
            lock.remove_file()
            sync.remove_file()
        return True

    def backups(self) -> Backups:
        """Return all backups; one that cannot be read forbids every deletion."""
        return {backup.id: backup for backup in self._tools.catalogue.list()}

    def is_under_way(self, backup: Backup, backups: Backups) -> bool:
        """Tell whether a backup, or one that needs it, is just being made."""
        return any(e.status in _UNDER_WAY for e in self._doomed(backup, backups))

    def _doomed(self, chosen: Backup, backups: Backups) -> tuple[Backup, ...]:
        """Return what goes when a backup goes, in that order."""
        return (*reversed(descendants(chosen, backups)), chosen)

    def _guard(self, chosen: Backup, backups: Backups) -> None:
        """Refuse what an operator must not delete."""
        tell = self._tools.reporter.tell
        for each in reversed(self._doomed(chosen, backups)):
            if self._tools.keeps.text(each.id) is not None:
                tell(DeletionForbiddenByKeep(self._server_name, each.id))
                raise self._refusal(chosen.id)
        count = sum(each.is_done_and_whole for each in backups.values())
        if chosen.is_done_and_whole and self._minimum_redundancy >= count:
            tell(
                DeletionBelowMinimum(
                    self._server_name, chosen.id, self._minimum_redundancy, count
                )
            )
            raise self._refusal(chosen.id)

    def _locked(self, id: BackupId) -> ExitStack:
        stack = ExitStack()
        try:
            stack.enter_context(self._tools.locks.backup_id(id))
            stack.enter_context(self._tools.locks.sync_backup(id))
        except BusyError:
            stack.close()
            raise
        return stack

    def _refusal(self, id: BackupId) -> RefusedError:
        return RefusedError(f"Cannot delete backup ({self._server_name} {id})")
