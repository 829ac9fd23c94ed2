# SPDX-License-Identifier: MIT
"""Retention: which backups a policy still needs, with the reason for each verdict.

Only full backups that are DONE are judged, from the newest id to the oldest;
incrementals follow their root.  A kept backup takes one of the places that the policy
counts.  A recovery window needs one backup that ended before it begins: the boundary.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from barman.errors import InvalidNameError
from barman.model.backup import BackupStatus
from barman.model.chain import ChainError, root
from barman.model.enumeration import Enum, unique
from barman.model.frozen import frozen
from barman.model.keep import KeepTarget
from barman.model.quantity import DAYS_PER_MONTH, is_count

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from barman.model.backup import Backup
    from barman.model.backup_id import BackupId


@unique
class Verdict(Enum):
    """What a policy says of a backup; the value is the word that lists show."""

    VALID = "VALID"
    OBSOLETE = "OBSOLETE"
    POTENTIALLY_OBSOLETE = "OBSOLETE*"
    KEEP_FULL = "KEEP:FULL"
    KEEP_STANDALONE = "KEEP:STANDALONE"
    NONE = "-"

    @property
    def word(self) -> str:
        """The printed word."""
        return self.value


@frozen()
class Ruling:
    """A verdict on a backup and the reason for it."""

    backup: Backup
    verdict: Verdict
    reason: str


@frozen(kw_only=True)
class Situation:
    """All that a policy may look at."""

    backups: tuple[Backup, ...]
    now: datetime
    keeps: Mapping[BackupId, KeepTarget]
    minimum_redundancy: int = 0


@frozen()
class Redundancy:
    """Keep the newest `count` full backups, and never fewer than the minimum."""

    count: int

    def __str__(self) -> str:
        return f"REDUNDANCY {self.count}"

    def judge(self, situation: Situation) -> tuple[Ruling, ...]:
        """Return a ruling for each backup, the newest id first."""
        places = self.places(situation.minimum_redundancy)
        taken = 0

        def place(_: Backup) -> tuple[Verdict, str, bool]:
            nonlocal taken
            taken += 1
            where = f"number {taken} of {places} that are needed"
            if taken <= places:
                return Verdict.VALID, where, True
            return Verdict.OBSOLETE, f"{places} newer are enough", False

        return _rule(situation, place)

    def places(self, minimum_redundancy: int) -> int:
        """Return how many are needed: the minimum, if that is more than asked for."""
        return max(self.count, minimum_redundancy)


@unique
class WindowUnit(Enum):
    """The unit of a recovery window; a month has 31 days."""

    DAYS = 1
    WEEKS = 7
    MONTHS = DAYS_PER_MONTH


@frozen()
class RecoveryWindow:
    """Keep what is needed to recover to any moment since `count` units ago."""

    count: int
    unit: WindowUnit

    def __str__(self) -> str:
        return f"RECOVERY WINDOW OF {self.count} {self.unit.name}"

    def judge(self, situation: Situation) -> tuple[Ruling, ...]:
        """Return a ruling for each backup, the newest id first."""
        horizon = self.horizon(situation.now)
        reached = False
        valid = 0

        def place(backup: Backup) -> tuple[Verdict, str, bool]:
            nonlocal reached, valid
            if not reached:
                valid += 1
                reached = backup.end_time is not None and backup.end_time < horizon
                if reached:
                    return Verdict.VALID, "the window begins after it", False
                return Verdict.VALID, "inside the recovery window", True
            if valid < situation.minimum_redundancy:
                valid += 1
                why = f"needed for a redundancy of {situation.minimum_redundancy}"
                return Verdict.POTENTIALLY_OBSOLETE, why, False
            return Verdict.OBSOLETE, "older than the recovery window needs", False

        return _rule(situation, place)

    def horizon(self, now: datetime) -> datetime:
        """Return the point of recoverability: `now` less the window."""
        try:
            return now.astimezone(timezone.utc) - timedelta(
                days=self.count * self.unit.value
            )
        except OverflowError:
            return datetime.min.replace(tzinfo=timezone.utc)


RetentionPolicy = Redundancy | RecoveryWindow

_UNITS = {unit.name.removesuffix("S"): unit for unit in WindowUnit}


def parse_policy(text: str) -> RetentionPolicy:
    """Read the option `retention_policy`; raise `InvalidNameError`."""
    match text.upper().split() if text.isascii() else ():
        case ["REDUNDANCY", count] if is_count(count, digits=9):
            return Redundancy(int(count))
        case ["RECOVERY", "WINDOW", "OF", count, word] if is_count(count, digits=9):
            unit = _UNITS.get(word.removesuffix("S"))
            if unit is not None:
                return RecoveryWindow(int(count), unit)
    raise InvalidNameError(
        f"'{text}' is not a retention policy",
        hint="Use REDUNDANCY n or RECOVERY WINDOW OF n DAYS, WEEKS or MONTHS.",
    )


def _rule(
    situation: Situation, place: Callable[[Backup], tuple[Verdict, str, bool]]
) -> tuple[Ruling, ...]:
    """Judge roots by `place` (which tells if one is inside), then their children."""
    by_id = {backup.id: backup for backup in situation.backups}
    newest_first = sorted(by_id.values(), key=lambda each: each.id.text, reverse=True)
    roots = _roots(newest_first, by_id)
    keeps = _keeps_of_roots(situation.keeps, roots)
    rulings: dict[BackupId, Ruling] = {}
    inside: set[BackupId] = set()
    for backup in newest_first:
        if backup.is_incremental:
            continue
        if backup.status is not BackupStatus.DONE:
            why = f"not judged: {backup.status.value}"
            rulings[backup.id] = Ruling(backup, Verdict.NONE, why)
            continue
        verdict, reason, is_inside = place(backup)
        if is_inside:
            inside.add(backup.id)
        keep = keeps.get(backup.id)
        rulings[backup.id] = (
            Ruling(backup, verdict, reason) if keep is None else _kept(backup, keep)
        )
    for backup in newest_first:
        if backup.is_incremental:
            origin = roots.get(backup.id)
            ruling = rulings[origin] if origin is not None else None
            rulings[backup.id] = _inherit(backup, ruling, origin in inside)
    return tuple(rulings[backup.id] for backup in newest_first)


def _roots(
    backups: Iterable[Backup], by_id: Mapping[BackupId, Backup]
) -> dict[BackupId, BackupId]:
    """Return the root of each incremental whose chain is whole."""
    found: dict[BackupId, BackupId] = {}
    for backup in backups:
        if backup.is_incremental:
            try:
                found[backup.id] = root(backup, by_id).id
            except ChainError:
                continue
    return found


def _keeps_of_roots(
    keeps: Mapping[BackupId, KeepTarget], roots: Mapping[BackupId, BackupId]
) -> dict[BackupId, KeepTarget]:
    """Return the keeps, where one on an incremental keeps its root in full."""
    return {**keeps, **{roots[id]: KeepTarget.FULL for id in keeps if id in roots}}


def _kept(backup: Backup, keep: KeepTarget) -> Ruling:
    if keep is KeepTarget.FULL:
        return Ruling(backup, Verdict.KEEP_FULL, "kept with all WAL since")
    return Ruling(backup, Verdict.KEEP_STANDALONE, "kept with the WAL it spans")


def _inherit(backup: Backup, origin: Ruling | None, inside: bool) -> Ruling:
    """Return the ruling of an incremental, given that of its root."""
    if origin is None:
        return Ruling(backup, Verdict.NONE, "not judged: its chain is broken")
    reason = f"as its root '{origin.backup.id}': {origin.reason}"
    if backup.status is BackupStatus.EMPTY:
        return Ruling(backup, Verdict.NONE, "not judged: EMPTY")
    if origin.verdict is Verdict.KEEP_FULL:
        return Ruling(backup, Verdict.VALID, reason)
    if origin.verdict is Verdict.KEEP_STANDALONE:
        if inside:
            return Ruling(backup, Verdict.VALID, reason)
        why = f"its root '{origin.backup.id}' is kept standalone, outside the policy"
        return Ruling(backup, Verdict.OBSOLETE, why)
    return Ruling(backup, origin.verdict, reason)
