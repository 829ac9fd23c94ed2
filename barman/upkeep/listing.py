# SPDX-License-Identifier: MIT
"""The backups of one server as a list."""

from __future__ import annotations

from barman.report.listing import BackupsListed, ListedBackup
from barman.upkeep.readable import complete, readable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from barman.catalogue.backups import BackupCatalogue
    from barman.catalogue.wal_accounting import WalAccounting
    from barman.catalogue.wal_index import WalIndex
    from barman.model.backup import Backup
    from barman.model.backup_id import BackupId
    from barman.model.retention import Verdict
    from barman.report.report import Reporter
    from barman.upkeep.verdicts import Verdicts


class Listing:
    """Tells the backups of one server; reads and changes nothing."""

    def __init__(
        self,
        *,
        server_name: str,
        catalogue: BackupCatalogue,
        wal_index: WalIndex,
        verdicts: Verdicts,
        reporter: Reporter,
    ) -> None:
        self._server_name = server_name
        self._catalogue = catalogue
        self._wal_index = wal_index
        self._verdicts = verdicts
        self._reporter = reporter

    def list_backups(self, *, minimal: bool = False) -> None:
        """Tell all backups, the newest first."""
        backups = readable(self._catalogue, self._reporter)
        whole = [] if minimal else complete(backups)
        accounts = self._wal_index.account(whole) if whole else {}
        verdicts = None if minimal else self._verdicts.judge(backups)
        self._reporter.tell(
            BackupsListed(
                server_name=self._server_name,
                backups=tuple(
                    _listed(backup, accounts, verdicts) for backup in reversed(backups)
                ),
                minimal=minimal,
            )
        )


def _listed(
    backup: Backup,
    accounts: Mapping[BackupId, WalAccounting],
    verdicts: Mapping[BackupId, Verdict] | None,
) -> ListedBackup:
    account = accounts.get(backup.id)
    return ListedBackup(
        backup=backup,
        size=(backup.size or 0) + (account.size if account else 0),
        wal_size=account.size_after if account else 0,
        verdict=None if verdicts is None else verdicts[backup.id],
    )
