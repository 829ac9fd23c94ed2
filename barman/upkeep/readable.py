# SPDX-License-Identifier: MIT
"""Which backups of a server can be told of.

A backup.info that cannot be read is told as an error and does not hide the others.
"""

from __future__ import annotations

from barman.report.report import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from barman.catalogue.backups import BackupCatalogue
    from barman.model.backup import Backup
    from barman.report.report import Reporter


def readable(catalogue: BackupCatalogue, reporter: Reporter) -> tuple[Backup, ...]:
    """Return the backups that can be read, and tell of those that cannot."""
    survey = catalogue.survey()
    for unreadable in survey.unreadable:
        error = unreadable.error
        reporter.tell(Problem(error.message, error.hint))
    return survey.backups


def complete(backups: Iterable[Backup]) -> list[Backup]:
    """Return the backups that can be restored, or could once their WAL is there."""
    return [backup for backup in backups if backup.status.is_usable]
