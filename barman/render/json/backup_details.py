# SPDX-License-Identifier: MIT
"""One backup in full in JSON."""

from __future__ import annotations

from barman.model.quantity import (
    epoch,
    iso,
    percentage,
    pretty_duration,
    pretty_size,
)
from barman.render.json import put
from barman.render.words.backup_details import (
    TIMELINES_WARNING,
    following,
    hourly,
    previous,
    retention,
)
from barman.report.backup_details import BackupShown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime

    from barman.render.json import Document


@put.register(BackupShown)
def _backup(report: BackupShown, document: Document) -> None:
    said = _main(report)
    if report.backup.status.is_usable:
        said["backup_type"] = report.backup.type.value
        said["tablespaces"] = [
            {"name": space.name, "location": space.location, "oid": space.oid}
            for space in report.backup.tablespaces
        ]
        said["base_backup_information"] = _base(report)
        said["wal_information"] = _wal(report)
        said["catalog_information"] = _catalogue(report)
        if report.backup.snapshots_info:
            said["snapshots_info"] = dict(report.backup.snapshots_info)
    elif report.backup.error:
        said["error"] = report.backup.error
    document[report.backup.server_name] = said


def _main(report: BackupShown) -> Document:
    backup = report.backup
    said: Document = {
        "backup_id": str(backup.id),
        "status": backup.status.value,
        "pgdata_directory": backup.pgdata,
        "postgresql_version": int(backup.version) if backup.version else None,
        "server_information": {
            "data_checksums": backup.data_checksums,
            "summarize_wal": backup.summarize_wal,
        },
    }
    if backup.name:
        said["backup_name"] = backup.name
    if backup.systemid:
        said["system_id"] = backup.systemid
    if backup.cluster_size:
        said["cluster_size"] = pretty_size(backup.cluster_size)
        said["cluster_size_bytes"] = int(backup.cluster_size)
    return said


def _base(report: BackupShown) -> Document:
    backup = report.backup
    begin, end = backup.begin_lsn, backup.end_lsn
    said: Document = {
        "backup_method": backup.mode,
        "encryption": backup.encryption,
        "compression": backup.compression,
        "wal_num": report.spanned.count,
        "timeline": backup.timeline,
        "begin_wal": _text(backup.begin_segment),
        "end_wal": _text(backup.end_segment),
        "begin_lsn": _text(begin),
        "end_lsn": _text(end),
        "begin_offset": backup.segment_size.offset(begin) if begin else None,
        "end_offset": backup.segment_size.offset(end) if end else None,
    }
    said.update(_size("backup_size", report.stored_size))
    said.update(
        _size("backup_size_with_wals", report.stored_size + report.spanned.size)
    )
    said.update(_size("wal_size", report.spanned.size))
    said.update(_moment("begin_time", backup.begin_time))
    said.update(_moment("end_time", backup.end_time))
    if report.saving:
        said.update(_size("resources_saved", report.saving.size))
        said["resources_saved_percentage"] = percentage(report.saving.share)
    if report.spanned.compression_ratio > 0:
        said["wal_compression_ratio"] = percentage(report.spanned.compression_ratio)
    said.update(_copy(report))
    return said


def _copy(report: BackupShown) -> Document:
    copy = report.copy
    if copy is None:
        return {}
    said: Document = {
        "copy_time": pretty_duration(copy.seconds),
        "copy_time_seconds": copy.seconds,
        "throughput": f"{pretty_size(copy.throughput or 0)}/s",
        "throughput_bytes": int(copy.throughput or 0),
        "number_of_workers": copy.workers,
    }
    if copy.analysis_seconds >= 1:
        said["analysis_time"] = pretty_duration(copy.analysis_seconds)
        said["analysis_time_seconds"] = copy.analysis_seconds
    return said


def _wal(report: BackupShown) -> Document:
    rate, ratio = report.wals_per_second, report.after.compression_ratio
    said: Document = {
        "no_of_files": report.after.count,
        "last_available": report.last_wal_name,
        "wal_rate": hourly(rate) if rate > 0 else 0,
        "wal_rate_per_second": rate if rate > 0 else 0,
        "compression_ratio": percentage(ratio) if ratio > 0 else 0,
        "timelines": [str(timeline) for timeline in report.reachable_timelines],
    }
    said.update(_size("disk_usage", report.after.size))
    if report.reachable_timelines:
        said["_WARNING"] = TIMELINES_WARNING
    return said


def _catalogue(report: BackupShown) -> Document:
    backup = report.backup
    said: Document = {
        "retention_policy": retention(report),
        "previous_backup": previous(report),
        "next_backup": following(report),
    }
    if backup.is_incremental:
        said["root_backup_id"] = _text(report.root_id)
        said["parent_backup_id"] = _text(backup.parent_id)
        said["chain_size"] = report.chain_size
    if backup.mode == "postgres":
        children = [str(child) for child in backup.children_ids]
        said["children_backup_ids"] = children or None
    return said


def _size(name: str, size: int) -> Document:
    return {name: pretty_size(size), f"{name}_bytes": size}


def _moment(name: str, moment: datetime | None) -> Document:
    return {
        name: iso(moment) if moment else None,
        f"{name}_timestamp": epoch(moment) if moment else None,
    }


def _text(value: object) -> str | None:
    return None if value is None else str(value)
