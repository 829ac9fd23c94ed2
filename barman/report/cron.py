# SPDX-License-Identifier: MIT
"""What the maintenance run tells."""

from __future__ import annotations

from barman.model.frozen import frozen
from barman.report.report import Level, Message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barman.model.backup_id import BackupId


@frozen()
class CronBusy(Message):
    """Another maintenance run is at work on the server."""

    server_name: str


@frozen()
class CronLate(Message):
    """The maintenance of a server takes long; that of the others does not wait."""

    level = Level.WARNING
    server_name: str


@frozen()
class ArchiverStarting(Message):
    """A process that archives WAL is started."""

    server_name: str


@frozen()
class ReceiverStarting(Message):
    """A process that streams WAL is started."""

    server_name: str


@frozen()
class CheckBackupStarting(Message):
    """A process that looks for the WAL of a backup is started."""

    server_name: str
    backup_id: BackupId


@frozen()
class SyncSkipped(Message):
    """A passive node is not synchronised by this version."""

    level = Level.WARNING
    server_name: str


@frozen()
class ConfigQueueBusy(Message):
    """Another process is changing the configuration."""

    level = Level.WARNING
    lock_path: str


@frozen()
class ConfigQueueIgnored(Message):
    """Changes of the configuration wait that this version cannot apply."""

    level = Level.WARNING
    path: str
