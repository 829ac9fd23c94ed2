# SPDX-License-Identifier: MIT
"""The settings that tell a restored cluster how far to recover, and from which WAL.

Pure.  Values are quoted as `guc-file.l` reads them: single quotes doubled.  Inside
`restore_command` PostgreSQL replaces `%f` and `%p`: a path's percent sign is doubled.
"""

from __future__ import annotations

import shlex
from enum import Enum, unique

from barman.model.frozen import frozen
from barman.model.target import TargetKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barman.model.postgres_version import PostgresVersion
    from barman.model.target import RecoveryTarget


@unique
class WalDelivery(Enum):
    """How the restored cluster gets its WAL."""

    IN_PLACE = "copied into pg_wal"
    STAGED = "copied into a directory beside it"
    FETCHED = "asked for by restore_command"


@frozen(kw_only=True)
class WalSupply:
    """Where WAL comes from: a directory when staged, a command when fetched.

    `comment` is written above a generated command that fetches.
    """

    delivery: WalDelivery
    directory: str | None = None
    command: str | None = None
    comment: str | None = None


@frozen(kw_only=True)
class RecoverySettings:
    """What is to be written: the signal file, its settings, and where they go."""

    signal_file: str | None
    file_name: str
    lines: tuple[str, ...]


def recovery_settings(
    target: RecoveryTarget,
    supply: WalSupply,
    *,
    standby: bool,
    version: PostgresVersion,
    file_name: str = "postgresql.auto.conf",
) -> RecoverySettings | None:
    """Return what makes PostgreSQL recover as asked; None when it needs nothing.

    Before 12 the settings stand in `recovery.conf`, which is the signal as well
    (PostgreSQL 12 release notes).
    """
    if not (target.is_point_in_time or standby or _fetches(supply)):
        return None
    lines = (*_wal_lines(supply), *_target_lines(target))
    if version.number >= 120000:
        signal = "standby.signal" if standby else "recovery.signal"
        return RecoverySettings(signal_file=signal, file_name=file_name, lines=lines)
    mode = ("standby_mode = 'on'",) if standby else ()
    return RecoverySettings(
        signal_file=None, file_name="recovery.conf", lines=(*lines, *mode)
    )


def quote(value: str) -> str:
    """Quote a value for a configuration file."""
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


def local_fetch_command(server: str, *, partial: bool) -> str:
    """Return the command with which PostgreSQL on this host asks for its WAL."""
    option = "-P" if partial else ""
    return f"barman get-wal {option} {_word(server)} %f > %p"


def _fetches(supply: WalSupply) -> bool:
    return supply.delivery is WalDelivery.FETCHED


def _word(text: str) -> str:
    return shlex.quote(text).replace("%", "%%")


def _wal_lines(supply: WalSupply) -> tuple[str, ...]:
    if supply.delivery is WalDelivery.FETCHED:
        comment = (f"# {supply.comment}",) if supply.comment else ()
        return (*comment, f"restore_command = {quote(supply.command or '')}")
    if supply.delivery is WalDelivery.STAGED:
        directory = supply.directory or ""
        copy = f"cp {_word(directory)}/%f %p"
        remove = f"rm -fr {_word(directory)}"
        return (
            f"restore_command = {quote(copy)}",
            f"recovery_end_command = {quote(remove)}",
        )
    return ()


def _target_lines(target: RecoveryTarget) -> tuple[str, ...]:
    lines = []
    if target.kind is TargetKind.IMMEDIATE:
        lines.append("recovery_target = 'immediate'")
    elif target.kind is not None:
        lines.append(f"recovery_target_{target.kind.value} = {quote(target.text)}")
        if target.exclusive and target.can_be_exclusive:
            lines.append("recovery_target_inclusive = 'False'")
    if target.timeline is not None:
        lines.append(f"recovery_target_timeline = {target.timeline}")
    if target.action is not None:
        lines.append(f"recovery_target_action = {quote(target.action)}")
    return tuple(lines)
