# SPDX-License-Identifier: MIT
"""The id of a new backup: the time now, but never one that would break the order.

Backups are ordered by their ids, and ids are wall-clock times: the clock may have been
put back since the last one, as it is every autumn.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from barman.catalogue.listing import names_in
from barman.model.backup_id import BackupId, looks_like_id

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from barman.catalogue.layout import Layout

_FORMAT = "%Y%m%dT%H%M%S"


def new_id(layout: Layout, now: datetime) -> BackupId:
    """Return an id later than all that anything in the catalogue bears.

    What a deletion or a keep has left behind counts too: it would be taken for one of
    the new backup.
    """
    wanted = now.replace(tzinfo=None, microsecond=0)
    newest = max(_borne(layout), default=None)
    if newest is not None and newest >= wanted:
        wanted = newest + timedelta(seconds=1)
    return BackupId.at(wanted)


def _borne(layout: Layout) -> Iterator[datetime]:
    """Yield the times that the names of files and directories begin with."""
    for name in (*names_in(layout.base), *names_in(layout.meta)):
        if looks_like_id(name[:15]):
            try:
                yield datetime.strptime(name[:15], _FORMAT)  # noqa: DTZ007 - local
            except ValueError:
                continue  # digits that are no time
