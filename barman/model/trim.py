# SPDX-License-Identifier: MIT
"""Which archived WAL may go when a backup is deleted or the first one is complete.

Names are compared as plain text, timeline first: all of a higher timeline stays, all of
a lower one goes unless a backup lives on it.  Where the beginning of a backup that
decides is unknown, nothing goes.  Files are to be removed by name, never by directory.
"""

from __future__ import annotations

from barman.model.backup import BackupStatus
from barman.model.frozen import frozen
from barman.model.keep import KeepTarget
from barman.model.wal_file import is_wal_file_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from barman.model.backup import Backup
    from barman.model.backup_id import BackupId

_NEEDING = (BackupStatus.DONE, BackupStatus.WAITING_FOR_WALS, BackupStatus.SYNCING)
_ABOVE_ALL = "g"  # sorts after every hexadecimal digit of either case


@frozen()
class Trim:
    """What stays: names from `limit` on, whole timelines, and ranges of segments."""

    limit: str
    timelines: frozenset[str] = frozenset()
    ranges: tuple[tuple[str, str], ...] = ()

    def goes(self) -> Callable[[str], bool]:
        """Return the test of a name, fit for a scan of the WAL index.

        History files stay, and whatever is not the name of a WAL file.
        """
        limit, timelines, ranges = self.limit, self.timelines, self.ranges

        def test(name: str) -> bool:
            if name >= limit or len(name) < 24:
                return False
            segment = name[:24].upper()
            if segment[:8] in timelines:
                return False
            for first, last in ranges:
                if first <= segment <= last:
                    return False
            return is_wal_file_name(name)

        return test


def what_to_trim(
    deleted: Backup,
    backups: Mapping[BackupId, Backup],
    keeps: Mapping[BackupId, KeepTarget],
    *,
    by_retention: bool,
) -> Trim | None:
    """Return what the deletion of a backup sets free; None when that is nothing.

    `backups` are all of the server, with or without the deleted one.  Only retention
    looks past backups that are kept standalone: an operator who deletes one backup
    has not asked to cut off what another one could be recovered to.
    """
    others = [each for each in backups.values() if each.id != deleted.id]
    earlier = [
        each for each in others if each.status.is_usable and each.id < deleted.id
    ]
    if any(keeps.get(each.id) is not KeepTarget.STANDALONE for each in earlier):
        return None
    if earlier and not by_retention:
        return None
    ranges = tuple(
        (str(each.begin_segment), str(each.end_segment))
        for each in earlier
        if each.begin_segment is not None and each.end_segment is not None
    )
    if len(ranges) < len(earlier):
        return None
    later = [each for each in others if each.status.is_usable and each.id > deleted.id]
    decisive = min(later, key=lambda each: each.id.text, default=deleted)
    if decisive.begin_segment is None:
        return None
    limit = str(decisive.begin_segment)
    spared = {each.id for each in earlier}
    if decisive is deleted and deleted.mode.endswith("-exclusive"):
        lonely = all(
            each.status is BackupStatus.FAILED or each.id in spared for each in others
        )
        limit = _ABOVE_ALL if lonely else limit
    return _within_bounds(
        limit,
        decisive.begin_segment.timeline,
        others,
        [each for each in others if each.id not in spared],
        ranges,
    )


def trim_before_first(first: Backup, backups: Mapping[BackupId, Backup]) -> Trim | None:
    """Return what the first backup of a server sets free; None when that is nothing.

    It sets nothing free while it has not begun, when it failed, and when a usable
    backup came before it.
    """
    others = [each for each in backups.values() if each.id != first.id]
    if first.begin_segment is None or not first.status.is_archiving:
        return None
    if any(each.status.is_usable and each.id < first.id for each in others):
        return None
    return _within_bounds(
        str(first.begin_segment), first.begin_segment.timeline, others, others, ()
    )


def _within_bounds(
    limit: str,
    timeline: int,
    others: Iterable[Backup],
    needing: Iterable[Backup],
    ranges: tuple[tuple[str, str], ...],
) -> Trim:
    """Return the trim up to `limit`, or up to what a backup in `needing` begins with.

    Ids follow a wall clock and need not follow the log: a backup that comes later by
    its id may begin earlier, and still needs its WAL.
    """
    begins = [
        str(each.begin_segment)
        for each in needing
        if each.status in _NEEDING
        and each.begin_segment is not None
        and each.begin_segment.timeline == timeline
    ]
    return Trim(
        min([limit, *begins]),
        frozenset(
            f"{each.timeline:08X}"
            for each in others
            if each.status.is_archiving
            and each.timeline is not None
            and each.timeline != timeline
        ),
        ranges,
    )
