# SPDX-License-Identifier: MIT
"""Checks of how the files of the server are reached, over SSH or on this machine."""

from __future__ import annotations

from barman.system.command import as_text
from barman.upkeep.check_finding import Finding, failed, ok

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barman.upkeep.check_subject import Subject


def ssh(subject: Subject) -> Finding:
    """See whether a command runs on the other host."""
    config = subject.config
    if not config.passive and config.ssh_command is None:
        return failed("'ssh_command' is not set")
    answer = subject.remote_answer
    if answer.value is None:
        return failed(answer.error)
    return ok("Barman primary node" if config.passive else "PostgreSQL server")


def ssh_output(subject: Subject) -> Finding | None:
    """See whether the other host says nothing of its own, which would spoil copies."""
    completed = subject.remote_answer.value
    if completed is None:
        return None  # `ssh` has said it.
    said = as_text(completed.stdout + completed.stderr).strip()
    if not said:
        return None
    line = said.splitlines()[0]
    return failed(f"the shell prints '{line}' where it must print nothing")


def backup_label(subject: Subject) -> Finding | None:
    """See whether a crash in an exclusive backup keeps PostgreSQL from starting."""
    latest = subject.latest
    if subject.postgres is not None or latest is None or not latest.pgdata:
        return None
    if subject.remote_answer.value is None:
        return None  # `ssh` has said it.
    if not subject.tools.host().exists(f"{latest.pgdata}/backup_label"):
        return None
    return failed(
        f"PostgreSQL is down and '{latest.pgdata}/backup_label' is there: remove it if"
        " an exclusive backup was interrupted, and start PostgreSQL"
    )


def local_pgdata(subject: Subject) -> Finding:
    """See whether the data directory on this machine can be read."""
    session, latest = subject.postgres, subject.latest
    directory = session.data_directory if session else latest and latest.pgdata
    if not directory:
        return failed("the data directory is not known while PostgreSQL is down")
    host = subject.tools.host()
    host.list_directory(directory)
    host.read(f"{directory}/PG_VERSION")
    return ok("Access to local PGDATA")
