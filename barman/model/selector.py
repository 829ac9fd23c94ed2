# SPDX-License-Identifier: MIT
"""The backup that a word on the command line stands for: shortcut, id or friendly name.

A text of the shape of an id is always an id, of whatever status, and never a name; all
other ways find only backups whose copy is complete, but `last-failed`.
"""

from __future__ import annotations

from barman.errors import NotFoundError, RefusedError, UsageError
from barman.model.backup import BackupStatus, BackupType
from barman.model.backup_id import SHORTCUTS, BackupId, Shortcut, looks_like_id

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from barman.model.backup import Backup

_WHOLE = (BackupType.FULL, BackupType.RSYNC)


def select(text: str, backups: Mapping[BackupId, Backup], *, server: str) -> Backup:
    """Return the one backup that `text` means.

    `auto` is none of these: only a restore can tell which backup its target needs.

    Raises:
        NotFoundError: there is no such backup.
        RefusedError: several backups bear this name.
    """
    found = _find(text, backups)
    if not found:
        raise NotFoundError(f"Unknown backup '{text}' for server '{server}'")
    if len(found) > 1:
        ids = ", ".join(sorted(each.id.text for each in found))
        raise RefusedError(
            f"several backups of server '{server}' are named '{text}': {ids}",
            hint="Use the backup id.",
        )
    return found[0]


def _find(text: str, backups: Mapping[BackupId, Backup]) -> list[Backup]:
    shortcut = SHORTCUTS.get(text)
    if shortcut is not None:
        matches, pick = _MEANINGS[shortcut]
        found = [each for each in backups.values() if matches(each)]
        return [pick(found, key=_order)] if found else []
    if looks_like_id(text):
        backup = backups.get(BackupId(text))
        return [backup] if backup else []
    return [each for each in backups.values() if each.name == text and _usable(each)]


def check_name(name: str) -> None:
    """Refuse, as `UsageError`, a friendly name that could not be looked up."""
    if not name:
        raise UsageError("the name of a backup cannot be empty")
    if looks_like_id(name):
        raise UsageError(f"the backup name '{name}' looks like a backup id")
    if name in SHORTCUTS:
        raise UsageError(f"the backup name '{name}' is a reserved word")


def _order(backup: Backup) -> str:
    return backup.id.text


def _usable(backup: Backup) -> bool:
    return backup.status.is_usable


def _usable_whole(backup: Backup) -> bool:
    return backup.status.is_usable and backup.type in _WHOLE


def _failed(backup: Backup) -> bool:
    return backup.status is BackupStatus.FAILED


def _never(_: Backup) -> bool:
    return False


_MEANINGS: dict[Shortcut, tuple[Callable[[Backup], bool], Callable[..., Backup]]] = {
    Shortcut.LATEST: (_usable, max),
    Shortcut.OLDEST: (_usable, min),
    Shortcut.LATEST_FULL: (_usable_whole, max),
    Shortcut.LAST_FAILED: (_failed, max),
    Shortcut.AUTO: (_never, max),
}
