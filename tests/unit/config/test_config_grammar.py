# SPDX-License-Identifier: MIT
"""What texts each kind of option accepts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from barman.config import grammar as g
from barman.config.options import OPTIONS_BY_NAME
from barman.model.retention import Redundancy

ACCEPTED = [
    ("archiver", "TRUE", True),
    ("archiver", "t", True),
    ("archiver", "Yes", True),
    ("archiver", "1", True),
    ("archiver", "on", True),
    ("archiver", "FALSE", False),
    ("archiver", "f", False),
    ("archiver", "no", False),
    ("archiver", "0", False),
    ("archiver", "Off", False),
    ("check_timeout", "-3", -3),
    ("check_timeout", "+1_000", 1000),
    ("minimum_redundancy", "2", 2),
    ("bandwidth_limit", "0", 0),
    ("retention_policy", " redundancy  2", Redundancy(2)),
    ("last_backup_maximum_age", "2 Weeks", timedelta(days=14)),
    ("last_backup_minimum_size", "5 Ki", 5120),
    ("compression_level", "LOW", "low"),
    ("compression_level", "-7", -7),
    ("compression", "GZIP", "gzip"),
    ("backup_options", "", frozenset()),
    (
        "backup_options",
        "Concurrent_Backup, external_configuration,concurrent_backup",
        frozenset(("concurrent_backup", "external_configuration")),
    ),
    ("recovery_options", "get-wal", frozenset(("get-wal",))),
    ("tablespace_bandwidth_limit", "a:1  b:20", (("a", 1), ("b", 20))),
    ("tablespace_bandwidth_limit", "a:1 x :3 b: c:y", (("a", 1),)),
    ("slot_name", "Barman_1", "barman_1"),
    ("staging_path", "/nowhere", "/nowhere"),
    ("staging_location", "remote", "remote"),
    ("aws_encryption", "AES256", "AES256"),
    ("encryption", "NONE", None),
    ("encryption", "GPG", "gpg"),
    ("custom_compression_magic", "0x28b52ffd", b"\x28\xb5\x2f\xfd"),
    ("snapshot_disks", "a, b", ("a", " b")),
    ("wals_directory", "/srv/wals", "/srv/wals"),
    ("wals_directory", "s3://bucket", "s3://bucket"),
    ("wals_directory", "gs://bucket/path", "gs://bucket/path"),
    (
        "wals_directory",
        "https://console.cloud.google.com/storage/browser/b/p",
        "https://console.cloud.google.com/storage/browser/b/p",
    ),
    (
        "basebackups_directory",
        "https://acc.blob.core.windows.net/container",
        "https://acc.blob.core.windows.net/container",
    ),
    ("retention_policy_mode", "auto", "auto"),
]


@pytest.mark.parametrize(("option", "text", "value"), ACCEPTED)
def test_accepted(option, text, value):
    assert OPTIONS_BY_NAME[option].grammar.parse(text) == value


REFUSED = [
    ("archiver", "on ; x", "is not a boolean"),
    ("archiver", "", "is not a boolean"),
    ("check_timeout", "3s", "is not an integer"),
    ("check_timeout", "", "is not an integer"),
    ("minimum_redundancy", "-1", "is negative"),
    ("minimum_redundancy", "two", "is not an integer"),
    ("retention_policy", "RECOVERY WINDOW OF 3 HOURS", "not a retention policy"),
    ("last_wal_maximum_age", "2days", "is not a span"),
    ("last_backup_minimum_size", "5K", "is not a size"),
    ("last_backup_minimum_size", "5GB", "is not a size"),
    ("compression_level", "lowest", "neither an integer nor low"),
    ("compression", "none", "is not one of: gzip, bzip2"),
    ("backup_options", "get-wal", "'get-wal' is not one of"),
    ("backup_options", "exclusive_backup,concurrent_backup", "exclude each other"),
    ("slot_name", "a-b", "is not a slot name"),
    ("slot_name", "", "is not a slot name"),
    ("staging_path", "tmp", "is not an absolute path"),
    ("staging_path", "", "is not an absolute path"),
    ("staging_location", "Local", "is not one of: local, remote"),
    ("aws_encryption", "aes256", "is not one of"),
    ("snapshot_provider", "AWS", "is not one of"),
    ("custom_compression_magic", "0xzz", "is not 0x"),
    ("snapshot_disks", "a,,b", "has an empty name"),
    ("snapshot_disks", "", "has an empty name"),
    ("wals_directory", "ftp://host/x", "is not the URL of a cloud storage"),
    ("wals_directory", "s3://", "is not the URL of a cloud storage"),
    ("wals_directory", "https://example.com/x", "is not the URL"),
    ("retention_policy_mode", "AUTO", "is not one of: auto"),
    ("wal_retention_policy", "Main", "is not one of: main"),
]


@pytest.mark.parametrize(("option", "text", "words"), REFUSED)
def test_refused(option, text, words):
    with pytest.raises(ValueError, match=words):
        OPTIONS_BY_NAME[option].grammar.parse(text)


def test_malformed_rates():
    assert g.malformed_rates("a:1 x :3 b: c:y d:-1") == ("x", ":3", "b:", "c:y", "d:-1")
