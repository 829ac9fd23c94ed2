# SPDX-License-Identifier: MIT
"""What is listed: servers, their backups, the files of a backup, their processes."""

from __future__ import annotations

from barman.model.frozen import frozen
from barman.report.report import Report

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from barman.model.backup import Backup
    from barman.model.retention import Verdict


@frozen(kw_only=True)
class ListedServer:
    """A configured server and the states that a list marks."""

    name: str
    description: str | None = None
    inactive: bool = False
    disabled: bool = False
    passive: bool = False


@frozen(kw_only=True)
class ServersListed(Report):
    """All configured servers, sorted by name."""

    servers: tuple[ListedServer, ...]
    minimal: bool = False


@frozen(kw_only=True)
class ServerShown(Report):
    """What is configured and known of a server: option or fact, and its value."""

    server: ListedServer
    values: Mapping[str, object]


@frozen(kw_only=True)
class ListedBackup:
    """A backup with its WAL: bytes with the WAL it spans, bytes of WAL after it.

    `verdict` is None where no retention policy is enforced.
    """

    backup: Backup
    size: int = 0
    wal_size: int = 0
    verdict: Verdict | None = None


@frozen(kw_only=True)
class BackupsListed(Report):
    """The backups of a server, the newest first."""

    server_name: str
    backups: tuple[ListedBackup, ...]
    minimal: bool = False


@frozen(kw_only=True)
class FilesListed(Report):
    """Paths of a backup; one list may be told in several parts."""

    paths: tuple[str, ...]


@frozen(kw_only=True)
class ProcessesListed(Report):
    """The running tasks of a server: name and process id."""

    server_name: str
    processes: tuple[tuple[str, int], ...]


@frozen(kw_only=True)
class KeepShown(Report):
    """What the annotation of a kept backup says; None where it is not kept."""

    server_name: str
    text: str | None
