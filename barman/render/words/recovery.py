# SPDX-License-Identifier: MIT
"""Words of restores."""

from __future__ import annotations

from barman.model.target import TargetKind
from barman.render.words import text
from barman.report import recovery as report


@text.register(report.RestoreStarting)
def _starting(message: report.RestoreStarting) -> str:
    return (
        f"Starting local restore for server {message.server_name}"
        f" using backup {message.backup_id}\n"
        f"Destination directory: {message.destination}"
    )


@text.register(report.TargetAimedAt)
def _aimed_at(message: report.TargetAimedAt) -> str:
    target = message.target
    found: list[tuple[TargetKind | None, str]] = [
        (TargetKind.TIME, f"time: '{target.text}'"),
        (TargetKind.XID, f"xid: '{target.text}'"),
        (TargetKind.LSN, f"lsn: '{target.text}'"),
    ]
    parts = [words for kind, words in found if kind is target.kind]
    if target.timeline is not None:
        parts.append(f"timeline: '{target.timeline}'")
    if target.kind is TargetKind.NAME:
        parts.append(f"name: '{target.text}'")
    if target.immediate:
        parts.append("immediate: True")
    return f"Doing PITR. Recovery target {', '.join(parts)}"


@text.register(report.ZoneAssumed)
def _zone_assumed(message: report.ZoneAssumed) -> str:
    return (
        "the target time has no time zone: the one of this host is assumed"
        f" ({message.time})"
    )


@text.register(report.BackupChosen)
def _chosen(message: report.BackupChosen) -> str:
    return f"Backup {message.backup_id} is chosen: {message.reason}"


@text.register(report.WaitingWalLeftOut)
def _left_out(message: report.WaitingWalLeftOut) -> str:
    return f"WAL that waits could not be archived and is left out: {message.reason}"


@text.register(report.RestoreResumed)
def _resumed(message: report.RestoreResumed) -> str:
    return (
        f"An interrupted restore has left files in {message.destination};"
        " they are removed first"
    )


@text.register(report.BaseCopying)
def _base_copying(message: report.BaseCopying) -> str:
    return "Copying the base backup."


@text.register(report.TablespaceCopying)
def _tablespace_copying(message: report.TablespaceCopying) -> str:
    each = message.tablespace
    return f"\t{each.oid}, {each.name}, {each.location}"


@text.register(report.WalCopying)
def _wal_copying(message: report.WalCopying) -> str:
    return "Copying required WAL segments."


@text.register(report.StatusFilesWriting)
def _status_files(message: report.StatusFilesWriting) -> str:
    return "Generating archive status files"


@text.register(report.SettingsWriting)
def _settings(message: report.SettingsWriting) -> str:
    return "Generating recovery configuration"


@text.register(report.RestoreCommandReplaced)
def _command_replaced(message: report.RestoreCommandReplaced) -> str:
    return f"Custom restore command override: {message.line}"


@text.register(report.RestoreCommandIgnored)
def _command_ignored(message: report.RestoreCommandIgnored) -> str:
    return (
        "The provided custom restore command was ignored as it only works with"
        " get-wal mode."
    )


@text.register(report.DangerLookedFor)
def _danger(message: report.DangerLookedFor) -> str:
    return "Identify dangerous settings in destination directory."


@text.register(report.BackupAwaitsWal)
def _awaits_wal(message: report.BackupAwaitsWal) -> str:
    return (
        "IMPORTANT: You have requested a recovery operation for a backup that does not"
        " have yet all the WAL files that are required for consistency."
    )


@text.register(report.RestoredBackupIncomplete)
def _incomplete(message: report.RestoredBackupIncomplete) -> str:
    return (
        "IMPORTANT: The backup we have restored IS NOT VALID. Required WAL files for"
        " consistency are missing. Please verify that WAL archiving is working"
        " correctly or evaluate using the 'get-wal' option for recovery"
    )


@text.register(report.WalGapAhead)
def _gap_ahead(message: report.WalGapAhead) -> str:
    return (
        f"WAL is missing in the archive: {message.gap};"
        " recovery stops there unless it arrives"
    )
