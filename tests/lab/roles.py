# SPDX-License-Identifier: MIT
"""The lab's roles: a superuser, one with the fewest rights, one for replication."""

from __future__ import annotations


def statements(major: int) -> list[str]:
    """Return what makes the roles and their rights in a version."""
    if major >= 15:
        functions = ["pg_backup_start(text, boolean)", "pg_backup_stop(boolean)"]
    else:
        functions = [
            "pg_start_backup(text, boolean, boolean)",
            "pg_stop_backup()",
            "pg_stop_backup(boolean, boolean)",
        ]
    functions += ["pg_switch_wal()", "pg_create_restore_point(text)"]
    return [
        "CREATE ROLE barman SUPERUSER LOGIN",
        "CREATE ROLE streaming_barman REPLICATION LOGIN",
        "CREATE ROLE nobody_barman LOGIN",
        "CREATE ROLE barman_min LOGIN",
        "GRANT pg_read_all_settings, pg_read_all_stats TO barman_min",
        *(f"GRANT EXECUTE ON FUNCTION {name} TO barman_min" for name in functions),
    ]
