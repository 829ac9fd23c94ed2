# SPDX-License-Identifier: MIT
"""Checks of PostgreSQL's programs on this machine, and of the receiver they run in."""

from __future__ import annotations

from barman.upkeep.check_finding import Finding, failed, ok, verdict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from barman.upkeep.check_subject import Subject

RECEIVER = "receive-wal"


def is_there(name: str) -> Callable[[Subject], Finding]:
    """Return the check that a program is there and says its version."""

    def check(subject: Subject) -> Finding:
        program = subject.program(name)
        return ok() if program is not None and program.version else failed()

    return check


def is_compatible(name: str, label: str) -> Callable[[Subject], Finding]:
    """Return the check that a program works with the server."""

    def check(subject: Subject) -> Finding:
        program, server = subject.program(name), subject.version
        fits = program is not None and server is not None and program.serves(server)
        version = None if program is None else program.version
        shown = server if subject.config.conninfo else "Unknown"
        return verdict(fits, f"PostgreSQL version: {shown}, {label} version: {version}")

    return check


def maps_tablespaces(subject: Subject) -> Finding:
    """See whether pg_basebackup can place tablespaces (9.4 and later)."""
    program = subject.program("pg_basebackup")
    able = program is not None and program.version is not None
    return verdict(able, "pg_basebackup 9.4 or later is needed")


def receiver_runs(subject: Subject) -> Finding:
    """See whether WAL is being streamed."""
    tasks = [process.task for process in subject.tools.locks.holders()]
    return verdict(RECEIVER in tasks, "See the Barman log file for more details")
