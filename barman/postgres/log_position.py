# SPDX-License-Identifier: MIT
"""Where a server stands: its place in the log, and whether it writes or replays it.

What cannot change while a server runs is asked once.
"""

from __future__ import annotations

import psycopg2

from barman.model.lsn import Lsn
from barman.model.segment import SegmentSize, WalSegment
from barman.postgres.connection import Connection

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from barman.postgres.connection import Connect


class LogPosition(Connection):
    """The questions; each raises `PostgresError` when it has no answer."""

    def __init__(
        self,
        conninfo: str,
        *,
        application_name: str = "barman",
        connect: Connect = psycopg2.connect,
    ) -> None:
        super().__init__(conninfo, application_name=application_name, connect=connect)
        self._constants: dict[str, Any] = {}

    @property
    def segment_size(self) -> SegmentSize:
        """The size of its segments."""
        return SegmentSize(self._constant("segment_size"))

    @property
    def is_in_recovery(self) -> bool:
        """Whether it is a standby."""
        return bool(self._value("recovery"))

    @property
    def timeline(self) -> int:
        """The timeline that it writes, or replays.

        After a promotion the control file knows it only from the next checkpoint on.
        """
        if self.is_in_recovery:
            return int(self._value("timeline"))
        return int(self._value("primary_timeline"), 16)

    @property
    def current_lsn(self) -> Lsn | None:
        """The end of the log written, or replayed; None when nothing was."""
        return lsn_or_none(self._value("current_lsn"))

    @property
    def current_segment(self) -> WalSegment | None:
        """The segment that is being written; None on a standby."""
        lsn = None if self.is_in_recovery else self.current_lsn
        if lsn is None:
            return None
        return WalSegment.ending_at(lsn, timeline=self.timeline, size=self.segment_size)

    def _value(self, name: str) -> Any:
        return self.ask(name)[0][0]

    def _constant(self, name: str) -> Any:
        if name not in self._constants:
            self._constants[name] = self._value(name)
        return self._constants[name]


def lsn_or_none(text: str | None) -> Lsn | None:
    """Return a position as PostgreSQL prints it; None where it knows none."""
    return None if text is None else Lsn.parse(text)
