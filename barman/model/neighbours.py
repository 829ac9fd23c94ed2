# SPDX-License-Identifier: MIT
"""The usable backups before and after one, in the order of their ids."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from barman.model.backup import Backup


def previous_usable(backup: Backup, backups: Iterable[Backup]) -> Backup | None:
    """Return the newest usable backup that is older, None if there is none."""
    older = (b for b in backups if b.status.is_usable and b.id < backup.id)
    return max(older, key=lambda each: each.id, default=None)


def next_usable(backup: Backup, backups: Iterable[Backup]) -> Backup | None:
    """Return the oldest usable backup that is newer, None if there is none."""
    newer = (b for b in backups if b.status.is_usable and b.id > backup.id)
    return min(newer, key=lambda each: each.id, default=None)
