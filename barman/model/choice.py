# SPDX-License-Identifier: MIT
"""The backup for a recovery target: chosen, or checked when the operator names it.

A backup serves a target only if it *ended* at or before it: until then its files are
not consistent.  When none does, that is an error; a later one is never taken instead.
"""

from __future__ import annotations

from barman.errors import NotFoundError, RefusedError
from barman.model.frozen import frozen
from barman.model.target import CURRENT, LATEST, TargetKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from barman.model.backup import Backup
    from barman.model.backup_id import BackupId
    from barman.model.target import RecoveryTarget

_UNPLACEABLE = (TargetKind.XID, TargetKind.NAME, TargetKind.IMMEDIATE)


@frozen()
class Choice:
    """A backup and why it is the one."""

    backup: Backup
    reason: str


def choose(
    backups: Mapping[BackupId, Backup],
    target: RecoveryTarget,
    *,
    latest_timeline: int | None,
) -> Choice:
    """Return the newest backup that serves a target: `auto` on the command line.

    `latest_timeline` is the newest one with archived segments.

    Raises:
        RefusedError: nothing tells where such a target lies in the log.
        NotFoundError: no backup serves it.
    """
    if target.kind in _UNPLACEABLE:
        raise RefusedError(
            "For PITR without a backup_id, the only possible recovery targets are "
            f"target_time and target_lsn. 'target_{target.kind.value}' recovery target "
            "is not allowed without a backup_id."
        )
    if target.timeline == CURRENT:
        raise RefusedError(
            "the timeline 'current' means nothing before a backup is chosen",
            hint="Name the backup, or the timeline by its number.",
        )
    timeline = latest_timeline if target.timeline == LATEST else target.timeline
    candidates = [
        each
        for each in backups.values()
        if each.status.is_usable
        and (target.timeline is None or each.timeline == timeline)
        and _serves(each, target)
    ]
    if not candidates:
        raise NotFoundError("Cannot find any candidate backup for recovery.")
    chosen = max(candidates, key=lambda each: each.id.text)
    where = "" if target.timeline is None else f" on timeline {timeline}"
    if target.kind is TargetKind.TIME:
        return Choice(chosen, f"the newest{where} that ended by {target.time}")
    if target.kind is TargetKind.LSN:
        return Choice(chosen, f"the newest{where} that ended by {target.lsn}")
    return Choice(chosen, f"the newest{where}")


def check_backup(backup: Backup, target: RecoveryTarget) -> None:
    """Refuse a backup that cannot be restored, or not to this target."""
    if not backup.status.is_usable:
        raise RefusedError(
            f"Cannot restore from backup '{backup.id}' of server "
            f"'{backup.server_name}': backup status is not DONE"
        )
    if _serves(backup, target):
        return
    if target.kind is TargetKind.TIME:
        raise RefusedError(
            f"The requested target time {target.time} is before the backup end time "
            f"{backup.end_time}"
        )
    raise RefusedError(
        f"The requested target LSN {target.lsn} is before the backup end LSN "
        f"{backup.end_lsn}"
    )


def _serves(backup: Backup, target: RecoveryTarget) -> bool:
    """Tell whether a backup ended by its target; an unknown end serves no target."""
    if target.time is not None:
        return backup.end_time is not None and backup.end_time <= target.time
    if target.lsn is not None:
        return backup.end_lsn is not None and backup.end_lsn <= target.lsn
    return True
