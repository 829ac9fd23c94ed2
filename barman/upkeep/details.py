# SPDX-License-Identifier: MIT
"""One backup in every detail that is known of it."""

from __future__ import annotations

from barman.codec.registry import identify_file, open_plain
from barman.errors import BarmanError
from barman.model.chain import ChainError, chain
from barman.model.selector import select
from barman.model.timeline import TimelineHistory
from barman.report.backup_details import BackupShown, WalFigures
from barman.report.report import Problem
from barman.system.files import file_error
from barman.upkeep.readable import complete, readable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from barman.catalogue.backups import BackupCatalogue
    from barman.catalogue.wal_accounting import WalAccounting
    from barman.catalogue.wal_index import WalIndex
    from barman.catalogue.wal_tree import WalTree
    from barman.model.backup import Backup
    from barman.model.backup_id import BackupId
    from barman.report.report import Reporter
    from barman.upkeep.verdicts import Verdicts


class Details:
    """Tells all about a backup of one server; reads and changes nothing."""

    def __init__(
        self,
        *,
        server_name: str,
        catalogue: BackupCatalogue,
        wal_index: WalIndex,
        wal_tree: WalTree,
        verdicts: Verdicts,
        reporter: Reporter,
    ) -> None:
        self._server_name = server_name
        self._catalogue = catalogue
        self._wal_index = wal_index
        self._wal_tree = wal_tree
        self._verdicts = verdicts
        self._reporter = reporter

    def show(self, selector: str) -> None:
        """Tell everything about the backup that `selector` means."""
        backups = readable(self._catalogue, self._reporter)
        by_id = {backup.id: backup for backup in backups}
        backup = select(selector, by_id, server=self._server_name)
        if backup.status.is_usable:
            report = self._details(backup, backups, by_id)
        else:
            none = WalFigures(segment_size=int(backup.segment_size))
            report = BackupShown(backup=backup, spanned=none, after=none)
        self._reporter.tell(report)

    def _details(
        self,
        backup: Backup,
        backups: tuple[Backup, ...],
        by_id: Mapping[BackupId, Backup],
    ) -> BackupShown:
        whole = complete(backups)
        account = self._wal_index.account(whole).get(backup.id)
        verdicts = self._verdicts.judge(backups)
        place = whole.index(backup)
        root_id, chain_size = self._chain(backup, by_id)
        spanned, after = _figures(backup, account)
        return BackupShown(
            backup=backup,
            spanned=spanned,
            after=after,
            last_wal_name=str(account.last) if account and account.last else None,
            wal_seconds=_seconds(account),
            reachable_timelines=self._reachable(backup),
            verdict=None if verdicts is None else verdicts[backup.id],
            previous_id=whole[place - 1].id if place else None,
            next_id=whole[place + 1].id if place + 1 < len(whole) else None,
            root_id=root_id,
            chain_size=chain_size,
        )

    def _chain(
        self, backup: Backup, by_id: Mapping[BackupId, Backup]
    ) -> tuple[BackupId | None, int]:
        try:
            links = chain(backup, by_id)
        except ChainError as error:
            self._reporter.tell(Problem(error.message, error.hint))
            return None, 1
        return links[0].id, len(links)

    def _reachable(self, backup: Backup) -> tuple[int, ...]:
        """Return the archived timelines that begin after this backup, on its own."""
        if backup.timeline is None or backup.end_lsn is None:
            return ()
        found = []
        for name in self._wal_tree.histories():
            timeline = int(name[:8], 16)
            try:
                text = _read_text(self._wal_tree.path(name))
                forks = TimelineHistory.parse(timeline, text).forks
            except BarmanError as error:
                self._reporter.tell(Problem(error.message, error.hint))
                continue
            if any(
                fork.parent == backup.timeline and fork.lsn >= backup.end_lsn
                for fork in forks
            ):
                found.append(timeline)
        return tuple(sorted(found))


def _read_text(path: str) -> str:
    """Return what an archived text file holds, however it is stored.

    Bytes that are no text stay recognisable.
    """
    try:
        with open_plain(path, identify_file(path)) as file:
            return file.read().decode("utf-8", "backslashreplace")
    except OSError as error:
        raise file_error("read", path, error) from error


def _figures(
    backup: Backup, account: WalAccounting | None
) -> tuple[WalFigures, WalFigures]:
    size = int(backup.segment_size)
    if account is None:
        return WalFigures(segment_size=size), WalFigures(segment_size=size)
    return (
        WalFigures(count=account.count, size=account.size, segment_size=size),
        WalFigures(
            count=account.count_after, size=account.size_after, segment_size=size
        ),
    )


def _seconds(account: WalAccounting | None) -> float | None:
    if account is None or account.first_time is None or account.last_time is None:
        return None
    return max(account.last_time - account.first_time, 0.0)
