# SPDX-License-Identifier: MIT
"""Lists on the console."""

from __future__ import annotations

from barman.model.quantity import ctime, pretty_size
from barman.model.retention import Verdict
from barman.render.console import lines
from barman.render.words.listing import description, keep_word, mark, shown
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
    from collections.abc import Iterable

    from barman.report.listing import ListedBackup

_UNSAID = (None, Verdict.VALID, Verdict.NONE)


@lines.register(ServersListed)
def _servers(report: ServersListed) -> Iterable[str]:
    for server in report.servers:
        said = "" if report.minimal else description(server)
        yield f"{server.name} - {said}" if said else server.name


@lines.register(ServerShown)
def _server(report: ServerShown) -> Iterable[str]:
    yield f"Server {report.server.name}{mark(report.server)}:"
    for name, value in sorted(shown(report).items()):
        yield f"\t{name}: {value}"


@lines.register(BackupsListed)
def _backups(report: BackupsListed) -> Iterable[str]:
    for listed in report.backups:
        if report.minimal:
            yield str(listed.backup.id)
        else:
            yield _backup(report.server_name, listed)


def _backup(server_name: str, listed: ListedBackup) -> str:
    backup = listed.backup
    name = f" '{backup.name}'" if backup.name else ""
    head = f"{server_name} {backup.id}{name} - {backup.type.letter} - "
    if not backup.status.is_usable:
        return head + backup.status.value
    ended = ctime(backup.end_time) if backup.end_time else "-"
    said = [ended, f"Size: {pretty_size(listed.size)}"]
    said.append(f"WAL Size: {pretty_size(listed.wal_size)}")
    if backup.status.value == "WAITING_FOR_WALS":
        said.append(backup.status.value)
    if listed.verdict is not None and listed.verdict not in _UNSAID:
        said.append(listed.verdict.word)
    return head + " - ".join(said)


@lines.register(FilesListed)
def _files(report: FilesListed) -> Iterable[str]:
    return report.paths


@lines.register(ProcessesListed)
def _processes(report: ProcessesListed) -> Iterable[str]:
    if not report.processes:
        yield f"No active subprocesses found for server {report.server_name}."
        return
    yield f"Active subprocesses for server {report.server_name}:"
    for name, pid in report.processes:
        yield f"{pid} {name}"


@lines.register(KeepShown)
def _keep(report: KeepShown) -> Iterable[str]:
    yield f"Server {report.server_name}:"
    yield f"\tKeep: {keep_word(report)}"
