# SPDX-License-Identifier: MIT
"""Checks of the catalogue: is there a backup, young, large and whole enough?"""

from __future__ import annotations

from datetime import datetime, timezone

from barman.model.backup import BackupStatus
from barman.model.quantity import pretty_duration, pretty_size
from barman.report.report import Problem
from barman.upkeep.check_finding import Finding, failed, ok

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import timedelta

    from barman.upkeep.check_subject import Subject


def maximum_age(subject: Subject) -> Finding:
    """See whether the newest backup is young enough."""
    allowed = subject.config.last_backup_maximum_age
    if allowed is None:
        return ok("no last_backup_maximum_age provided")
    latest = subject.latest
    end = None if latest is None else latest.end_time
    return _age(subject, allowed, end, of="backup", none="No available backups")


def wal_maximum_age(subject: Subject) -> Finding:
    """See whether the newest WAL of the newest backup is young enough."""
    allowed = subject.config.last_wal_maximum_age
    if allowed is None:
        return ok("no last_wal_maximum_age provided")
    account = subject.latest_wal
    stamp = None if account is None else account.last_time
    if stamp is None:
        return failed("No WAL files archived for last backup")
    last = datetime.fromtimestamp(stamp, tz=timezone.utc)
    return _age(subject, allowed, last, of="wal", none="")


def _age(
    subject: Subject,
    allowed: timedelta,
    moment: datetime | None,
    *,
    of: str,
    none: str,
) -> Finding:
    interval = f"interval provided: {pretty_duration(allowed)}"
    if moment is None:
        return failed(f"{interval}, latest {of} age: {none}")
    age = subject.tools.clock.now() - moment
    hint = f"{interval}, latest {of} age: {pretty_duration(age)}"
    return Finding(is_ok=age <= allowed, hint=hint)


def minimum_size(subject: Subject) -> Finding:
    """See whether the newest backup is large enough, and tell its size."""
    least = subject.config.last_backup_minimum_size
    size = 0 if subject.latest is None else subject.latest.size or 0
    performance = ("", size)
    if least is None:
        return Finding(is_ok=True, hint=pretty_size(size), performance=performance)
    sign = "<" if size < least else ">"
    hint = f"last backup size {pretty_size(size)} {sign} {pretty_size(least)} minimum"
    return Finding(is_ok=size >= least, hint=hint, performance=performance)


def wal_size(subject: Subject) -> Finding:
    """Tell how much WAL was archived since the newest backup ended."""
    account = subject.latest_wal
    size = 0 if account is None else account.size_after
    return Finding(is_ok=True, hint=pretty_size(size), performance=("_wals", size))


def failed_backups(subject: Subject) -> Finding:
    """Count the backups that failed; those that cannot be read are no better."""
    survey = subject.survey
    count = sum(each.status is BackupStatus.FAILED for each in survey.backups)
    unreadable = len(survey.unreadable)
    hint = f"there are {count} failed backups"
    if unreadable:
        hint += f", {unreadable} cannot be read"
    return Finding(
        is_ok=not count and not unreadable,
        hint=hint,
        details=tuple(
            Problem(each.error.message, each.error.hint) for each in survey.unreadable
        ),
    )


def redundancy(subject: Subject) -> Finding:
    """See whether there are as many backups that can be restored alone as asked."""
    count = sum(each.is_done_and_whole for each in subject.survey.backups)
    least = subject.config.minimum_redundancy
    return Finding(
        is_ok=count >= least,
        hint=f"have {count} non-incremental backups, expected at least {least}",
    )
