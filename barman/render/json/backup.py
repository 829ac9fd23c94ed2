# SPDX-License-Identifier: MIT
"""Base backups as JSON: the recorded fields stand at the top of the document."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from barman.model.backup import BackupStatus, Tablespace
from barman.model.quantity import ctime
from barman.render.json import put
from barman.report.backup import BackupTaken

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from barman.render.json import Document

_AS_THEY_ARE = (str, int, float)


@put.register(BackupTaken)
def _taken(report: BackupTaken, document: Document) -> None:
    document["backup_id"] = report.backup_id.text
    document.update({name: _plain(value) for name, value in report.fields.items()})
    # compat: the label is the literal of backup.info, and the sum a float.
    if report.fields.get("backup_label") is not None:
        document["backup_label"] = repr(report.fields["backup_label"])
    if document.get("cluster_size") is not None:
        document["cluster_size"] = float(document["cluster_size"])


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, _AS_THEY_ARE):
        return value
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, datetime):
        return ctime(value)
    if isinstance(value, BackupStatus):
        return value.value
    if isinstance(value, Tablespace):
        return [value.name, value.oid, value.location]
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return int(value) if hasattr(value, "__int__") else str(value)
