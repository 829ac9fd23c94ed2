# SPDX-License-Identifier: MIT
"""Removes one backup, step by step, so that any step may be the last one executed.

The order: mark; hooks; record as FAILED; data; WAL; what hangs on the backup (its
parent's list, the size of the next one); its directory; backup.info; the mark.  Every
step can be repeated, and as long as backup.info is there, the next run finds the mark
and repeats them.  Everything that can fail for want of knowledge comes before the mark.
"""

from __future__ import annotations

import logging
import os

from barman.backup.backup_hooks import hooked
from barman.backup.measure import measure
from barman.catalogue.listing import names_in
from barman.errors import BusyError, FileError, RefusedError
from barman.hooks.variables import HookEvent
from barman.model.backup import BackupType
from barman.model.frozen import frozen, replace
from barman.model.neighbours import next_usable
from barman.model.trim import what_to_trim
from barman.report.deletion import (
    DeletionDone,
    DeletionStarted,
    WalDeleted,
    WalDeletionStarted,
)
from barman.system.files import remove_file, remove_tree
from barman.upkeep.delete_begun import begun
from barman.wal.trim import WalTrimmer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from barman.catalogue.backups import BackupCatalogue
    from barman.catalogue.delete_markers import DeleteMarkers
    from barman.catalogue.keeps import Keeps
    from barman.catalogue.layout import Layout
    from barman.catalogue.wal_index import WalIndex
    from barman.hooks.script import Hooks
    from barman.model.backup import Backup
    from barman.model.backup_id import BackupId
    from barman.model.trim import Trim
    from barman.report.report import Reporter
    from barman.system.clock import Clock
    from barman.system.locks import Locks

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 0.1
ATTEMPTS = 30


@frozen(kw_only=True)
class DeletionTools:
    """What deleting works with."""

    layout: Layout
    catalogue: BackupCatalogue
    index: WalIndex
    keeps: Keeps
    markers: DeleteMarkers
    locks: Locks
    hooks: Hooks
    clock: Clock
    reporter: Reporter


class Removal:
    """Removes single backups of one server; whoever calls holds the backup's lock."""

    def __init__(self, tools: DeletionTools) -> None:
        self._tools = tools

    def remove(
        self,
        backup: Backup,
        backups: Mapping[BackupId, Backup],
        *,
        by_retention: bool,
    ) -> None:
        """Remove a backup that no other one needs; raise before anything is gone.

        Raises:
            RefusedError: a hook forbids it: of the backup, then nothing has changed;
                of a WAL file, then the next run goes on.
        """
        tools = self._tools
        began, stopwatch = tools.clock.now(), tools.clock.monotonic()
        _refuse_foreign(backup, tools.layout)
        due = what_to_trim(
            backup, backups, tools.keeps.targets(backups), by_retention=by_retention
        )
        told = hooked(backup, tools.layout, tools.catalogue).variables()
        self._mark(backup, told)
        tools.reporter.tell(DeletionStarted(backup.server_name, backup.id))
        tools.catalogue.save(begun(backup))
        self._remove_data(backup)
        if due is not None:
            self._trim(due)
        self._mend_others(backup, backups)
        remove_tree(tools.layout.backup_directory(backup.id))
        self._sweep(backup.id)
        tools.catalogue.remove(backup.id)
        tools.markers.remove(backup.id)
        tools.reporter.tell(
            DeletionDone(
                server_name=backup.server_name,
                backup_id=backup.id,
                began=began,
                seconds=tools.clock.monotonic() - stopwatch,
            )
        )
        tools.hooks.run_post(HookEvent.DELETE, told)

    def _mark(self, backup: Backup, told: Mapping[str, str]) -> None:
        """Mark the backup and ask the hooks; the mark does not outlive their veto."""
        was_marked = self._tools.markers.is_placed(backup.id)
        self._tools.markers.place(backup.id)
        try:
            self._tools.hooks.run_pre(HookEvent.DELETE, told)
        except BaseException:
            if not was_marked:
                self._tools.markers.remove(backup.id)
            raise

    def _remove_data(self, backup: Backup) -> None:
        """Empty the directory of the backup, tablespaces first."""
        directory = self._tools.layout.backup_directory(backup.id)
        if os.path.islink(directory) or not os.path.isdir(directory):
            return
        tablespaces = [str(each.oid) for each in backup.tablespaces]
        names = names_in(directory)
        for name in sorted(names, key=lambda name: (name not in tablespaces, name)):
            remove_tree(os.path.join(directory, name))

    def _sweep(self, id: BackupId) -> None:
        """Remove what killed processes left half written about the backup."""
        meta = self._tools.layout.meta
        for name in names_in(meta):
            if name.startswith(f".{id}-") and name.endswith(".tmp"):
                remove_file(os.path.join(meta, name))

    def _trim(self, due: Trim) -> None:
        tools = self._tools
        tools.reporter.tell(WalDeletionStarted())
        trimmer = WalTrimmer(
            layout=tools.layout,
            index=tools.index,
            hooks=tools.hooks,
            reporter=tools.reporter,
        )
        trimmer.trim(due, on_removed=lambda name: tools.reporter.tell(WalDeleted(name)))

    def _mend_others(self, backup: Backup, backups: Mapping[BackupId, Backup]) -> None:
        """Correct what is recorded of other backups and has changed now."""
        if backup.parent_id in backups:
            assert backup.parent_id is not None
            self._change(backup.parent_id, lambda parent: _disown(parent, backup.id))
        following = next_usable(backup, backups.values())
        if following is not None and following.type is BackupType.RSYNC:
            self._change(following.id, self._measured)

    def _measured(self, backup: Backup) -> Backup:
        size = measure(self._tools.layout.backup_directory(backup.id))
        return replace(backup, deduplicated_size=size.deduplicated_size)

    def _change(self, id: BackupId, change: Callable[[Backup], Backup]) -> None:
        """Change what is recorded of another backup, under its lock.

        None of this is worth a deletion: what cannot be corrected now stays as it is.
        """
        for _ in range(ATTEMPTS):
            try:
                with self._tools.locks.backup_id(id):
                    before = self._tools.catalogue.find(id)
                    if before is not None and (after := change(before)) != before:
                        self._tools.catalogue.save(after)
                return
            except BusyError:
                self._tools.clock.sleep(PAUSE_SECONDS)
            except FileError as error:
                logger.warning("backup %s is not corrected: %s", id, error)
                return
        logger.warning("backup %s is busy and not corrected", id)


def _disown(parent: Backup, id: BackupId) -> Backup:
    children = tuple(child for child in parent.children_ids if child != id)
    return replace(parent, children_ids=children)


def _refuse_foreign(backup: Backup, layout: Layout) -> None:
    """Refuse what lies where we cannot remove it, lest it be forgotten there."""
    if backup.mode.startswith("snapshot") or "://" in layout.base:
        raise RefusedError(
            f"backup '{backup.id}' does not lie on this machine: this version of Barman"
            " cannot delete it"
        )
    if not os.path.isdir(layout.base):
        raise FileError(
            f'"{layout.base}" is not a directory',
            hint="Mount the file system that holds the backups.",
        )
