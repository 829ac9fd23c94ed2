# SPDX-License-Identifier: MIT
"""What a restore will do, decided before anything is touched.

Pure.  A plan that cannot lead where it should is refused here, with its reason: the
target lies before the end of the backup, on a timeline that does not descend from it,
or behind WAL that is missing.
"""

from __future__ import annotations

from barman.errors import DataError, RefusedError
from barman.model.backup import BackupStatus, BackupType, Tablespace
from barman.model.choice import check_backup
from barman.model.frozen import frozen, replace
from barman.model.segment import WalSegment
from barman.model.target import LATEST
from barman.model.timeline import TimelineHistory
from barman.recovery.settings import (
    RecoverySettings,
    WalDelivery,
    WalSupply,
    local_fetch_command,
    recovery_settings,
)
from barman.recovery.wal_selection import WalPath, WalSelection, select_wal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from barman.model.backup import Backup
    from barman.model.continuity import SegmentRange
    from barman.model.target import RecoveryTarget
    from barman.recovery.archive import Archive
    from barman.recovery.request import RestoreRequest


@frozen(kw_only=True)
class RecoveryPlan:
    """A restore, step by step.

    `tablespaces` have the places where they will be; `wal` are the names that are
    copied, none when PostgreSQL fetches them; `gaps` are missing in the archive and
    must arrive before PostgreSQL asks for them; `is_incomplete` tells that WAL which
    the backup needs to be consistent has not arrived yet.
    """

    backup: Backup
    request: RestoreRequest
    tablespaces: tuple[Tablespace, ...]
    supply: WalSupply
    wal: tuple[str, ...]
    gaps: tuple[SegmentRange, ...]
    is_incomplete: bool
    settings: RecoverySettings | None

    @property
    def wal_directory(self) -> str:
        """Where copied WAL goes."""
        return self.supply.directory or self.own_wal_directory

    @property
    def own_wal_directory(self) -> str:
        """Where the restored cluster keeps its own WAL; `pg_xlog` before 10."""
        assert self.backup.version is not None
        name = "pg_wal" if self.backup.version.at_least(10) else "pg_xlog"
        return f"{self.request.destination}/{name}"


@frozen(kw_only=True)
class Requester:
    """Who restores: the server's name, and the user whom fetched WAL belongs to."""

    server_name: str
    barman_user: str


def make_plan(
    backup: Backup, request: RestoreRequest, archive: Archive, requester: Requester
) -> RecoveryPlan:
    """Return the plan of a restore; raise `RefusedError` when none can succeed."""
    check_backup(backup, request.target)
    _check_kind(backup)
    _check_whole(backup)
    _check_settings_file(backup, request)
    tablespaces = _relocate(backup, request.relocations)
    history = _history(backup, request, archive)
    selection = select_wal(archive.names, _path(backup, request, history))
    is_incomplete = _check_selection(backup, request, selection)
    supply = _supply(request, requester)
    assert backup.version is not None
    return RecoveryPlan(
        backup=backup,
        request=request,
        tablespaces=tablespaces,
        supply=supply,
        wal=() if request.fetch_wal else selection.names,
        gaps=selection.gaps,
        is_incomplete=is_incomplete,
        settings=recovery_settings(
            _settled(backup, request, history, archive),
            supply,
            standby=request.standby,
            version=backup.version,
            file_name=request.settings_file,
        ),
    )


def _check_kind(backup: Backup) -> None:
    """Refuse what is not a plain copy of a whole cluster."""
    what = None
    if backup.type is BackupType.SNAPSHOT:
        what = "a snapshot"
    elif backup.is_incremental:
        what = "incremental"
    elif backup.encryption is not None:
        what = "encrypted"
    elif backup.compression is not None:
        what = "compressed"
    if what is not None:
        raise RefusedError(
            f"backup '{backup.id}' is {what}, and this version restores plain full"
            " backups only"
        )


def _check_whole(backup: Backup) -> None:
    """Refuse a backup of which too little was recorded."""
    recorded = {
        "version": backup.version,
        "timeline": backup.timeline,
        "begin_wal": backup.begin_segment,
        "end_wal": backup.end_segment,
        "end_xlog": backup.end_lsn,
    }
    for name, value in recorded.items():
        if value is None:
            raise DataError(f"backup.info of backup '{backup.id}' lacks '{name}'")


def _check_settings_file(backup: Backup, request: RestoreRequest) -> None:
    assert backup.version is not None
    if request.settings_file == "recovery.conf" and backup.version.at_least(12):
        raise RefusedError(
            f"PostgreSQL {backup.version} does not start where there is a recovery.conf"
        )


def _relocate(backup: Backup, relocations: Mapping[str, str]) -> tuple[Tablespace, ...]:
    known = {each.name for each in backup.tablespaces}
    for name in relocations:
        if name not in known:
            raise RefusedError(
                f"Invalid tablespace name '{name}'",
                hint="Please use any of the following tablespaces: "
                + ", ".join(sorted(known)),
            )
    return tuple(
        replace(each, location=relocations.get(each.name, each.location))
        for each in backup.tablespaces
    )


