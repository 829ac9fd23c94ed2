# SPDX-License-Identifier: MIT
"""Incremental backups: the chain down to the full backup, and all that hangs on one.

The child's `parent_id` is the truth, because the child cannot be restored without it.
The list of children that a parent carries may lag behind a crash or name backups that
are gone; nothing is decided by it.
"""

from __future__ import annotations

from barman.errors import DataError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from barman.model.backup import Backup
    from barman.model.backup_id import BackupId


class ChainError(DataError):
    """The ancestors recorded for a backup cannot be its ancestors."""


def parents(backup: Backup, backups: Mapping[BackupId, Backup]) -> tuple[Backup, ...]:
    """Return the ancestors of a backup: its parent first, the full backup last.

    Raises:
        ChainError: one is missing, the chain is a ring, or it mixes clusters.
    """
    found: list[Backup] = []
    seen = {backup.id}
    child = backup
    while child.parent_id is not None:
        parent = backups.get(child.parent_id)
        if parent is None:
            raise ChainError(
                f"backup '{child.id}' needs '{child.parent_id}', which is missing"
            )
        if parent.id in seen:
            raise ChainError(f"backup '{parent.id}' is recorded as its own ancestor")
        _check_lineage(child, parent)
        seen.add(parent.id)
        found.append(parent)
        child = parent
    return tuple(found)


def _check_lineage(child: Backup, parent: Backup) -> None:
    if child.systemid and parent.systemid and child.systemid != parent.systemid:
        raise ChainError(
            f"backup '{child.id}' and its parent '{parent.id}' are not of one cluster"
        )
    if child.timeline and parent.timeline and child.timeline < parent.timeline:
        raise ChainError(
            f"backup '{child.id}' is on timeline {child.timeline}, which is older than"
            f" timeline {parent.timeline} of its parent '{parent.id}'"
        )


def root(backup: Backup, backups: Mapping[BackupId, Backup]) -> Backup:
    """Return the full backup that a backup rests on, perhaps itself; see `parents`."""
    return (backup, *parents(backup, backups))[-1]


def chain(backup: Backup, backups: Mapping[BackupId, Backup]) -> tuple[Backup, ...]:
    """Return what must be combined to restore a backup: full backup first, itself last.

    Raises `ChainError` as `parents` does.
    """
    return (*reversed(parents(backup, backups)), backup)


def descendants(
    backup: Backup, backups: Mapping[BackupId, Backup]
) -> tuple[Backup, ...]:
    """Return every backup that needs this one, the deepest last.

    To delete a tree, go through it in reverse.  Raises `ChainError` for a ring.
    """
    children: dict[BackupId, list[Backup]] = {}
    for other in sorted(backups.values(), key=lambda each: each.id.text):
        if other.parent_id is not None:
            children.setdefault(other.parent_id, []).append(other)
    found: list[Backup] = []
    seen = {backup.id}
    level = children.get(backup.id, [])
    while level:
        for child in level:
            if child.id in seen:
                raise ChainError(f"backup '{child.id}' is recorded as its own ancestor")
            seen.add(child.id)
        found.extend(level)
        level = [each for child in level for each in children.get(child.id, ())]
    return tuple(found)
