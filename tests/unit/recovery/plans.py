# SPDX-License-Identifier: MIT
"""Backups, archives and plans for the tests of this room."""

from __future__ import annotations

from typing import Any

from barman.model.backup import Backup
from barman.model.frozen import replace
from barman.model.postgres_version import PostgresVersion
from barman.model.timeline import TimelineHistory
from barman.recovery.archive import Archive
from barman.recovery.plan import RecoveryPlan, Requester, make_plan
from barman.recovery.request import RestoreRequest
from tests.fakes.backups import a_backup
from tests.fakes.catalogue import segment_name

ID = "20260101T000000"
REQUESTER = Requester(server_name="main", barman_user="barman")


def backup(segment: int = 3, *, version: int = 150000, **facts: Any) -> Backup:
    """Return a backup that spans two segments."""
    known = {
        k: facts.pop(k) for k in ("timeline", "status", "mode", "age") if k in facts
    }
    made = a_backup(ID, segment=segment, length=1, **{"age": 10, **known})
    return replace(made, version=PostgresVersion(version), **facts)


def names(*numbers: int, timeline: int = 1) -> tuple[str, ...]:
    return tuple(segment_name(number, timeline) for number in numbers)


def archive(
    *found: str, histories: dict[int, TimelineHistory] | None = None
) -> Archive:
    """Return an archive of these names, with the history files themselves."""
    histories = histories or {}
    files = tuple(f"{timeline:08X}.history" for timeline in histories)
    timelines = {int(name[:8], 16) for name in found if len(name) == 24}
    return Archive(
        names=(*found, *files),
        timelines=tuple(sorted(timelines)),
        histories=histories,
    )


def plan(
    of: Backup | None = None, held: Archive | None = None, **wanted: Any
) -> RecoveryPlan:
    request = RestoreRequest(**{"destination": "/restore/pg", **wanted})
    return make_plan(
        of or backup(), request, held or archive(*names(3, 4, 5)), REQUESTER
    )
