# SPDX-License-Identifier: MIT
"""A recovery target: when PostgreSQL stops replaying, on which timeline, and what then.

A timeline alone already makes a point-in-time recovery, without any place to stop.
"""

from __future__ import annotations

from barman.errors import InvalidNameError, RefusedError
from barman.model.enumeration import Enum, unique
from barman.model.frozen import frozen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime

    from barman.model.lsn import Lsn

CURRENT = "current"
LATEST = "latest"
ACTIONS = ("pause", "shutdown", "promote")
_LONGEST_NAME = 63  # MAXFNAMELEN - 1, checked by PostgreSQL for recovery_target_name


@unique
class TargetKind(Enum):
    """What recovery stops at; the setting is `recovery_target_` and the value."""

    TIME = "time"
    XID = "xid"
    LSN = "lsn"
    NAME = "name"
    IMMEDIATE = "immediate"


@frozen(kw_only=True)
class RecoveryTarget:
    """Where recovery stops; with nothing set, at the end of what there is.

    `timeline` is a number, `current`, `latest` or None.  `time` carries a zone.
    """

    time: datetime | None = None
    xid: str | None = None
    lsn: Lsn | None = None
    name: str | None = None
    immediate: bool = False
    exclusive: bool = False
    action: str | None = None
    timeline: int | str | None = None

    def check(self) -> None:
        """Refuse what cannot be meant, with Barman's words where it has some."""
        if len(self._kinds()) > 1:
            raise RefusedError(
                "You cannot specify multiple targets for the recovery operation"
            )
        if self.action is not None and not self.is_point_in_time:
            raise RefusedError(
                "Can't enable recovery target action when PITR is not required"
            )
        if self.action is not None and self.action not in ACTIONS:
            raise InvalidNameError(f"'{self.action}' is not a recovery target action")
        _check_timeline(self.timeline)
        if self.time is not None and self.time.utcoffset() is None:
            raise InvalidNameError(f"the target time '{self.time}' has no time zone")
        if self.xid is not None and not _is_xid(self.xid):
            raise InvalidNameError(f"'{self.xid}' is not a transaction id")
        if self.name is not None and not 0 < len(self.name.encode()) <= _LONGEST_NAME:
            raise InvalidNameError(
                f"'{self.name}' cannot be the name of a restore point"
            )

    def _kinds(self) -> list[TargetKind]:
        given = {
            TargetKind.TIME: self.time is not None,
            TargetKind.XID: self.xid is not None,
            TargetKind.LSN: self.lsn is not None,
            TargetKind.NAME: self.name is not None,
            TargetKind.IMMEDIATE: self.immediate,
        }
        return [kind for kind, is_given in given.items() if is_given]

    @property
    def kind(self) -> TargetKind | None:
        """What recovery stops at, None for the end of the log."""
        return next(iter(self._kinds()), None)

    @property
    def text(self) -> str:
        """The value of the setting, empty where there is none to give."""
        value = self.time or self.lsn or self.xid or self.name
        return "" if value is None else str(value)

    @property
    def is_point_in_time(self) -> bool:
        """Whether it asks for anything but the end of the backup's own timeline."""
        return self.kind is not None or self.timeline is not None

    @property
    def can_be_exclusive(self) -> bool:
        """Whether `exclusive` changes anything: for a time, a transaction or an LSN."""
        return self.kind in (TargetKind.TIME, TargetKind.XID, TargetKind.LSN)

    def follows(self, own: int, latest: int) -> int:
        """Return the timeline whose WAL the recovery of a backup needs.

        `own` is the backup's, `latest` the newest that is archived.  PostgreSQL 12 and
        later go on to the latest timeline unless told; a plain restore, and one that
        stops as soon as it is consistent, have nothing to look for there.
        """
        if isinstance(self.timeline, int):
            return self.timeline
        if self.timeline is not None:
            return latest if self.timeline == LATEST else own
        return latest if self.is_point_in_time and not self.immediate else own


def parse_timeline(text: str) -> int | str:
    """Read `--target-tli`: a number from 1, `current` or `latest`."""
    if text in (CURRENT, LATEST):
        return text
    if not (text.isascii() and text.isdigit() and len(text) <= 10):
        raise InvalidNameError(f"'{text}' is not a timeline")
    _check_timeline(int(text))
    return int(text)


def _check_timeline(timeline: int | str | None) -> None:
    if timeline is None or timeline in (CURRENT, LATEST):
        return
    if not (isinstance(timeline, int) and 1 <= timeline <= 0xFFFFFFFF):
        raise InvalidNameError(
            f"'{timeline}' is not a timeline",
            hint="Use a number from 1, 'current' or 'latest'.",
        )


def _is_xid(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 20
