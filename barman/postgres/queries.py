# SPDX-License-Identifier: MIT
"""The SQL by server version, as data: of each statement, the newest form that fits.

Before 10 the functions speak of xlog and location (release notes of 10), before 15 of
pg_start_backup and pg_stop_backup.
"""

from __future__ import annotations

from barman.errors import PostgresError
from barman.model.postgres_version import PostgresVersion

MINIMUM = PostgresVersion(90600)

_MONITORING = """
    pg_has_role(current_user, 'pg_monitor', 'USAGE')
    OR (pg_has_role(current_user, 'pg_read_all_settings', 'USAGE')
        AND pg_has_role(current_user, 'pg_read_all_stats', 'USAGE'))"""


def _may(*functions: str) -> str:
    """Return a condition: at least one of the functions may be executed."""
    each = (
        f"has_function_privilege(current_user, '{name}', 'EXECUTE')"
        for name in functions
    )
    return "(" + " OR ".join(each) + ")"


def _backup_privileges(begin: str, *end: str) -> str:
    rights = (
        _may(begin),
        _may(*end),
        _may("pg_switch_wal()"),
        _may("pg_create_restore_point(text)"),
    )
    return f"SELECT ({_MONITORING}) AND " + " AND ".join(rights)


# The timeline of the control file is read after the checkpoint of the begin: the
# sub-select is evaluated when the row of the function is there.
_BEGIN = """
    SELECT lsn, (SELECT timeline_id FROM pg_control_checkpoint()), now()
    FROM {} AS lsn"""
_CONTROL_TIMELINE = """
    (SELECT CASE WHEN pg_is_in_recovery()
        THEN greatest(timeline_id, min_recovery_end_timeline) ELSE timeline_id END
     FROM pg_control_checkpoint(), pg_control_recovery())"""
_END = "SELECT lsn, {}, clock_timestamp(), labelfile, spcmapfile FROM {}"
_END_EXCLUSIVE = "SELECT lsn, {}, clock_timestamp(), NULL, NULL FROM {} AS lsn"

