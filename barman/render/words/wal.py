# SPDX-License-Identifier: MIT
"""Words about WAL files."""

from __future__ import annotations

from barman.render.words import text
from barman.report.wal import (
    ArchiverBusy,
    ArchivingStarted,
    ArchivingStopped,
    ChecksumLineIgnored,
    GetReady,
    NoSwitchOnStandby,
    NoSwitchRequired,
    NoWalReceived,
    PutDuplicate,
    PutReady,
    QueueEmpty,
    RebuildDone,
    RebuildStarted,
    UnknownFilesFound,
    WaitingForWal,
    WalFileClosed,
    WalFileDuplicate,
    WalFileListed,
    WalFileMissing,
    WalFileRefused,
    WalFileSent,
    WalFileTaken,
    WalNotReceived,
)


@text.register(ArchivingStarted)
def _archiving_started(message: ArchivingStarted) -> str:
    size = message.batch_size
    batch = "" if size is None else f" (batch size: {size})"
    queue, server_name = message.queue, message.server_name
    return f"Processing xlog segments from {queue} for {server_name}{batch}"


@text.register(WalFileTaken)
def _wal_file_taken(message: WalFileTaken) -> str:
    return f"\t{message.wal_name}"


@text.register(QueueEmpty)
def _queue_empty(message: QueueEmpty) -> str:
    return "\tno file found"


@text.register(WalFileDuplicate)
def _wal_file_duplicate(message: WalFileDuplicate) -> str:
    return (
        f"\tError: {message.wal_name} is already present in server"
        f" {message.server_name}. File moved to errors directory."
    )


@text.register(WalFileRefused)
def _wal_file_refused(message: WalFileRefused) -> str:
    return (
        f"{message.reason}: file of server {message.server_name} moved to errors"
        " directory"
    )


@text.register(UnknownFilesFound)
def _unknown_files_found(message: UnknownFilesFound) -> str:
    names = "".join(f"\n\t{name}" for name in message.names)
    return (
        "Some unknown objects have been found while processing xlog segments for"
        f" {message.server_name}. Objects moved to errors directory:{names}"
    )


@text.register(ArchiverBusy)
def _archiver_busy(message: ArchiverBusy) -> str:
    return (
        "Another archive-wal process is already running on server"
        f" {message.server_name}. Skipping to the next server"
    )


@text.register(ArchivingStopped)
def _archiving_stopped(message: ArchivingStopped) -> str:
    return (
        f"archiving of server {message.server_name} stops before"
        f" {message.wal_name}: {message.reason}"
    )


@text.register(WalFileClosed)
def _wal_file_closed(message: WalFileClosed) -> str:
    return (
        f"The WAL file {message.wal_name} has been closed on server"
        f" '{message.server_name}'"
    )


@text.register(NoSwitchRequired)
def _no_switch_required(message: NoSwitchRequired) -> str:
    return f"No switch required for server '{message.server_name}'"


@text.register(NoSwitchOnStandby)
def _no_switch_on_standby(message: NoSwitchOnStandby) -> str:
    return f"No switch performed because server '{message.server_name}' is a standby."


@text.register(WaitingForWal)
def _waiting_for_wal(message: WaitingForWal) -> str:
    limit = f" (max: {message.timeout} seconds)" if message.timeout else ""
    if message.wal_name is None:
        return (
            f"Waiting for a WAL file from server '{message.server_name}'"
            f" to be archived{limit}"
        )
    return (
        f"Waiting for the WAL file {message.wal_name} from server"
        f" '{message.server_name}'{limit}"
    )


@text.register(WalNotReceived)
def _wal_not_received(message: WalNotReceived) -> str:
    return (
        f"The WAL file {message.wal_name} has not been received in"
        f" {message.timeout} seconds"
    )


@text.register(NoWalReceived)
def _no_wal_received(message: NoWalReceived) -> str:
    return f"A WAL file has not been received in {message.timeout} seconds"


@text.register(PutReady)
def _put_ready(message: PutReady) -> str:
    return f"Ready to accept WAL files for the server {message.server_name}"


@text.register(PutDuplicate)
def _put_duplicate(message: PutDuplicate) -> str:
    # compat: the words have no blank before the second checksum.
    return (
        "\tError: Duplicate Files Detected with Mismatched Checksums."
        f" File {message.wal_name} already exists on server {message.server_name}"
        f" with checksum {message.waiting_checksum}, but the checksum of the incoming"
        f" file is{message.new_checksum}."
        " The file has been moved to the errors directory."
    )


@text.register(ChecksumLineIgnored)
def _checksum_line_ignored(message: ChecksumLineIgnored) -> str:
    return f"Bad checksum line '{message.line}' ignored"


@text.register(GetReady)
def _get_ready(message: GetReady) -> str:
    return f"Ready to retrieve WAL files from the server {message.server_name}"


@text.register(WalFileSent)
def _wal_file_sent(message: WalFileSent) -> str:
    return (
        f"Sending WAL '{message.wal_name}' for server '{message.server_name}'"
        f" into '{message.path}' file"
    )


@text.register(WalFileListed)
def _wal_file_listed(message: WalFileListed) -> str:
    return message.wal_name


@text.register(RebuildStarted)
def _rebuild_started(message: RebuildStarted) -> str:
    return f"Rebuilding xlogdb for server {message.server_name}"


@text.register(RebuildDone)
def _rebuild_done(message: RebuildDone) -> str:
    return (
        f"Done rebuilding xlogdb for server {message.server_name}"
        f" (history: {message.histories}, backup_labels: {message.labels},"
        f" wal_file: {message.segments})"
    )


@text.register(WalFileMissing)
def _wal_file_missing(message: WalFileMissing) -> str:
    return (
        f"Ignoring deletion of WAL file {message.wal_name} for server"
        f" {message.server_name}: {message.reason}"
    )
