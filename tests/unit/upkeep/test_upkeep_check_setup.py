# SPDX-License-Identifier: MIT
"""Configuration and machine: directories, compression, what this version lacks."""

from __future__ import annotations

import os

import pytest

from barman.model.frozen import replace
from barman.report.wal import WalFileRefused, WalFileTaken
from barman.upkeep import check_silence
from tests.fakes.checks import Checked


def test_missing_directories_are_made(tmp_path):
    checked = Checked(tmp_path)
    checked.check()
    names = ["base", "errors", "incoming", "meta", "streaming", "wals"]
    assert sorted(os.listdir(f"{checked.home}/main")) == names


def test_a_directory_that_cannot_be_made(tmp_path):
    checked = Checked(tmp_path)
    (tmp_path / "main" / "errors").write_text("in the way")
    hint = checked.failures()["directories"]
    assert hint.startswith(f"{checked.home}/main/errors: ")
    assert "exists" in hint


def test_a_policy_that_cannot_be_read(tmp_path):
    checked = Checked(tmp_path, retention_policy="KEEP ALL")
    assert checked.failures() == {"retention policy settings": "see log"}


@pytest.mark.parametrize(
    "changes, labels",
    [
        ({"encryption": "gpg"}, ["encryption"]),
        ({"basebackups_directory": "s3://b/x"}, ["cloud storage configuration"]),
        ({"wals_directory": "s3://b/x"}, ["cloud storage configuration"]),
        ({"backup_method": "local-to-cloud"}, ["cloud storage configuration"]),
        (
            {"backup_method": "snapshot"},
            [
                "snapshot instance exists",
                "snapshot disks attached to instance",
                "snapshot disks mounted on instance",
            ],
        ),
    ],
)
def test_inv_131_what_this_version_lacks_is_never_well(tmp_path, changes, labels):
    checked = Checked(tmp_path)
    checked.config = replace(checked.config, **changes)
    failures = checked.failures()
    assert list(failures) == labels
    assert all("this version of Barman cannot" in hint for hint in failures.values())


@pytest.mark.parametrize(
    "options, well",
    [
        ({"compression": "gzip"}, True),
        ({"compression": "custom", "custom_compression_filter": "gzip -c"}, False),
        (
            {
                "compression": "custom",
                "custom_compression_filter": "gzip -c",
                "custom_decompression_filter": "gzip -cd",
                "custom_compression_magic": "0x1f8b08",
            },
            True,
        ),
    ],
)
def test_compression(tmp_path, options, well):
    checked = Checked(tmp_path, **options)
    assert checked.check()["compression settings"][0] is well


def test_what_a_part_tells_for_a_check_goes_to_the_log(tmp_path, caplog):
    caplog.set_level("INFO")
    reporter = check_silence.LoggingReporter()
    reporter.tell(WalFileTaken("000000010000000000000001"))
    reporter.tell(WalFileRefused("main", "000000010000000000000002", "it is empty"))
    assert [(r.levelname, r.getMessage()) for r in caplog.records] == [
        ("INFO", "\t000000010000000000000001"),
        ("WARNING", "it is empty: file of server main moved to errors directory"),
    ]
