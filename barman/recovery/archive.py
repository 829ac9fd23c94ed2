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

    `timelines` are those that have segments, ascending.  A history that cannot be read
    is in `damaged`, with what is wrong, and not among the names: it is of no use to
    PostgreSQL, and matters only to who asks for its timeline.
    """

    names: tuple[str, ...]
    timelines: tuple[int, ...]
    histories: Mapping[int, TimelineHistory]
    damaged: Mapping[int, DataError] = {}

    @property
    def latest_timeline(self) -> int | None:
        """The newest timeline with archived segments, None for an empty archive."""
        return self.timelines[-1] if self.timelines else None

    def history(self, timeline: int) -> TimelineHistory | None:
        """Return the history of a timeline; that of the first needs no file.

        Raises:
            DataError: it is archived and cannot be read.
        """
        if timeline == 1:
            return TimelineHistory(1)
        if timeline in self.damaged:
            raise self.damaged[timeline]
        return self.histories.get(timeline)


def read_archive(
    index: WalIndex, tree: WalTree, custom: CustomFilters | None = None
) -> Archive:
    """Return what the archive holds now."""
    histories: dict[int, TimelineHistory] = {}
    damaged: dict[int, DataError] = {}
    for name in tree.histories():
        timeline, path = int(name[:8], 16), tree.path(name)
        try:
            histories[timeline] = TimelineHistory.parse(timeline, _text(path, custom))
        except DataError as error:
            damaged[timeline] = DataError(f'"{path}" is damaged: {error}')
    useless = {f"{timeline:08X}.history" for timeline in damaged}
    names = tuple(
        name for name in index.names() if name.upper()[:8] + name[8:] not in useless
    )
    timelines = sorted({int(name[:8], 16) for name in names if len(name) == 24})
    return Archive(
        names=names,
        timelines=tuple(timelines),
        histories=histories,
        damaged=damaged,
    )


def _text(path: str, custom: CustomFilters | None) -> str:
    try:
        compression = identify_file(path, custom=custom, stored=True)
        with open_plain(path, compression, custom=custom) as source:
            return source.read().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(str(error)) from error
