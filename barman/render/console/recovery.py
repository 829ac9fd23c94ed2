# SPDX-License-Identifier: MIT
"""Restores on the console: after the steps, what to look at before the start."""

from __future__ import annotations

from barman.model.quantity import iso, pretty_duration
from barman.render.console import lines
from barman.report.recovery import RestoreDone

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from barman.report.recovery import SettingFound


@lines.register(RestoreDone)
def _done(report: RestoreDone) -> Iterator[str]:
    if report.changes:
        yield from ("", "IMPORTANT")
        yield "These settings have been modified to prevent data losses"
        yield ""
        yield from map(_setting, report.changes)
    if report.warnings:
        yield from ("", "WARNING")
        yield (
            "You are required to review the following options as potentially dangerous"
        )
        yield ""
        yield from map(_setting, report.warnings)
    if report.missing_files:
        yield from ("", "WARNING")
        yield (
            "The following configuration files have not been saved during backup,"
            " hence they have not been restored."
        )
        yield (
            "You need to manually restore them in order to start the restored"
            " PostgreSQL instance:"
        )
        yield ""
        yield from (f"    {name}" for name in report.missing_files)
    if report.settings_file is not None:
        yield ""
        yield "WARNING: 'get-wal' is in the specified 'recovery_options'."
        yield (
            "Before you start up the PostgreSQL server, please review the"
            f" {report.settings_file} file"
        )
        yield (
            "inside the target directory. Make sure that 'restore_command' can be"
            " executed by the PostgreSQL user."
        )
    yield ""
    yield (
        f"Restore operation completed (start time: {iso(report.began)},"
        f" elapsed time: {pretty_duration(report.seconds)})"
    )
    yield "Your PostgreSQL server has been successfully prepared for recovery!"


def _setting(found: SettingFound) -> str:
    return f"{found.file} line {found.line}: {found.name} = {found.value}"
