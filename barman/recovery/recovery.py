# SPDX-License-Identifier: MIT
"""Restores of one server: choose the backup, plan, refuse or carry out.

The backup is locked from its plan to the end: a deletion meanwhile would leave a
cluster that starts and lacks files.
"""

from __future__ import annotations

from barman.errors import BarmanError, ConfigError, DataError
from barman.model.backup_id import BackupId, looks_like_id
from barman.model.choice import Choice, choose
from barman.model.frozen import frozen
from barman.model.selector import select
from barman.recovery.archive import read_archive
from barman.recovery.base_copy import BaseCopy
from barman.recovery.plan import Requester, make_plan
from barman.recovery.restore import Restore
from barman.recovery.wal_copy import WalCopy
from barman.report.recovery import BackupChosen, WaitingWalLeftOut
from barman.wal.archiver import custom_filters

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from barman.catalogue.backups import BackupCatalogue
    from barman.catalogue.layout import Layout
    from barman.catalogue.wal_index import WalIndex
    from barman.catalogue.wal_tree import WalTree
    from barman.config.server_config import ServerConfig
    from barman.hooks.script import Hooks
    from barman.hooks.variables import HookedBackup
    from barman.model.backup import Backup
    from barman.recovery.archive import Archive
    from barman.recovery.plan import RecoveryPlan
    from barman.recovery.request import RestoreRequest
    from barman.report.report import Reporter
    from barman.system.clock import Clock
    from barman.system.command import CommandRunner
    from barman.system.locks import Locks
    from barman.wal.archiver import WalArchiver

AUTO = "auto"


@frozen(kw_only=True)
class RecoveryParts:
    """What restores work with; `hooked` shows a backup as hooks see it."""

    config: ServerConfig
    barman_user: str
    layout: Layout
    catalogue: BackupCatalogue
    index: WalIndex
    tree: WalTree
    locks: Locks
    archiver: WalArchiver
    hooks: Hooks
    hooked: Callable[[Backup], HookedBackup]
    runner: CommandRunner
    clock: Clock
    reporter: Reporter


class Recovery:
    """Plans and carries out the restores of one server."""

    def __init__(self, parts: RecoveryParts) -> None:
        self._parts = parts
        self._custom = custom_filters(parts.config)

    def restore(self, selector: str, request: RestoreRequest) -> None:
        """Restore the backup that `selector` means, or refuse it with the reason."""
        parts = self._parts
        if "://" in parts.layout.base or "://" in parts.layout.wals:
            raise ConfigError(
                "backups in a cloud storage cannot be restored by this version"
            )
        self._archive_waiting()
        archive = read_archive(parts.index, parts.tree, self._custom)
        chosen = self._choose(selector, request, archive)
        with parts.locks.using_backup(chosen.id):
            backup = parts.catalogue.get(chosen.id)
            plan = self._plan(backup, request, archive)
            self._restore().run(plan, parts.hooked(backup))

    def _archive_waiting(self) -> None:
        """Archive what waits: it may be what the target needs.

        A store that takes nothing in, a full one say, can still be restored from.
        """
        try:
            self._parts.archiver.archive(quiet=True)
        except (BarmanError, OSError) as error:
            self._parts.reporter.tell(WaitingWalLeftOut(str(error)))

    def _backups(self, selector: str) -> dict[BackupId, Backup]:
        """Return the backups; raise the error of one unreadable that may be meant."""
        catalogue = self._parts.catalogue
        survey = catalogue.survey()
        meant = looks_like_id(selector) and catalogue.info_path(BackupId(selector))
        for each in survey.unreadable:
            if not meant or each.path == meant:
                raise DataError(
                    each.error.message,
                    hint=None if meant else "Name the backup to restore by its id.",
                )
        return {each.id: each for each in survey.backups}

    def _choose(
        self, selector: str, request: RestoreRequest, archive: Archive
    ) -> Backup:
        backups = self._backups(selector)
        if selector != AUTO:
            return select(selector, backups, server=self._parts.config.name)
        choice: Choice = choose(
            backups, request.target, latest_timeline=archive.latest_timeline
        )
        self._parts.reporter.tell(BackupChosen(choice.backup.id, choice.reason))
        return choice.backup

    def _plan(
        self, backup: Backup, request: RestoreRequest, archive: Archive
    ) -> RecoveryPlan:
        requester = Requester(
            server_name=self._parts.config.name, barman_user=self._parts.barman_user
        )
        return make_plan(backup, request, archive, requester)

    def _restore(self) -> Restore:
        parts = self._parts
        return Restore(
            layout=parts.layout,
            base=BaseCopy(
                layout=parts.layout,
                runner=parts.runner,
                reporter=parts.reporter,
                bandwidth_limit=parts.config.bandwidth_limit,
            ),
            wal=WalCopy(layout=parts.layout, custom=self._custom),
            hooks=parts.hooks,
            clock=parts.clock,
            reporter=parts.reporter,
        )
