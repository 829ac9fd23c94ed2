# SPDX-License-Identifier: MIT
"""What is known of PostgreSQL's programs on this host, by the names users know."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from barman.model.postgres_version import PostgresVersion
    from barman.postgres.programs import Programs


def basebackup_facts(
    programs: Programs, server: PostgresVersion | None
) -> Iterator[tuple[str, object]]:
    """Yield what `show-servers` tells of pg_basebackup."""
    yield from _facts(programs, "pg_basebackup", "pg_basebackup", server)
    installed = programs.find("pg_basebackup", for_version=server) is not None
    # Every program that is supported here limits its rate and maps tablespaces.
    yield "pg_basebackup_bwlimit", installed or None
    yield "pg_basebackup_tbls_mapping", installed or None


def receivewal_facts(
    programs: Programs, server: PostgresVersion | None, *, synchronous: bool | None
) -> Iterator[tuple[str, object]]:
    """Yield what `show-servers` tells of pg_receivewal, under its old name."""
    yield from _facts(programs, "pg_receivewal", "pg_receivexlog", server)
    installed = programs.find("pg_receivewal", for_version=server) is not None
    yield "pg_receivexlog_supports_slots", installed or None
    yield "pg_receivexlog_synchronous", synchronous


def _facts(
    programs: Programs, name: str, label: str, server: PostgresVersion | None
) -> Iterator[tuple[str, object]]:
    program = programs.find(name, for_version=server)
    yield f"{label}_installed", program is not None
    yield f"{label}_path", program.path if program else None
    version = program.version if program else None
    yield f"{label}_version", str(version) if version else None
    compatible = None if program is None or server is None else program.serves(server)
    yield f"{label}_compatible", compatible
