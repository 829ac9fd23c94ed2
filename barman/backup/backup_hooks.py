# SPDX-License-Identifier: MIT
"""The hooks around a base backup, told of it as it stands."""

from __future__ import annotations

from barman.hooks.variables import HookedBackup, HookEvent
from barman.model.neighbours import next_usable, previous_usable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barman.catalogue.backups import BackupCatalogue
    from barman.catalogue.layout import Layout
    from barman.hooks.script import Hooks
    from barman.model.backup import Backup


class BackupHooks:
    """Runs what is configured to run before and after a backup."""

    def __init__(
        self, *, hooks: Hooks, layout: Layout, catalogue: BackupCatalogue
    ) -> None:
        self._hooks = hooks
        self._layout = layout
        self._catalogue = catalogue

    def before(self, backup: Backup) -> None:
        """Run the pre hooks; raise `RefusedError` when one forbids the backup."""
        self._hooks.run_pre(HookEvent.BACKUP, self._variables(backup))

    def after(self, backup: Backup) -> None:
        """Run the post hooks."""
        self._hooks.run_post(HookEvent.BACKUP, self._variables(backup))

    def _variables(self, backup: Backup) -> dict[str, str]:
        if not self._hooks.has(HookEvent.BACKUP):
            return {}
        return hooked(backup, self._layout, self._catalogue).variables()


def hooked(backup: Backup, layout: Layout, catalogue: BackupCatalogue) -> HookedBackup:
    """Return a backup as hooks see it, with its neighbours."""
    backups = catalogue.survey().backups
    previous, following = previous_usable(backup, backups), next_usable(backup, backups)
    return HookedBackup(
        backup=backup,
        directory=layout.backup_directory(backup.id),
        info_path=catalogue.info_path(backup.id),
        previous_id=previous.id if previous else None,
        next_id=following.id if following else None,
    )
