# SPDX-License-Identifier: MIT
"""All checks, in the order in which they are made and shown.

`blocks` says whether a failure keeps a backup, or streaming, from starting.
"""

from __future__ import annotations

from barman.model.frozen import frozen
from barman.upkeep import check_archive as archive
from barman.upkeep import check_backups as backups
from barman.upkeep import check_identity as identity
from barman.upkeep import check_postgres as postgres
from barman.upkeep import check_programs as programs
from barman.upkeep import check_reach as reach
from barman.upkeep import check_setup as setup
from barman.upkeep.check_subject import streams

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from barman.upkeep.check_finding import Finding
    from barman.upkeep.check_subject import Subject


def _always(_: Subject) -> bool:
    return True


def _reached(subject: Subject) -> bool:
    return subject.is_reached


def _connected(subject: Subject) -> bool:
    return subject.postgres is not None


def _streaming(subject: Subject) -> bool:
    return _connected(subject) and streams(subject.config)


def _with_primary(subject: Subject) -> bool:
    return _connected(subject) and subject.config.primary_conninfo is not None


def _with_wal_host(subject: Subject) -> bool:
    return subject.has_wal_host


def _with_slot(subject: Subject) -> bool:
    return subject.is_reached and bool(subject.config.slot_name)


def _enabled(subject: Subject) -> bool:
    return not subject.config.disabled


def _encrypting(subject: Subject) -> bool:
    return subject.config.encryption not in (None, "none")


def _by(*methods: str) -> Callable[[Subject], bool]:
    def applies(subject: Subject) -> bool:
        return subject.is_reached and subject.config.backup_method in methods

    return applies


def _by_streaming(subject: Subject) -> bool:
    return _by("postgres")(subject) and _connected(subject)


def _over_ssh(subject: Subject) -> bool:
    config = subject.config
    return (config.passive and config.active) or _by("rsync")(subject)


def _rsync_over_ssh(subject: Subject) -> bool:
    return _by("rsync")(subject) and subject.config.ssh_command is not None


def _exclusive(subject: Subject) -> bool:
    asked = "exclusive_backup" in subject.config.backup_options
    return asked and _by("rsync", "local-rsync")(subject) and _connected(subject)


def _concurrent(subject: Subject) -> bool:
    exclusive = "exclusive_backup" in subject.config.backup_options
    return not exclusive and _by("rsync", "local-rsync")(subject)


def _snapshots(subject: Subject) -> bool:
    return _by("snapshot")(subject) and _enabled(subject)


def _receiving(subject: Subject) -> bool:
    return subject.is_reached and subject.config.streaming_archiver


def _shipping(subject: Subject) -> bool:
    return _connected(subject) and subject.config.archiver


@frozen(kw_only=True)
class Check:
    """One check: its label, what it does, for which servers, how grave a failure is."""

    label: str
    find: Callable[[Subject], Finding | None]
    applies: Callable[[Subject], bool] = _always
    blocks: bool = True


def _row(
    label: str,
    find: Callable[[Subject], Finding | None],
    applies: Callable[[Subject], bool] = _always,
    *,
    blocks: bool = True,
) -> Check:
    return Check(label=label, find=find, applies=applies, blocks=blocks)


_PRIVILEGES = "superuser or standard user with backup privileges"
_RECEIVEWAL, _RECEIVER = "pg_receivewal", "pg_receivexlog"
_BASEBACKUP = "pg_basebackup"

CHECKS: tuple[Check, ...] = (
    _row("WAL archive", archive.wal_archive),
    _row("empty incoming directory", archive.incoming, blocks=False),
    _row("empty streaming directory", archive.streaming, blocks=False),
    _row("PostgreSQL", postgres.connection, _reached),
    _row(_PRIVILEGES, postgres.backup_privileges, _connected),
    _row("PostgreSQL streaming", postgres.streaming, _streaming),
    _row("wal_level", postgres.wal_level, _connected),
    _row(
        "PostgreSQL server is standby",
        postgres.is_standby,
        _with_primary,
        blocks=False,
    ),
    _row("Primary server is not a standby", postgres.primary_is_primary, _with_primary),
    _row(
        "Primary and standby have same system ID",
        postgres.same_cluster,
        _with_primary,
    ),
    _row(
        "has monitoring privileges (WAL streaming)",
        postgres.monitoring_privileges,
        _with_wal_host,
    ),
    _row(
        "PostgreSQL streaming (WAL streaming)", postgres.wal_streaming, _with_wal_host
    ),
    _row("wal_level (WAL streaming)", postgres.wal_streaming_level, _with_wal_host),
    _row("systemid coherence (WAL streaming)", identity.wal_coherence, _with_wal_host),
    _row("replication slot", postgres.slot, _with_slot),
    _row("directories", setup.directories, _enabled),
    _row("retention policy settings", setup.retention_settings),
    _row("backup maximum age", backups.maximum_age, blocks=False),
    _row("backup minimum size", backups.minimum_size, blocks=False),
    _row("encryption", setup.encryption, _encrypting),
    _row("cloud storage configuration", setup.cloud, setup.uses_cloud),
    _row("wal maximum age", backups.wal_maximum_age, blocks=False),
    _row("wal size", backups.wal_size),
    _row("compression settings", setup.compression),
    _row("failed backups", backups.failed_backups, blocks=False),
    _row("minimum redundancy requirements", backups.redundancy, blocks=False),
    _row(_BASEBACKUP, programs.is_there(_BASEBACKUP), _by("postgres")),
    _row(
        "pg_basebackup compatible",
        programs.is_compatible(_BASEBACKUP, _BASEBACKUP),
        _by("postgres"),
    ),
    _row(
        "pg_basebackup supports tablespaces mapping",
        programs.maps_tablespaces,
        _by_streaming,
    ),
    _row("ssh", reach.ssh, _over_ssh),
    _row("ssh output clean", reach.ssh_output, _rsync_over_ssh),
    _row("backup_label", reach.backup_label, _rsync_over_ssh),
    _row("local PGDATA", reach.local_pgdata, _by("local-rsync")),
    _row("not in recovery", postgres.not_in_recovery, _exclusive),
    _row("exclusive backup supported", postgres.exclusive_supported, _exclusive),
    _row("postgres minimal version", postgres.minimal_version, _concurrent),
    _row("snapshot instance exists", setup.snapshots, _snapshots),
    _row("snapshot disks attached to instance", setup.snapshots, _snapshots),
    _row("snapshot disks mounted on instance", setup.snapshots, _snapshots),
    _row("configuration", setup.configuration),
    _row("systemid coherence", identity.coherence),
    _row(_RECEIVER, programs.is_there(_RECEIVEWAL), _receiving),
    _row(
        "pg_receivexlog compatible",
        programs.is_compatible(_RECEIVEWAL, _RECEIVER),
        _receiving,
    ),
    _row("receive-wal running", programs.receiver_runs, _receiving),
    _row("archive_mode", postgres.archive_mode, _shipping),
    _row("archive_command", postgres.archive_command, _shipping),
    _row("continuous archiving", postgres.continuous_archiving, _shipping),
    _row("archiver errors", archive.errors, blocks=False),
)
