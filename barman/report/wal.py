# SPDX-License-Identifier: MIT
"""What is said about WAL files: archiving, switching, taking in and handing out."""

from __future__ import annotations

from barman.model.frozen import frozen
from barman.report.report import Level, Message


@frozen()
class ArchivingStarted(Message):
    """A queue is being worked off; `batch_size` where not all entries are taken."""

    server_name: str
    queue: str
    batch_size: int | None = None


@frozen()
class WalFileTaken(Message):
    """A file of the queue is being archived."""

    wal_name: str


@frozen()
class QueueEmpty(Message):
    """The queue has no file to archive."""


@frozen()
class WalFileDuplicate(Message):
    """A file differs from the archived one of its name and was set apart."""

    server_name: str
    wal_name: str


@frozen()
class WalFileRefused(Message):
    """A file is not what its name says and was set apart."""

    level = Level.WARNING
    server_name: str
    wal_name: str
    reason: str


@frozen()
class UnknownFilesFound(Message):
    """Things that are no WAL files were set apart."""

    server_name: str
    names: tuple[str, ...]


@frozen()
class ArchiverBusy(Message):
    """Another process is archiving for this server."""

    server_name: str


@frozen()
class ArchivingStopped(Message):
    """A hook script forbade to archive a file; the run ends before it."""

    level = Level.WARNING
    server_name: str
    wal_name: str
    reason: str


@frozen()
class WalFileClosed(Message):
    """PostgreSQL has switched to a new segment."""

    server_name: str
    wal_name: str


@frozen()
class NoSwitchRequired(Message):
    """PostgreSQL had nothing to close."""

    server_name: str


@frozen()
class NoSwitchOnStandby(Message):
    """A standby cannot switch."""

    server_name: str


@frozen()
class WaitingForWal(Message):
    """We wait until a file is archived; `wal_name` is None for any file."""

    server_name: str
    wal_name: str | None
    timeout: int


@frozen()
class WalNotReceived(Message):
    """The awaited file did not come in time."""

    level = Level.ERROR
    wal_name: str
    timeout: int


@frozen()
class NoWalReceived(Message):
    """No file came in time, where any would have done."""

    timeout: int


@frozen()
class PutReady(Message):
    """The server can take in WAL files."""

    server_name: str


@frozen()
class PutDuplicate(Message):
    """A file differs from the one of its name that waits, and was set apart."""

    server_name: str
    wal_name: str
    waiting_checksum: str
    new_checksum: str


@frozen()
class ChecksumLineIgnored(Message):
    """A line of a checksum file is none."""

    level = Level.WARNING
    line: str


@frozen()
class GetReady(Message):
    """The server can hand out WAL files."""

    server_name: str


@frozen()
class WalFileSent(Message):
    """A file is written to a path."""

    server_name: str
    wal_name: str
    path: str


@frozen()
class WalFileListed(Message):
    """A file that could be handed out."""

    wal_name: str


@frozen()
class RebuildStarted(Message):
    """The WAL index is being made anew."""

    server_name: str


@frozen()
class RebuildDone(Message):
    """The WAL index was made anew."""

    server_name: str
    histories: int
    labels: int
    segments: int


@frozen()
class WalFileMissing(Message):
    """A file that is to be removed is not there."""

    level = Level.WARNING
    server_name: str
    wal_name: str
    reason: str
