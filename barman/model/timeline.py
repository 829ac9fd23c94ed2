# SPDX-License-Identifier: MIT
"""Timelines: the history file of one, its forks, and who owns which part of the log.

A history tells only where its own ancestors ended; timeline 1 has none and no file.
The numbers are hexadecimal in file names and decimal inside the file.  A fork's LSN is
the first byte of the new timeline, and the segment that holds it exists under the new
name from its first byte on (tliOfPointInHistory, XLogFileReadAnyTLI in PostgreSQL).
"""

from __future__ import annotations

from barman.errors import DataError
from barman.model.frozen import frozen
from barman.model.lsn import InvalidLsn, Lsn

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barman.model.segment import SegmentSize


@frozen(order=True)
class Fork:
    """The end of a timeline: where its child in this history begins, and why."""

    parent: int
    lsn: Lsn
    reason: str = ""

    def __str__(self) -> str:
        return f"{self.parent}\t{self.lsn}\t{self.reason}\n"


@frozen()
class TimelineHistory:
    """A timeline and the forks that lead to it, the oldest first."""

    timeline: int
    forks: tuple[Fork, ...] = ()

    def check(self) -> None:
        """Refuse a history that goes backwards."""
        if not all(a < b for a, b in zip(self.timelines, self.timelines[1:])):
            raise DataError(
                f"the history of timeline {self.timeline} does not ascend to it"
            )
        if not all(a.lsn <= b.lsn for a, b in zip(self.forks, self.forks[1:])):
            raise DataError(
                f"the history of timeline {self.timeline} has forks out of order"
            )

    @classmethod
    def parse(cls, timeline: int, text: str) -> TimelineHistory:
        """Read the content of a history file; raise `DataError`."""
        lines = (line.strip() for line in text.splitlines())
        return cls(
            timeline,
            tuple(
                _parse_fork(line, timeline)
                for line in lines
                if line and not line.startswith("#")
            ),
        )

    def __str__(self) -> str:
        """Return the file as PostgreSQL writes it: an empty line between forks."""
        return "\n".join(str(fork) for fork in self.forks)

    @property
    def timelines(self) -> tuple[int, ...]:
        """All timelines of this history, the oldest first, its own last."""
        return (*(fork.parent for fork in self.forks), self.timeline)

    def parent_of(self, timeline: int) -> int | None:
        """Return the timeline that `timeline` was forked from, None for the oldest."""
        place = self._place(timeline)
        return self.forks[place - 1].parent if place else None

    def begin_of(self, timeline: int) -> Lsn:
        """Return the LSN of the first byte that `timeline` owns."""
        place = self._place(timeline)
        return self.forks[place - 1].lsn if place else Lsn(0)

    def end_of(self, timeline: int) -> Lsn | None:
        """Return the LSN right after its last byte here, None for the youngest."""
        place = self._place(timeline)
        return self.forks[place].lsn if place < len(self.forks) else None

    def owner_of(self, lsn: Lsn) -> int:
        """Return the timeline that wrote the byte at `lsn` in this history."""
        for fork in self.forks:
            if lsn < fork.lsn:
                return fork.parent
        return self.timeline

    def owner_of_segment(self, number: int, size: SegmentSize) -> int:
        """Return the timeline whose name the segment bears that recovery reads."""
        return self.owner_of(Lsn((number + 1) * size.size - 1))

    def leads_through(self, timeline: int, end_lsn: Lsn) -> bool:
        """Tell whether what ended on `timeline` at `end_lsn` lies on this history.

        A backup for which this is false cannot be recovered along this history.
        """
        if timeline not in self.timelines:
            return False
        end = self.end_of(timeline)
        return end is None or end_lsn <= end

    def _place(self, timeline: int) -> int:
        if timeline not in self.timelines:
            raise DataError(
                f"timeline {timeline} is not in the history of timeline {self.timeline}"
            )
        return self.timelines.index(timeline)


def _parse_fork(line: str, timeline: int) -> Fork:
    parent, lsn, reason = [*line.split(None, 2), "", ""][:3]
    if not (parent.isascii() and parent.isdigit() and 0 < len(parent) <= 10):
        raise DataError(f"invalid line in the history of timeline {timeline}: '{line}'")
    try:
        return Fork(int(parent), Lsn.parse(lsn), reason)
    except InvalidLsn:
        raise DataError(
            f"invalid line in the history of timeline {timeline}: '{line}'"
        ) from None
