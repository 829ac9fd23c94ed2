# SPDX-License-Identifier: MIT
"""The backup label: what PostgreSQL must know to begin recovery from a base backup.

Its START TIME is that of the label, later than the begin of the backup, and a text in
the server's own zone; it is shown and never computed with.
"""

from __future__ import annotations

import re

from barman.errors import DataError, InvalidNameError
from barman.model.frozen import frozen
from barman.model.lsn import Lsn
from barman.model.segment import WalSegment

_START = re.compile(r"(\S+) \(file ([0-9A-Fa-f]{24})\)")


@frozen(kw_only=True)
class BackupLabel:
    """A label as PostgreSQL writes it; the incremental fields since version 17."""

    begin_lsn: Lsn
    begin_segment: WalSegment
    timeline: int
    checkpoint_lsn: Lsn | None = None
    method: str | None = None
    taken_from: str | None = None
    start_time: str | None = None
    label: str | None = None
    incremental_from_lsn: Lsn | None = None
    incremental_from_timeline: int | None = None

    @classmethod
    def parse(cls, text: str) -> BackupLabel:
        """Read a backup_label file or text; raise `DataError`."""
        lines = (line.partition(": ") for line in text.splitlines())
        fields = {key: value.strip() for key, colon, value in lines if colon}
        start = _START.fullmatch(fields.get("START WAL LOCATION", ""))
        if start is None:
            raise DataError("the backup label does not tell where the backup starts")
        try:
            segment = WalSegment.parse(start[2])
            return cls(
                begin_lsn=Lsn.parse(start[1]),
                begin_segment=segment,
                timeline=_number(fields, "START TIMELINE") or segment.timeline,
                checkpoint_lsn=_lsn(fields, "CHECKPOINT LOCATION"),
                method=fields.get("BACKUP METHOD"),
                taken_from=fields.get("BACKUP FROM"),
                start_time=fields.get("START TIME"),
                label=fields.get("LABEL"),
                incremental_from_lsn=_lsn(fields, "INCREMENTAL FROM LSN"),
                incremental_from_timeline=_number(fields, "INCREMENTAL FROM TLI"),
            )
        except InvalidNameError as error:
            raise DataError(f"the backup label is damaged: {error}") from error


def _lsn(fields: dict[str, str], key: str) -> Lsn | None:
    return Lsn.parse(fields[key]) if key in fields else None


def _number(fields: dict[str, str], key: str) -> int | None:
    text = fields.get(key)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 10):
        raise InvalidNameError(f"'{text}' is not a timeline")
    return int(text)
