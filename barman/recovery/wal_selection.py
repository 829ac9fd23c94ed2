# SPDX-License-Identifier: MIT
"""Which archived WAL a recovery reads, and what it would stumble over.

Pure, over names alone: file times say when a file was archived, not what is in it.
History files are always supplied: they are small, and PostgreSQL looks for those of
timelines that it does not follow too.
"""

from __future__ import annotations

from barman.model.continuity import coverage, missing
from barman.model.frozen import frozen
from barman.model.segment import WalSegment

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from barman.model.continuity import SegmentRange
    from barman.model.segment import SegmentSize
    from barman.model.timeline import TimelineHistory


@frozen(kw_only=True)
class WalPath:
    """The part of the log that a recovery walks: from a segment, along a history.

    `last` is the segment that holds the end, on whichever timeline; None: as far as
    the archive goes.
    """

    begin: WalSegment
    history: TimelineHistory
    size: SegmentSize
    last: WalSegment | None = None


@frozen(kw_only=True)
class WalSelection:
    """Names of WAL files to supply, in order, and what is missing between them."""

    names: tuple[str, ...]
    gaps: tuple[SegmentRange, ...]


def select_wal(names: Iterable[str], path: WalPath) -> WalSelection:
    """Choose among archived `names` what a recovery along `path` reads."""
    chosen = sorted({name for name in names if _is_read(name, path)})
    segments = [name for name in chosen if len(name) == 24]
    end = path.last or _newest(segments, path)
    gaps: tuple[SegmentRange, ...] = ()
    if end is not None:
        present = coverage(segments, path.size)
        gaps = missing(path.begin, end, present, path.size, path.history)
    return WalSelection(names=tuple(chosen), gaps=gaps)


def _is_read(name: str, path: WalPath) -> bool:
    if name.endswith(".history"):
        return True
    if len(name) != 24 and not name.endswith(".backup"):
        return False
    segment = WalSegment.parse(name[:24])
    number = segment.number(path.size)
    # PostgreSQL stops at the first record that begins at the target or after it
    # (recoveryStopsAfter): behind a switch, that is one of the next segment.
    return (
        segment.timeline in path.history.timelines
        and segment.timeline >= path.begin.timeline
        and number >= path.begin.number(path.size)
        and (path.last is None or number <= path.last.number(path.size) + 1)
    )


def _newest(segments: list[str], path: WalPath) -> WalSegment | None:
    """Return the newest segment on the timeline that the path ends on."""
    own = [name for name in segments if int(name[:8], 16) == path.history.timeline]
    return WalSegment.parse(own[-1]) if own else None
