# SPDX-License-Identifier: MIT
"""What reports work out by themselves: failures, ratios, rates, savings."""

from __future__ import annotations

import pytest

from barman.model.frozen import replace
from barman.report.backup_details import (
    BackupShown,
    CopyFigures,
    Saving,
    WalFigures,
)
from barman.report.check import CheckDone
from barman.report.report import (
    ConfigurationWarning,
    Interrupted,
    Level,
    Message,
    Problem,
    Progress,
    Report,
    UnexpectedError,
)
from barman.report.status import BackupsStatus, ServerStatus
from tests.fakes.backups import a_backup

NONE = WalFigures(segment_size=16)


@pytest.mark.parametrize(
    ("report", "failed"),
    [
        (Report(), False),
        (Message(), False),
        (Progress(work="copying", done_bytes=1), False),
        (ConfigurationWarning("odd"), False),
        (Problem("no"), True),
        (Interrupted(), True),
        (UnexpectedError("bug"), True),
        (CheckDone(server_name="s", label="l", ok=True), False),
        (CheckDone(server_name="s", label="l", ok=False), True),
        (CheckDone(server_name="s", label="l", ok=False, counts=False), False),
    ],
)
def test_what_makes_a_command_fail(report: Report, failed: bool) -> None:
    assert report.failed is failed


def test_errors_and_exceptions_are_failures() -> None:
    failures = [level for level in Level if level.is_failure]
    assert failures == [Level.ERROR, Level.EXCEPTION]


@pytest.mark.parametrize(
    ("figures", "ratio"),
    [
        (NONE, 0.0),
        (WalFigures(count=2, size=8, segment_size=16), 0.75),
        (WalFigures(count=1, size=16, segment_size=16), 0.0),
    ],
)
def test_a_compression_ratio_is_what_is_saved(figures: WalFigures, ratio) -> None:
    assert figures.compression_ratio == ratio


def shown(backup, **facts) -> BackupShown:
    return BackupShown(backup=backup, **{"spanned": NONE, "after": NONE, **facts})


def test_the_rate_counts_both_kinds_of_wal() -> None:
    some = WalFigures(count=3, size=1, segment_size=16)
    assert shown(a_backup("x"), spanned=some, after=some).wals_per_second == 0.0
    rate = shown(a_backup("x"), spanned=some, after=some, wal_seconds=12.0)
    assert rate.wals_per_second == 0.5


@pytest.mark.parametrize(
    ("mode", "parent", "saving"),
    [
        ("rsync-concurrent", None, Saving(share=0.75, size=150)),
        ("postgres", "p", Saving(share=0.875, size=175)),
        ("postgres", None, None),
    ],
)
def test_what_sharing_saves(mode: str, parent: str | None, saving) -> None:
    backup = replace(
        a_backup("x", mode=mode, parent=parent),
        size=100,
        cluster_size=200,
        deduplicated_size=25,
    )
    assert shown(backup).saving == saving
    assert shown(replace(backup, deduplicated_size=None)).saving is None


def test_how_the_copy_went() -> None:
    backup = replace(a_backup("x"), deduplicated_size=100)
    stats = {"copy_time": 4, "analysis_time": 0.5, "number_of_workers": 2}
    assert shown(replace(backup, copy_stats=stats)).copy == CopyFigures(
        seconds=4.0, analysis_seconds=0.5, workers=2, throughput=25.0
    )
    for odd in (None, {}, {"copy_time": 0}, {"copy_time": "long"}):
        assert shown(replace(backup, copy_stats=odd)).copy is None


def test_a_server_with_a_primary_barman_is_passive() -> None:
    status = ServerStatus(server_name="s", backups=BackupsStatus(count=0, whole=0))
    assert not status.passive
    assert replace(status, primary_ssh_command="ssh b").passive
