# SPDX-License-Identifier: MIT
"""Restores as JSON, at the top of the document."""

from __future__ import annotations

from barman.model.quantity import epoch, iso, pretty_duration
from barman.render.json import put
from barman.report.recovery import RestoreDone

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barman.render.json import Document
    from barman.report.recovery import SettingFound


@put.register(RestoreDone)
def _done(report: RestoreDone, document: Document) -> None:
    document.update(
        changes=[_setting(found) for found in report.changes],
        changes_count=len(report.changes),
        warnings=[_setting(found) for found in report.warnings],
        warnings_count=len(report.warnings),
        missing_files=list(report.missing_files),
        recovery_start_time=iso(report.began),
        recovery_start_time_timestamp=epoch(report.began),
        recovery_elapsed_time=pretty_duration(report.seconds),
        recovery_elapsed_time_seconds=report.seconds,
    )
    said = document.setdefault("_WARNING", [])
    if report.changes:
        said.append("Some settings have been modified to prevent data losses")
    if report.warnings:
        said.append("Some settings are potentially dangerous and must be reviewed")
    if report.missing_files:
        said.append("Some configuration files were not saved with the backup")
    if report.settings_file is not None:
        said.append(
            "'get-wal' is in the specified 'recovery_options': review"
            f" {report.settings_file} before the start"
        )
    if not said:
        del document["_WARNING"]


def _setting(found: SettingFound) -> list[object]:
    return [found.file, found.line, found.name, found.value]
