# SPDX-License-Identifier: MIT
"""What is recorded of a cluster before its backup begins."""

from __future__ import annotations

from barman.errors import DataError, PostgresError
from barman.model.frozen import replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from barman.model.backup import Backup, Tablespace
    from barman.postgres.session import PostgresSession

_SETTINGS = (
    "data_directory",
    "config_file",
    "hba_file",
    "ident_file",
    "data_checksums",
    "summarize_wal",
)


def describe_cluster(backup: Backup, session: PostgresSession) -> Backup:
    """Return the backup with the facts that PostgreSQL tells of its cluster."""
    settings = session.settings(*_SETTINGS)
    if "data_directory" not in settings:
        raise PostgresError(
            "PostgreSQL does not tell where the data directory is",
            hint="Grant the role pg_read_all_settings, or pg_monitor.",
        )
    return replace(
        backup,
        version=session.version,
        segment_size=session.segment_size,
        pgdata=settings["data_directory"],
        config_file=settings.get("config_file"),
        hba_file=settings.get("hba_file"),
        ident_file=settings.get("ident_file"),
        included_files=session.included_files(),
        tablespaces=tuple(t for t in session.tablespaces() if not _is_in_place(t)),
        data_checksums=settings.get("data_checksums"),
        summarize_wal=settings.get("summarize_wal"),
        cluster_size=session.cluster_size(),
    )


def missing_tablespaces(
    tablespaces: Iterable[Tablespace], names: Iterable[str]
) -> list[str]:
    """Return the oids that SQL or the directory `pg_tblspc` knows and the other not."""
    by_sql = {str(each.oid) for each in tablespaces}
    by_walk = {name for name in names if name.isdigit()}
    return sorted(by_sql ^ by_walk)


def outside(paths: Iterable[str], pgdata: str | None) -> tuple[str, ...]:
    """Return those paths that do not lie in the data directory."""
    root = (pgdata or "").rstrip("/") + "/"
    return tuple(path for path in paths if not path.startswith(root))


def refuse_other_timeline(backup: Backup, timeline: int | None) -> None:
    """Raise `DataError` unless the backup ends on the timeline that it began on."""
    if timeline != backup.timeline:
        raise DataError(
            f"the timeline changed from {backup.timeline} to {timeline}"
            " during the backup",
            hint="Take another backup.",
        )


def _is_in_place(tablespace: Tablespace) -> bool:
    """Tell whether it lies in `pg_tblspc` itself, and so in the data directory.

    Its location is relative then (allow_in_place_tablespaces, pg_tablespace_location).
    """
    return not tablespace.location.startswith("/")
