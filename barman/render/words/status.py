# SPDX-License-Identifier: MIT
"""Rows of the state of a server: a code, a description and a text for each fact."""

from __future__ import annotations

from barman.model.quantity import ctime, pretty_size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from barman.report.status import ArchiverStatus, PostgresStatus, ServerStatus

    Row = tuple[str, str, str]


def rows(report: ServerStatus) -> Iterator[Row]:
    """Yield what is known, in the order in which it is shown."""
    if report.description:
        yield "description", "Description", report.description
    yield "active", "Active", str(report.active)
    yield "disabled", "Disabled", str(report.disabled)
    yield "active_model", "Active configuration model", str(report.active_model)
    if report.active and not report.passive:
        yield from _postgres(report.postgres)
    yield "passive_node", "Passive node", str(report.passive)
    yield "retention_policies", "Retention policies", _retention(report)
    yield from _backups(report)
    if report.primary_ssh_command is not None:
        yield (
            "primary_ssh_command",
            "SSH command to primary server",
            report.primary_ssh_command,
        )


def _postgres(postgres: PostgresStatus | None) -> Iterator[Row]:
    title = "PostgreSQL version"
    if postgres is None:
        yield "pg_version", title, "FAILED trying to get PostgreSQL version"
        return
    yield "pg_version", title, str(postgres.version)
    state = "in archive recovery" if postgres.is_in_recovery else "in production"
    yield "is_in_recovery", "Cluster state", state
    if postgres.current_size is not None:
        yield "current_size", "Current data size", pretty_size(postgres.current_size)
    if postgres.data_directory is not None:
        yield "data_directory", "PostgreSQL Data directory", postgres.data_directory
    if postgres.current_segment is not None:
        yield "current_xlog", "Current WAL segment", postgres.current_segment
    if postgres.archiver is not None:
        yield from _archiver(postgres.archiver)


def _archiver(archiver: ArchiverStatus) -> Iterator[Row]:
    yield (
        "archive_command",
        "PostgreSQL 'archive_command' setting",
        archiver.archive_command
        or "FAILED (please set it accordingly to documentation)",
    )
    last = "No WAL segment shipped yet"
    if archiver.last_wal is not None and archiver.last_time is not None:
        last = f"{archiver.last_wal}, at {ctime(archiver.last_time)}"
    yield "last_archived_wal", "Last archived WAL", last
    failures = str(archiver.failed_count)
    if archiver.failed_count and archiver.last_failed_time is not None:
        when = ctime(archiver.last_failed_time)
        failures += f" ({archiver.last_failed_wal} at {when})"
    yield "failed_count", "Failures of WAL archiver", failures
    if archiver.per_second:
        rate = f"{archiver.per_second * 3600:.2f}/hour"
        yield "server_archived_wals_per_hour", "Server WAL archiving rate", rate


def _retention(report: ServerStatus) -> str:
    if report.retention_policy is None:
        return "not enforced"
    policy = report.retention_policy
    return f"enforced (mode: auto, retention: {policy}, WAL retention: MAIN)"


def _backups(report: ServerStatus) -> Iterator[Row]:
    backups = report.backups
    yield "backups_number", "No. of available backups", str(backups.count)
    yield "first_backup", "First available backup", str(backups.first_id)
    yield "last_backup", "Last available backup", str(backups.last_id)
    satisfied = backups.whole >= report.minimum_redundancy
    word = "satisfied" if satisfied else "FAILED"
    yield (
        "minimum_redundancy",
        "Minimum redundancy requirements",
        f"{word} ({backups.whole}/{report.minimum_redundancy})",
    )
