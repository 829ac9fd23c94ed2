# SPDX-License-Identifier: MIT
"""Lists in JSON."""

from __future__ import annotations

from barman.model.quantity import ctime, epoch, pretty_size
from barman.model.retention import Verdict
from barman.render.json import put
from barman.render.words.listing import description, keep_word, shown
from barman.report.listing import (
    BackupsListed,
    FilesListed,
    KeepShown,
    ProcessesListed,
    ServerShown,
    ServersListed,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barman.render.json import Document
    from barman.report.listing import ListedBackup

_NATIVE = (bool, int, str, list, type(None))


@put.register(ServersListed)
def _servers(report: ServersListed, document: Document) -> None:
    for server in report.servers:
        document[server.name] = {"description": description(server)}


@put.register(ServerShown)
def _server(report: ServerShown, document: Document) -> None:
    document[report.server.name] = {
        name: value if isinstance(value, _NATIVE) else str(value)
        for name, value in shown(report).items()
    }


@put.register(BackupsListed)
def _backups(report: BackupsListed, document: Document) -> None:
    document[report.server_name] = [
        str(listed.backup.id) if report.minimal else _backup(listed)
        for listed in report.backups
    ]


def _backup(listed: ListedBackup) -> Document:
    backup = listed.backup
    said: Document = {
        "backup_id": str(backup.id),
        "backup_type": backup.type.value,
        "status": backup.status.value,
    }
    if backup.name:
        said["backup_name"] = backup.name
    if not backup.status.is_usable:
        return said
    verdict = listed.verdict or Verdict.NONE
    valid = verdict is Verdict.VALID
    said.update(
        end_time=ctime(backup.end_time) if backup.end_time else None,
        end_time_timestamp=epoch(backup.end_time) if backup.end_time else None,
        size=pretty_size(listed.size),
        size_bytes=listed.size,
        wal_size=pretty_size(listed.wal_size),
        wal_size_bytes=listed.wal_size,
        retention_status=Verdict.NONE.word if valid else verdict.word,
    )
    return said


@put.register(FilesListed)
def _files(report: FilesListed, document: Document) -> None:
    document.setdefault("_INFO", []).extend(report.paths)


@put.register(ProcessesListed)
def _processes(report: ProcessesListed, document: Document) -> None:
    document[report.server_name] = [
        {"name": name, "pid": pid} for name, pid in report.processes
    ]


@put.register(KeepShown)
def _keep(report: KeepShown, document: Document) -> None:
    said = {"keep_status": {"description": "Keep", "message": keep_word(report)}}
    document[report.server_name] = said
