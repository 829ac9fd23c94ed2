# SPDX-License-Identifier: MIT
"""What a plan has to know of a server's archived WAL."""

from __future__ import annotations

from barman.codec.registry import identify_file, open_plain
from barman.errors import DataError
from barman.model.frozen import frozen
from barman.model.timeline import TimelineHistory

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from barman.catalogue.wal_index import WalIndex
    from barman.catalogue.wal_tree import WalTree
    from barman.codec.registry import CustomFilters


@frozen(kw_only=True)
class Archive:
    """The names of the archived files, and the histories of the timelines.

    `timelines` are those that have segments, ascending.
    """

    names: tuple[str, ...]
    timelines: tuple[int, ...]
    histories: Mapping[int, TimelineHistory]

    @property
    def latest_timeline(self) -> int | None:
        """The newest timeline with archived segments, None for an empty archive."""
        return self.timelines[-1] if self.timelines else None

    def history(self, timeline: int) -> TimelineHistory | None:
        """Return the history of a timeline; that of the first needs no file."""
        if timeline == 1:
            return TimelineHistory(1)
        return self.histories.get(timeline)


def read_archive(
    index: WalIndex, tree: WalTree, custom: CustomFilters | None = None
) -> Archive:
    """Return what the archive holds now."""
    histories = {}
    for name in tree.histories():
        timeline = int(name[:8], 16)
        histories[timeline] = TimelineHistory.parse(
            timeline, _text(tree.path(name), custom)
        )
    names = tuple(index.names())
    timelines = sorted({int(name[:8], 16) for name in names if len(name) == 24})
    return Archive(names=names, timelines=tuple(timelines), histories=histories)


def _text(path: str, custom: CustomFilters | None) -> str:
    try:
        compression = identify_file(path, custom=custom, stored=True)
        with open_plain(path, compression, custom=custom) as source:
            return source.read().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f'could not read the history file "{path}": {error}') from error
