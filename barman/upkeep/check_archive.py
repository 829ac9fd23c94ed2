# SPDX-License-Identifier: MIT
"""Checks of the WAL that comes in: does any arrive, does it pile up, is it refused?"""

from __future__ import annotations

import logging
import os

from barman.catalogue.listing import names_in
from barman.errors import BarmanError
from barman.model.backup import BackupStatus
from barman.upkeep.check_finding import Finding, failed, ok
from barman.upkeep.check_silence import LoggingReporter
from barman.wal.switch import switch_wal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barman.upkeep.check_subject import Subject

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 0.2
# What a third of the time limit is when there is no limit.
UNLIMITED_WAIT = 10
_ERROR_KINDS = {
    ".duplicate": "duplicates",
    ".unknown": "unknown",
    ".error": "not relevant",
}


def wal_archive(subject: Subject) -> Finding | None:
    """See whether any WAL was ever archived; try to get some if none was."""
    if not subject.tools.index.is_empty() or _has_waiting(subject):
        return None
    if not subject.config.disabled and subject.is_reached and _obtain_wal(subject):
        return None
    return failed("please make sure WAL shipping is setup")


def _has_waiting(subject: Subject) -> bool:
    waiting = BackupStatus.WAITING_FOR_WALS
    return any(each.status is waiting for each in subject.survey.backups)


def _obtain_wal(subject: Subject) -> bool:
    """Archive what waits, else close a segment and await it; tell if there is WAL."""
    tools = subject.tools
    try:
        archiver = tools.archiver()
        archiver.archive(quiet=True)
        if not tools.index.is_empty():
            return True
        if subject.postgres is None:
            return False
        _switch(subject)
        wait = subject.limit // 3 if subject.limit else UNLIMITED_WAIT
        deadline = tools.clock.monotonic() + wait
        while tools.clock.monotonic() < deadline:
            tools.clock.sleep(PAUSE_SECONDS)
            archiver.archive(quiet=True)
            if not tools.index.is_empty():
                return True
    except BarmanError as error:
        # Other checks say what stands in the way: rights, settings, directories.
        logger.warning("no WAL could be archived: %s", error)
    return False


def _switch(subject: Subject) -> None:
    session = subject.postgres
    assert session is not None
    switch_wal(
        session,
        server_name=subject.config.name,
        force=False,
        reporter=LoggingReporter(),
        primary=subject.tools.primary_postgres(),
    )


def incoming(subject: Subject) -> Finding | None:
    """See whether shipped WAL piles up, or comes in though nobody archives it."""
    config = subject.config
    count = len(_waiting(subject.tools.layout.incoming))
    if not config.archiver:
        return _must_be_empty("incoming", config.incoming_wals_directory, count)
    return _queue("incoming", count, config.max_incoming_wals_queue)


def streaming(subject: Subject) -> Finding | None:
    """See the same for streamed WAL; the file being written does not count."""
    config = subject.config
    count = max(len(_waiting(subject.tools.layout.streaming)) - 1, 0)
    if not config.streaming_archiver:
        return _must_be_empty("streaming", config.streaming_wals_directory, count)
    return _queue("streaming", count, config.max_incoming_wals_queue)


def _must_be_empty(which: str, directory: str, count: int) -> Finding | None:
    if not count:
        return None
    option = "archiver" if which == "incoming" else "streaming_archiver"
    return failed(
        f"'{directory}' must be empty when {option}=off",
        label=f"empty {which} directory",
    )


def _queue(which: str, count: int, most: int | None) -> Finding | None:
    if most is None or count <= most:
        return None
    return failed(
        f"there are too many WALs in queue: {count}, max {most}",
        label=f"{which} WALs directory",
    )


def _waiting(directory: str) -> list[str]:
    """Return what waits; `names_in` knows no hidden and no missing directory."""
    return [
        name
        for name in names_in(directory)
        if not name.startswith(".") and not name.endswith(".tmp")
    ]


def errors(subject: Subject) -> Finding | None:
    """See whether WAL was set apart instead of archived."""
    counts: dict[str, int] = {}
    for name in names_in(subject.tools.layout.errors):
        kind = _ERROR_KINDS.get(os.path.splitext(name)[1], "unknown failure")
        counts[kind] = counts.get(kind, 0) + 1
    if not counts:
        return ok()
    kinds = (*_ERROR_KINDS.values(), "unknown failure")
    said = ", ".join(f"{kind}: {counts[kind]}" for kind in kinds if kind in counts)
    return failed(said)
