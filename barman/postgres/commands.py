# SPDX-License-Identifier: MIT
"""The command lines of PostgreSQL's programs: pure, compared by tests.

Options are those of each program's reference page; what an older program lacks is left
out or said in its own way.
"""

from __future__ import annotations

from barman.model.frozen import frozen
from barman.model.postgres_version import PostgresVersion
from barman.postgres.dsn import ProgramDsn
from barman.system.command import Command

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from barman.model.conninfo import Conninfo
    from barman.postgres.programs import Program

TEN, FIFTEEN = PostgresVersion(100000), PostgresVersion(150000)


@frozen(kw_only=True)
class Compression:
    """How pg_basebackup compresses; `location` is client, server, or its own choice."""

    algorithm: str
    level: int | None = None
    workers: int | None = None
    location: str | None = None
    format: str = "tar"


@frozen(kw_only=True)
class BaseBackup:
    """What pg_basebackup is asked for.

    `tablespaces` are pairs of places: on the server, in the backup.
    `parent_manifest` makes it incremental; `max_rate` is in kB a second; `progress`
    has it tell on stderr every second how far it is.
    """

    conninfo: Conninfo
    destination: str
    tablespaces: tuple[tuple[str, str], ...] = ()
    fast: bool = False
    max_rate: int | None = None
    progress: bool = False
    parent_manifest: str | None = None
    compression: Compression | None = None
    application_name: str = "barman_streaming_backup"


@frozen(kw_only=True)
class WalStream:
    """What pg_receivewal is asked for."""

    conninfo: Conninfo
    directory: str
    slot: str | None = None
    synchronous: bool = False
    application_name: str = "barman_receive_wal"


def basebackup_command(program: Program, asked: BaseBackup) -> Command:
    """Return the command that takes a base backup."""
    dsn = ProgramDsn.of(asked.conninfo, application_name=asked.application_name)
    argv = [
        program.path,
        f"--dbname={dsn.text}",
        "-v",
        "--no-password",
        f"--pgdata={asked.destination}",
    ]
    if program.version is None or program.version >= TEN:
        argv += ["--no-slot", "--wal-method=none"]
    argv += [
        f"--tablespace-mapping={_escaped(there)}={_escaped(here)}"
        for there, here in asked.tablespaces
    ]
    if asked.max_rate:
        argv.append(f"--max-rate={asked.max_rate}")
    if asked.progress:
        argv.append("--progress")
    if asked.parent_manifest:
        argv.append(f"--incremental={asked.parent_manifest}")
    if asked.fast:
        argv.append("--checkpoint=fast")
    if asked.compression:
        argv += _compression(program, asked.compression)
    return Command(tuple(argv), env=dsn.env)


def receivewal_command(program: Program, asked: WalStream) -> Command:
    """Return the command that streams WAL until it is stopped or the server is."""
    dsn = ProgramDsn.of(asked.conninfo, application_name=asked.application_name)
    argv = [
        program.path,
        f"--dbname={dsn.text}",
        "--verbose",
        "--no-loop",
        "--no-password",
        f"--directory={asked.directory}",
    ]
    if asked.slot:
        argv.append(f"--slot={asked.slot}")
    if asked.synchronous:
        argv.append("--synchronous")
    return Command(tuple(argv), env=dsn.env)


def _compression(program: Program, asked: Compression) -> Iterator[str]:
    if asked.algorithm == "none":
        yield "--format=tar"
        yield "--compress=0"
    elif program.version is None or program.version >= FIFTEEN:
        yield f"--format={asked.format}"
        yield f"--compress={_compression_words(asked)}"
    else:
        yield "--format=tar"
        yield "--gzip" if asked.level is None else f"--compress={asked.level}"


def _compression_words(asked: Compression) -> str:
    place = f"{asked.location}-" if asked.location else ""
    details = [
        f"{key}={value}"
        for key, value in (("level", asked.level), ("workers", asked.workers))
        if value is not None
    ]
    words = ":" + ",".join(details) if details else ""
    return f"{place}{asked.algorithm}{words}"


def _escaped(path: str) -> str:
    """Return a path as --tablespace-mapping reads it: `=` separates the two."""
    return path.replace("=", "\\=")
