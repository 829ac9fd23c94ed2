# SPDX-License-Identifier: MIT
"""Checks of PostgreSQL: can it be reached, may we back it up, does it ship WAL?"""

from __future__ import annotations

from barman.postgres.queries import MINIMUM
from barman.upkeep.check_finding import Finding, failed, ok, verdict
from barman.upkeep.check_subject import known

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barman.postgres.session import PostgresSession
    from barman.upkeep.check_subject import Subject

_PRIVILEGES = "privileges for PostgreSQL {} functions are required (see documentation)"


def connection(subject: Subject) -> Finding:
    """See whether it answers, and is not too old."""
    version = subject.version
    if version is None:
        # compat: why it does not answer stands in the log, not in the line.
        return failed()
    if version < MINIMUM:
        return failed(f"unsupported version: {version} ({version} < {MINIMUM})")
    return ok()


def backup_privileges(subject: Subject) -> Finding:
    """See whether our role may take backups."""
    if _session(subject).has_backup_privileges:
        return ok()
    hint = _PRIVILEGES.format("backup")
    return failed(hint, label="no access to backup functions")


def streaming(subject: Subject) -> Finding:
    """See whether the streaming connection speaks the replication protocol."""
    identity = subject.streaming_identity
    return verdict(identity.value is not None, identity.error or "")


def wal_level(subject: Subject) -> Finding:
    """See whether WAL holds enough to recover from."""
    return _wal_level(_session(subject))


def _wal_level(session: PostgresSession) -> Finding:
    level = session.settings("wal_level").get("wal_level")
    return verdict(
        level not in (None, "minimal"), "please set it to a higher level than 'minimal'"
    )


def is_standby(subject: Subject) -> Finding:
    """See whether `conninfo` leads to a standby when a primary is named."""
    return verdict(
        _session(subject).is_in_recovery,
        "conninfo should point to a standby server if primary_conninfo is set",
    )


def primary_is_primary(subject: Subject) -> Finding:
    """See whether `primary_conninfo` leads to a primary."""
    return verdict(
        not _primary(subject).is_in_recovery,
        "primary_conninfo should point to a primary server, not a standby",
    )


def same_cluster(subject: Subject) -> Finding:
    """See whether standby and primary are of one cluster."""
    mine, theirs = _session(subject).systemid, _primary(subject).systemid
    return verdict(
        mine == theirs,
        f"primary_conninfo leads to system identifier {theirs}, conninfo to {mine}",
    )


def monitoring_privileges(subject: Subject) -> Finding:
    """See whether our role may read the state of the server that streams."""
    if subject.tools.wal_postgres().has_monitoring_privileges:
        return ok()
    hint = _PRIVILEGES.format("monitoring")
    return failed(hint, label="no access to monitoring functions")


def wal_streaming(subject: Subject) -> Finding:
    """See whether the server that streams speaks the replication protocol."""
    identity = subject.wal_streaming_identity
    return verdict(identity.value is not None, identity.error or "")


def wal_streaming_level(subject: Subject) -> Finding:
    """See whether the WAL of the server that streams holds enough."""
    return _wal_level(subject.tools.wal_postgres())


def slot(subject: Subject) -> Finding | None:
    """See whether the replication slot is there and in use, where it should be."""
    config = subject.config
    label = "replication slot"
    if subject.has_wal_host:
        label += " (WAL streaming)"
    name = config.slot_name
    assert name is not None
    # compat: where PostgreSQL cannot be reached the slot is as good as missing.
    reached = subject.has_wal_host or subject.postgres is not None
    asked = known(lambda: subject.tools.wal_postgres().slot(name) if reached else None)
    found = asked.value
    if not config.streaming_archiver:
        if found is None or not found.is_initialised:
            return None
        state = "active" if found.active else "initialised"
        return Finding(
            is_ok=True,
            hint=f"WARNING: slot '{name}' is {state} but not required by the current"
            " config",
            label=label,
        )
    if found is None:
        hint = asked.error or (
            f"replication slot '{name}' doesn't exist. Please execute"
            f" 'barman receive-wal --create-slot {config.name}'"
        )
        return failed(hint, label=label)
    if not found.is_initialised:
        hint = f"slot '{name}' not initialised: is 'receive-wal' running?"
        return failed(hint, label=label)
    if not found.active:
        hint = f"slot '{name}' not active: is 'receive-wal' running?"
        return failed(hint, label=label)
    return Finding(is_ok=True, label=label)


def archive_mode(subject: Subject) -> Finding:
    """See whether PostgreSQL archives at all."""
    mode = _session(subject).settings("archive_mode").get("archive_mode")
    return verdict(mode in ("on", "always"), "please set it to 'on' or 'always'")


def archive_command(subject: Subject) -> Finding:
    """See whether PostgreSQL knows how to archive."""
    return verdict(_archives(subject), "please set it accordingly to the documentation")


def continuous_archiving(subject: Subject) -> Finding | None:
    """See whether archiving has not failed since it last worked."""
    if not _archives(subject):
        return None
    stats = _session(subject).archiver()
    done, lost = stats.last_archived_time, stats.last_failed_time
    if lost is None or (done is not None and done >= lost):
        return ok()
    return failed(f"PostgreSQL failed to archive '{stats.last_failed_wal}'")


def minimal_version(subject: Subject) -> Finding | None:
    """See whether the server can do backups that are not exclusive."""
    version = subject.version
    if version is None or version >= MINIMUM:
        return None
    return failed(f"concurrent backups need PostgreSQL {MINIMUM} or newer")


def not_in_recovery(subject: Subject) -> Finding:
    """See whether the server is a primary, as an exclusive backup needs."""
    return verdict(
        not _session(subject).is_in_recovery,
        "cannot perform exclusive backup on a standby",
    )


def exclusive_supported(subject: Subject) -> Finding:
    """See whether the server still has exclusive backups."""
    version = subject.version
    return verdict(
        version is not None and not version.at_least(15),
        "exclusive backups are not supported by PostgreSQL 15 and later",
    )


def _archives(subject: Subject) -> bool:
    names = ("archive_command", "archive_library")
    shown = _session(subject).settings(*names)
    command, library = (shown.get(name) for name in names)
    # PostgreSQL shows a command that archive_mode = off ignores as "(disabled)".
    return command not in (None, "", "(disabled)") or bool(library)


def _session(subject: Subject) -> PostgresSession:
    session = subject.postgres
    assert session is not None, "these checks are for servers that answer"
    return session


def _primary(subject: Subject) -> PostgresSession:
    session = subject.tools.primary_postgres()
    assert session is not None, "these checks are for servers with a primary"
    return session
