# SPDX-License-Identifier: MIT
"""One backup in full on the console: sections of labelled rows."""

from __future__ import annotations

from barman.model.quantity import iso, percentage, pretty_duration, pretty_size
from barman.render.console import lines
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
    from collections.abc import Iterable, Iterator

    Row = tuple[str, object]

_MAIN, _SECTION = 23, 21


@lines.register(BackupShown)
def _backup(report: BackupShown) -> Iterable[str]:
    backup = report.backup
    yield f"Backup {backup.id}:"
    yield from _rows(_main(report), indent=2, width=_MAIN)
    yield ""
    yield from _section("Server information", _server(report))
    if not backup.status.is_usable:
        if backup.error:
            yield from _rows([("Error", backup.error)], indent=2, width=_MAIN)
        return
    yield from _snapshots(report)
    yield from _section("Tablespaces", _tablespaces(report))
    yield from _section("Base backup information", _base(report))
    yield from _section("WAL information", _wal(report))
    yield "  Catalog information:"
    yield from _catalogue(report)


def _rows(rows: Iterable[Row], *, indent: int, width: int) -> Iterator[str]:
    for label, value in rows:
        yield f"{' ' * indent}{label:<{width}}: {value}"


def _section(title: str, rows: Iterable[Row]) -> Iterator[str]:
    said = list(_rows(rows, indent=4, width=_SECTION))
    if said:
        yield f"  {title}:"
        yield from said
        yield ""


def _main(report: BackupShown) -> Iterator[Row]:
    backup = report.backup
    if backup.name:
        yield "Backup Name", backup.name
    yield "Server Name", backup.server_name
    if backup.systemid:
        yield "System Id", backup.systemid
    yield "Status", backup.status.value
    if backup.status.is_usable:
        yield "PostgreSQL Version", int(backup.version) if backup.version else None
        yield "PGDATA directory", backup.pgdata
        if backup.cluster_size:
            yield "Estimated Cluster Size", pretty_size(backup.cluster_size)


def _server(report: BackupShown) -> Iterator[Row]:
    backup = report.backup
    if backup.data_checksums:
        yield "Checksums", backup.data_checksums
    if backup.summarize_wal:
        yield "WAL summarizer", backup.summarize_wal


def _snapshots(report: BackupShown) -> Iterator[str]:
    info = report.backup.snapshots_info
    if not info:
        return
    yield "  Snapshot information:"
    provider = _mapping(info.get("provider_info"))
    yield from _rows(sorted(provider.items()), indent=4, width=_SECTION)
    yield ""
    snapshots = info.get("snapshots")
    for snapshot in snapshots if isinstance(snapshots, (list, tuple)) else ():
        said = _mapping(snapshot)
        mount = _mapping(said.get("mount"))
        rows: list[Row] = sorted(_mapping(said.get("provider")).items())
        rows.append(("Mount point", mount.get("mount_point")))
        rows.append(("Mount options", mount.get("mount_options")))
        yield from _rows(rows, indent=4, width=_SECTION)
        yield ""


def _mapping(value: object) -> dict[str, object]:
    return dict(value) if isinstance(value, dict) else {}


def _tablespaces(report: BackupShown) -> Iterator[Row]:
    for tablespace in report.backup.tablespaces:
        yield tablespace.name, f"{tablespace.location} (oid: {tablespace.oid})"


def _base(report: BackupShown) -> Iterator[Row]:
    backup = report.backup
    yield "Backup Method", backup.mode
    if backup.encryption:
        yield "Encryption", backup.encryption
    if backup.mode == "postgres":
        yield "Backup Type", backup.type.value
    yield from _sizes(report)
    yield "Timeline", backup.timeline
    yield "Begin WAL", backup.begin_segment
    yield "End WAL", backup.end_segment
    if report.spanned.count:
        yield "Number of WALs", report.spanned.count
    if report.spanned.compression_ratio > 0:
        yield "WAL compression ratio", percentage(report.spanned.compression_ratio)
    yield "Begin time", iso(backup.begin_time) if backup.begin_time else None
    yield "End time", iso(backup.end_time) if backup.end_time else None
    yield from _copy(report)
    for label, lsn in (("Begin", backup.begin_lsn), ("End", backup.end_lsn)):
        yield f"{label} Offset", backup.segment_size.offset(lsn) if lsn else None
    yield "Begin LSN", backup.begin_lsn
    yield "End LSN", backup.end_lsn


def _sizes(report: BackupShown) -> Iterator[Row]:
    size = pretty_size(report.stored_size)
    if report.spanned.count:
        size += f" ({pretty_size(report.stored_size + report.spanned.size)} with WALs)"
    yield "Backup Size", size
    if report.backup.compression and report.backup.compression != "none":
        yield "Backup Compression", report.backup.compression
    if report.spanned.size:
        yield "WAL Size", pretty_size(report.spanned.size)
    if report.saving:
        saved = report.saving
        yield (
            "Resources saved",
            f"{pretty_size(saved.size)} ({percentage(saved.share)})",
        )


def _copy(report: BackupShown) -> Iterator[Row]:
    copy = report.copy
    if copy is None:
        return
    startup = ""
    if copy.analysis_seconds >= 1:
        startup = f" + {pretty_duration(copy.analysis_seconds)} startup"
    yield "Copy time", pretty_duration(copy.seconds) + startup
    if copy.throughput:
        jobs = f" ({copy.workers} jobs)" if copy.workers > 1 else ""
        yield "Estimated throughput", f"{pretty_size(copy.throughput)}/s{jobs}"


def _wal(report: BackupShown) -> Iterator[Row]:
    after = report.after
    yield "Number of files", after.count
    yield "Disk usage", pretty_size(after.size)
    if report.wals_per_second > 0:
        yield "WAL rate", hourly(report.wals_per_second)
    if after.compression_ratio > 0:
        yield "Compression ratio", percentage(after.compression_ratio)
    yield "Last available", report.last_wal_name
    if report.reachable_timelines:
        yield "Reachable timelines", ", ".join(map(str, report.reachable_timelines))


def _catalogue(report: BackupShown) -> Iterator[str]:
    rows: list[Row] = [
        ("Retention Policy", retention(report)),
        ("Previous Backup", previous(report)),
        ("Next Backup", following(report)),
    ]
    yield from _rows(rows, indent=4, width=_SECTION)
    if report.reachable_timelines:
        yield ""
        yield f"WARNING: {TIMELINES_WARNING}"
    backup = report.backup
    rows = []
    if backup.is_incremental:
        rows.append(("Root Backup", report.root_id))
        rows.append(("Parent Backup", backup.parent_id))
        rows.append(("Backup chain size", report.chain_size))
    if backup.mode == "postgres" and backup.children_ids:
        rows.append(("Children Backup(s)", ",".join(map(str, backup.children_ids))))
    yield from _rows(rows, indent=4, width=_SECTION)
