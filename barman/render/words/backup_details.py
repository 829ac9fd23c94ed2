# SPDX-License-Identifier: MIT
"""Texts about one backup that the console and JSON share."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barman.report.backup_details import BackupShown

TIMELINES_WARNING = (
    "WAL information is inaccurate due to multiple timelines interacting with this "
    "backup"
)


def retention(report: BackupShown) -> str:
    """Return the verdict, or that no policy is enforced."""
    return report.verdict.word if report.verdict is not None else "not enforced"


def previous(report: BackupShown) -> str:
    """Return the previous backup's id, or that there is none."""
    return str(report.previous_id or "- (this is the oldest base backup)")


def following(report: BackupShown) -> str:
    """Return the next backup's id, or that there is none."""
    return str(report.next_id or "- (this is the latest base backup)")


def hourly(per_second: float) -> str:
    """Return a rate as `80.20/hour`."""
    return f"{per_second * 3600:.2f}/hour"
