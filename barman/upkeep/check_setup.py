# SPDX-License-Identifier: MIT
"""Checks of the configuration, and of what it asks of this machine and this version.

A feature that this version does not have is never OK: whoever configured it relies
on it.
"""

from __future__ import annotations

from barman.codec.registry import codec
from barman.errors import FileError
from barman.report.check import ConfigurationProblem
from barman.system.files import make_directory
from barman.upkeep.check_finding import Finding, failed, ok, verdict
from barman.wal.archiver import custom_filters

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barman.upkeep.check_subject import Subject

_CANNOT = "this version of Barman cannot {}"
_LOCATIONS = (
    "backup_directory",
    "basebackups_directory",
    "wals_directory",
    "incoming_wals_directory",
    "streaming_wals_directory",
    "errors_directory",
    "xlogdb_directory",
    "meta_directory",
)


def directories(subject: Subject) -> Finding:
    """See whether the directories of the server are there, and make those missing."""
    for name in _LOCATIONS:
        path = getattr(subject.config, name)
        if "://" in path:
            continue
        try:
            make_directory(path)
        except FileError as error:
            return failed(f"{path}: {error.__cause__ or error}")
    return ok()


def retention_settings(subject: Subject) -> Finding:
    """See whether `retention_policy` could be read."""
    return verdict(not subject.config.retention_policy_invalid, "see log")


def encryption(_: Subject) -> Finding:
    """Say that encryption cannot be had."""
    return failed(_CANNOT.format("encrypt"))


def cloud(_: Subject) -> Finding:
    """Say that storage in a cloud cannot be had."""
    return failed(_CANNOT.format("store backups or WAL in a cloud"))


def snapshots(_: Subject) -> Finding:
    """Say that snapshots cannot be had."""
    return failed(_CANNOT.format("take snapshots"))


def compression(subject: Subject) -> Finding:
    """See whether WAL can be compressed as configured."""
    config = subject.config
    if config.compression is None:
        return ok()
    custom = custom_filters(config, subject.tools.environ)
    if config.compression == "custom":
        filters = (
            config.custom_compression_filter,
            config.custom_decompression_filter,
        )
        if not all(filters):
            return failed("custom compression needs both of its filters")
    codec(
        config.compression,
        config.compression_level,
        custom=custom,
        environ=subject.tools.environ,
    )
    return ok()


def configuration(subject: Subject) -> Finding | None:
    """Tell everything that disables the server."""
    config = subject.config
    if not config.problems:
        return None
    return Finding(
        is_ok=False,
        details=tuple(ConfigurationProblem(config.name, p) for p in config.problems),
    )


def uses_cloud(subject: Subject) -> bool:
    """Whether backups or WAL are to lie in a cloud."""
    config = subject.config
    places = (config.basebackups_directory, config.wals_directory)
    return config.backup_method == "local-to-cloud" or any("://" in p for p in places)
