# SPDX-License-Identifier: MIT
"""What a session can be asked about its server and what the server holds."""

from __future__ import annotations

from barman.model.backup import Tablespace
from barman.model.frozen import fields_of
from barman.postgres.log_position import LogPosition, lsn_or_none
from barman.postgres.values import ArchiverStats, Slot

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


class ServerFacts(LogPosition):
    """The questions; each raises `PostgresError` when it has no answer."""

    @property
    def systemid(self) -> str:
        """The system identifier of the cluster."""
        return str(self._constant("identity"))

    @property
    def data_directory(self) -> str | None:
        """Its data directory; None when the role may not know."""
        return self.settings("data_directory").get("data_directory")

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
            return Slot(slot, type, active, lsn_or_none(restart_lsn), wal_status)
        return None

    def archiver(self) -> ArchiverStats:
        """Return the statistics of the archiver."""
        row = self.ask("archiver")[0]
        return ArchiverStats(**dict(zip(fields_of(ArchiverStats), row)))
