# SPDX-License-Identifier: MIT
"""What a session can be asked about its server.

What cannot change while a server runs is asked once.
"""

from __future__ import annotations

import psycopg2

from barman.model.backup import Tablespace
from barman.model.frozen import fields_of
from barman.model.lsn import Lsn
from barman.model.segment import SegmentSize, WalSegment
from barman.postgres.connection import Connection
from barman.postgres.values import ArchiverStats, Slot

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from barman.postgres.connection import Connect


class ServerFacts(Connection):
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
    def systemid(self) -> str:
        """The system identifier of the cluster."""
        return str(self._constant("identity"))

    @property
    def segment_size(self) -> SegmentSize:
        """The size of its segments."""
        return SegmentSize(self._constant("segment_size"))

    @property
    def data_directory(self) -> str | None:
        """Its data directory; None when the role may not know."""
        return self.settings("data_directory").get("data_directory")

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
        return _lsn(self._value("current_lsn"))

    @property
    def current_segment(self) -> WalSegment | None:
        """The segment that is being written; None on a standby."""
        lsn = None if self.is_in_recovery else self.current_lsn
        if lsn is None:
            return None
        return WalSegment.ending_at(lsn, timeline=self.timeline, size=self.segment_size)

    def settings(self, *names: str) -> Mapping[str, str]:
        """Return settings as SHOW has them; none that the role may not see."""
        return {row[0]: row[1] for row in self.ask("settings", list(names))}

    def plain_settings(self, *names: str) -> Mapping[str, str]:
        """Return settings as numbers of their unit, as in pg_settings."""
        return {row[0]: row[2] for row in self.ask("settings", list(names))}

    def tablespaces(self) -> tuple[Tablespace, ...]:
        """Return the tablespaces, without those of the data directory."""
        return tuple(Tablespace(*row) for row in self.ask("tablespaces"))

    def cluster_size(self) -> int:
        """Return the bytes that all tablespaces hold."""
        return int(self._value("cluster_size"))

    def included_files(self) -> tuple[str, ...]:
        """Return the files, besides the main one, that set something."""
        return tuple(row[0] for row in self.ask("included_files"))

    def slot(self, name: str) -> Slot | None:
        """Return a replication slot, None if there is none of that name."""
        for slot, type, active, restart_lsn, wal_status in self.ask("slot", name):
            return Slot(slot, type, active, _lsn(restart_lsn), wal_status)
        return None

    def archiver(self) -> ArchiverStats:
        """Return the statistics of the archiver."""
        row = self.ask("archiver")[0]
        return ArchiverStats(**dict(zip(fields_of(ArchiverStats), row)))

    def _value(self, name: str) -> Any:
        return self.ask(name)[0][0]

    def _constant(self, name: str) -> Any:
        if name not in self._constants:
            self._constants[name] = self._value(name)
        return self._constants[name]


def _lsn(text: str | None) -> Lsn | None:
    return None if text is None else Lsn.parse(text)
