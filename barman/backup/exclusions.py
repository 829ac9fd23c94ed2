# SPDX-License-Identifier: MIT
"""What a copy of a data directory leaves out, as anchored rules of rsync.

What PostgreSQL rebuilds at start, what belongs to the running postmaster, and what
tells of an earlier backup or recovery: it would mislead the recovery of this one.
The directories themselves are copied, because PostgreSQL needs them empty
(excludeDirContents and excludeFiles in basebackup.c).
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

EVERYWHERE = (
    "pgsql_tmp*",
    "postgresql.auto.conf.tmp",
    "current_logfiles.tmp",
    "pg_internal.init",
    "postmaster.pid",
    "postmaster.opts",
    "recovery.conf",
    "standby.signal",
    "**/[0-9]*/t[0-9]*_[0-9]*",
    "pg_dynshmem/*",
    "pg_notify/*",
    "pg_replslot/*",
    "pg_serial/*",
    "pg_stat_tmp/*",
    "pg_snapshots/*",
    "pg_subtrans/*",
)
DATA_DIRECTORY = (
    "/pg_log/*",
    "/log/*",
    "/pg_xlog/*",
    "/pg_wal/*",
    "/global/pg_control",
    "/recovery.signal",
    "/backup_label",
    "/tablespace_map",
    "/backup_manifest",
    "/backup_manifest.*",
    "/.barman-recover.info",
    "/barman_wal",
)
_WILD = frozenset("*?[")


def of_data_directory(
    pgdata: str, tablespaces: Iterable[tuple[int, str]]
) -> tuple[str, ...]:
    """Return what the copy of PGDATA leaves out; tablespaces are (oid, location)."""
    rules = list(DATA_DIRECTORY)
    root = pgdata.rstrip("/") + "/"
    for oid, location in tablespaces:
        rules.append(f"/pg_tblspc/{oid}")
        if location.startswith(root):
            rules.append("/" + literal(location[len(root) :]))
    return (*rules, *EVERYWHERE)


def of_tablespace(major: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what the copy of a tablespace includes, and what it leaves out.

    Another major version may keep its own directory beside ours (pg_upgrade).
    """
    return (f"/PG_{major}_*",), ("/*", *EVERYWHERE)


def literal(path: str) -> str:
    """Return a pattern of rsync that matches this path and nothing else.

    A backslash escapes only in patterns with a wildcard; elsewhere it is itself.
    """
    if _WILD.isdisjoint(path):
        return path
    return "".join("\\" + c if c in _WILD or c == "\\" else c for c in path)