def _history(
    backup: Backup, request: RestoreRequest, archive: Archive
) -> TimelineHistory:
    """Return the history that recovery will follow."""
    assert backup.timeline is not None
    own = backup.timeline
    wanted = _wanted_timeline(backup, request, archive)
    if request.target.timeline is not None and wanted != own:
        return _asked_history(backup, wanted, archive)
    if wanted != own:
        for timeline in reversed(archive.timelines):
            history = archive.history(timeline)
            if history is not None and _descends(backup, history):
                return history
    return archive.history(own) or TimelineHistory(own)


def _wanted_timeline(backup: Backup, request: RestoreRequest, archive: Archive) -> int:
    """Return the timeline that is aimed at, whether or not it can be followed.

    Unless told PostgreSQL goes for the latest in any recovery from an archive, since
    12; before, for the one of the backup.
    """
    assert backup.timeline is not None
    assert backup.version is not None
    target, own = request.target, backup.timeline
    latest = max(archive.latest_timeline or own, own)
    if target.timeline is not None or target.immediate:
        return target.follows(own, latest)
    goes_on = request.recovers_from_archive and backup.version.at_least(12)
    return latest if goes_on else own


def _asked_history(backup: Backup, timeline: int, archive: Archive) -> TimelineHistory:
    history = archive.history(timeline)
    if history is None:
        raise RefusedError(
            f"the history file of timeline {timeline} is not in the archive"
        )
    if not _descends(backup, history):
        raise RefusedError(
            f"timeline {timeline} does not descend from backup '{backup.id}',"
            f" which ends on timeline {backup.timeline} at {backup.end_lsn}"
        )
    return history


def _descends(backup: Backup, history: TimelineHistory) -> bool:
    assert backup.timeline is not None
    assert backup.end_lsn is not None
    return history.leads_through(backup.timeline, backup.end_lsn)


def _path(backup: Backup, request: RestoreRequest, history: TimelineHistory) -> WalPath:
    assert backup.begin_segment is not None
    last: WalSegment | None = None
    size, target = backup.segment_size, request.target
    if target.immediate:
        last = backup.end_segment
    elif target.lsn is not None:
        number = target.lsn.value // size.size
        owner = history.owner_of_segment(number, size)
        last = WalSegment.numbered(number, timeline=owner, size=size)
    return WalPath(begin=backup.begin_segment, history=history, size=size, last=last)


def _check_selection(
    backup: Backup, request: RestoreRequest, selection: WalSelection
) -> bool:
    """Refuse WAL with holes; tell whether the backup still waits for its end.

    Where PostgreSQL fetches its WAL, what is missing now may be there by then.
    """
    there = set(selection.names)
    lacking = [s for s in backup.required_segments() if str(s) not in there]
    waits = backup.status is BackupStatus.WAITING_FOR_WALS
    if request.fetch_wal:
        return bool(lacking) and waits
    if lacking and not waits:
        raise DataError(
            f"WAL file '{lacking[0]}', which backup '{backup.id}' needs to be"
            " consistent, is not in the archive"
        )
    if selection.gaps and not (lacking and waits):
        gap = selection.gaps[0]
        size = backup.segment_size
        raise RefusedError(
            f"WAL is missing between the backup and the target: {gap}",
            hint=f"Recover up to the gap with --target-lsn {gap.first.start(size)};"
            " or use --get-wal, if the target lies before it or the files can still"
            " arrive.",
        )
    return bool(lacking)


def _supply(request: RestoreRequest, requester: Requester) -> WalSupply:
    if request.fetch_wal:
        name = requester.server_name
        generated = local_fetch_command(name, partial=not request.standby)
        user = requester.barman_user
        return WalSupply(
            delivery=WalDelivery.FETCHED,
            command=request.restore_command or generated,
            comment=None
            if request.restore_command
            else f"The 'barman get-wal' command must run as '{user}' user",
        )
    if request.target.is_point_in_time:
        directory = request.staging_wal_directory
        return WalSupply(
            delivery=WalDelivery.STAGED,
            directory=directory or f"{request.destination}/barman_wal",
        )
    return WalSupply(delivery=WalDelivery.IN_PLACE)


def _settled(
    backup: Backup, request: RestoreRequest, history: TimelineHistory, archive: Archive
) -> RecoveryTarget:
    """Return the target, with a timeline where PostgreSQL would choose another one.

    Left alone since 12 it counts up from the backup's timeline as long as it finds
    history files (findNewestTimeLine), and ends with an error when the last of them
    does not descend from the backup.
    """
    assert backup.timeline is not None
    assert backup.version is not None
    target = request.target
    if not request.recovers_from_archive or target.timeline not in (None, LATEST):
        return target
    choice = backup.timeline
    if backup.version.at_least(12) or target.timeline == LATEST:
        while choice + 1 in archive.histories:
            choice += 1
    if choice == history.timeline:
        return target
    return replace(target, timeline=history.timeline)