QUERIES: dict[str, tuple[tuple[int, str], ...]] = {
    "identity": ((90600, "SELECT system_identifier::text FROM pg_control_system()"),),
    "now": ((90600, "SELECT clock_timestamp()"),),
    "recovery": ((90600, "SELECT pg_is_in_recovery()"),),
    "segment_size": ((90600, "SELECT bytes_per_wal_segment FROM pg_control_init()"),),
    "timeline": ((90600, f"SELECT {_CONTROL_TIMELINE}"),),
    "primary_timeline": (
        (90600, "SELECT substr(pg_xlogfile_name(pg_current_xlog_location()), 1, 8)"),
        (100000, "SELECT substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)"),
    ),
    "current_lsn": (
        (
            90600,
            "SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_xlog_replay_location()"
            " ELSE pg_current_xlog_location() END",
        ),
        (
            100000,
            "SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()"
            " ELSE pg_current_wal_lsn() END",
        ),
    ),
    "superuser": ((90600, "SELECT current_setting('is_superuser') = 'on'"),),
    "monitoring_privileges": (
        (90600, "SELECT FALSE"),
        (100000, f"SELECT {_MONITORING}"),
    ),
    "backup_privileges": (
        (90600, "SELECT FALSE"),
        (
            100000,
            _backup_privileges(
                "pg_start_backup(text, boolean, boolean)",
                "pg_stop_backup()",
                "pg_stop_backup(boolean, boolean)",
            ),
        ),
        (
            150000,
            _backup_privileges(
                "pg_backup_start(text, boolean)", "pg_backup_stop(boolean)"
            ),
        ),
    ),
    # `pg_checkpoint` came with 15; a role of that name may exist before.
    "checkpoint_privileges": (
        (90600, "SELECT FALSE"),
        (
            140000,
            "SELECT coalesce(bool_or(pg_has_role(current_user, oid, 'USAGE')), FALSE)"
            " FROM pg_roles WHERE rolname = 'pg_checkpoint'",
        ),
    ),
    # pg_settings lacks the rows that the role may not see.
    "settings": (
        (
            90600,
            "SELECT name, current_setting(name), setting FROM pg_settings"
            " WHERE name = ANY(%s)",
        ),
    ),
    "included_files": (
        (
            90600,
            "SELECT DISTINCT sourcefile FROM pg_settings WHERE sourcefile IS NOT NULL"
            " AND sourcefile <> (SELECT setting FROM pg_settings"
            " WHERE name = 'config_file') ORDER BY 1",
        ),
    ),
    "tablespaces": (
        (
            90600,
            "SELECT spcname, oid, pg_tablespace_location(oid) FROM pg_tablespace"
            " WHERE spcname NOT IN ('pg_default', 'pg_global') ORDER BY oid",
        ),
    ),
    "cluster_size": (
        (90600, "SELECT sum(pg_tablespace_size(oid))::bigint FROM pg_tablespace"),
    ),
    "slot": (
        (
            90600,
            "SELECT slot_name, slot_type, active, restart_lsn, NULL"
            " FROM pg_replication_slots WHERE slot_name = %s",
        ),
        (
            130000,
            "SELECT slot_name, slot_type, active, restart_lsn, wal_status"
            " FROM pg_replication_slots WHERE slot_name = %s",
        ),
    ),
    "archiver": (
        (
            90600,
            "SELECT archived_count, last_archived_wal, last_archived_time,"
            " failed_count, last_failed_wal, last_failed_time, stats_reset,"
            " (archived_count / nullif(extract(epoch FROM now() - stats_reset), 0)"
            ")::float FROM pg_stat_archiver",
        ),
    ),
    "begin": (
        (90600, _BEGIN.format("pg_start_backup(%s, %s, FALSE)")),
        (150000, _BEGIN.format("pg_backup_start(%s, %s)")),
    ),
    "begin_exclusive": ((90600, _BEGIN.format("pg_start_backup(%s, %s)")),),
    # Not waiting for the archive: that is the catalogue's work, which has a deadline;
    # PostgreSQL's wait has none, above all on a standby without a busy primary.
    "end": (
        (90600, _END.format(_CONTROL_TIMELINE, "pg_stop_backup(FALSE)")),
        (100000, _END.format(_CONTROL_TIMELINE, "pg_stop_backup(FALSE, FALSE)")),
        (150000, _END.format(_CONTROL_TIMELINE, "pg_backup_stop(FALSE)")),
    ),
    "end_exclusive": (
        (90600, _END_EXCLUSIVE.format(_CONTROL_TIMELINE, "pg_stop_backup()")),
    ),
    "switch": (
        (
            90600,
            "SELECT pg_current_xlog_insert_location(), pg_switch_xlog(),"
            " pg_current_xlog_insert_location()",
        ),
        (
            100000,
            "SELECT pg_current_wal_insert_lsn(), pg_switch_wal(),"
            " pg_current_wal_insert_lsn()",
        ),
    ),
    "restore_point": ((90600, "SELECT pg_create_restore_point(%s)"),),
}

# What could end or block a session that holds a backup, and since when.
TIMEOUTS = (
    ("statement_timeout", 90600),
    ("lock_timeout", 90600),
    ("idle_in_transaction_session_timeout", 90600),
    ("idle_session_timeout", 140000),
    ("transaction_timeout", 170000),
)


def sql(name: str, version: PostgresVersion) -> str:
    """Return a statement's form for a server; `PostgresError` when it is too old."""
    for since, text in reversed(QUERIES[name]):
        if version.number >= since:
            return text
    raise PostgresError(
        f"unsupported version: PostgreSQL {version} ({version} < {MINIMUM})"
    )


def timeouts(version: PostgresVersion) -> tuple[str, ...]:
    """Return the names of the timeouts that a server has."""
    return tuple(name for name, since in TIMEOUTS if version.number >= since)
