# SPDX-License-Identifier: MIT
"""What disables a server, and what is completed with a warning."""

from __future__ import annotations

import pytest

from tests.fakes.config import configuration, server_config

POSTGRES = {"backup_method": "postgres"}
STREAMING = {"archiver": "off", "streaming_archiver": "on"}
SNAPSHOT = {
    "backup_method": "snapshot",
    "snapshot_disks": "d",
    "snapshot_instance": "i",
    "snapshot_provider": "aws",
}
ONLY_STREAMING = (
    "Streaming-only archiver requires 'streaming_conninfo' and 'slot_name' options to "
    "be properly configured"
)
NOT_SUPPORTED = "{} option is not supported by {} backup_method"

SOUND = [
    {},
    POSTGRES,
    {"backup_method": "local-rsync"},
    {"backup_method": "local-to-cloud"},
    {**STREAMING, "slot_name": "b"},
    {"archiver": "on", "streaming_archiver": "on"},
    {"reuse_backup": "link", "network_compression": "on"},
    {**POSTGRES, "reuse_backup": "off", "bandwidth_limit": "5"},
    {**POSTGRES, "backup_compression": "gzip", "backup_compression_level": "9"},
    {
        **POSTGRES,
        "backup_compression": "zstd",
        "backup_compression_workers": "2",
        "backup_compression_level": "-5",
    },
    {
        **POSTGRES,
        "backup_compression": "gzip",
        "backup_compression_format": "plain",
        "backup_compression_location": "server",
    },
    SNAPSHOT,
    {**SNAPSHOT, "bandwidth_limit": "0", "reuse_backup": "off"},
    {**SNAPSHOT, "snapshot_provider": "azure", "azure_subscription_id": "s"},
    {**SNAPSHOT, "snapshot_provider": "gcp", "snapshot_gcp_project": "p"},
    {
        **SNAPSHOT,
        "aws_snapshot_lock_mode": "Compliance",
        "aws_snapshot_lock_duration": "36500",
        "aws_snapshot_lock_cool_off_period": "72",
    },
    {
        **SNAPSHOT,
        "aws_snapshot_lock_mode": "governance",
        "aws_snapshot_lock_expiration_date": "2030-01-31T00:00:00.000Z",
    },
    {"primary_ssh_command": "ssh barman@other", "conninfo": "", "ssh_command": ""},
    {"active": "false", "conninfo": "", "ssh_command": "", "archiver": "off"},
]


@pytest.mark.parametrize("options", SOUND)
def test_sound(tmp_path, options):
    main = server_config(tmp_path, **options)
    assert (main.problems, main.disabled) == ((), False)
    assert main.warnings == ()


BROKEN = [
    ({"conninfo": ""}, ["Missing 'conninfo' option for server 'main'"]),
    (
        {"conninfo": "postgresql://host/db"},
        ["Option 'conninfo' is not made of key=value pairs for server 'main'"],
    ),
    (
        {**POSTGRES, "streaming_conninfo": ""},
        ["Missing 'streaming_conninfo' option for server 'main'"],
    ),
    (
        {"streaming_archiver": "on", "streaming_conninfo": "x"},
        [
            "Option 'streaming_conninfo' is not made of key=value pairs for server "
            "'main'"
        ],
    ),
    (STREAMING, [ONLY_STREAMING]),
    (
        {**STREAMING, "slot_name": "b", "streaming_conninfo": ""},
        ["Missing 'streaming_conninfo' option for server 'main'", ONLY_STREAMING],
    ),
    (
        {"ssh_command": ""},
        [
            "Missing 'ssh_command' option for server 'main', which backup_method "
            "'rsync' requires"
        ],
    ),
    (
        {"backup_method": "local-rsync", "ssh_command": "ssh x"},
        [
            "Option 'ssh_command' must not be set for server 'main', because "
            "backup_method 'local-rsync' copies on this host"
        ],
    ),
    (
        {
            **POSTGRES,
            "tablespace_bandwidth_limit": "a:1",
            "reuse_backup": "copy",
            "network_compression": "on",
        },
        [
            NOT_SUPPORTED.format(option, "postgres")
            for option in (
                "tablespace_bandwidth_limit",
                "reuse_backup",
                "network_compression",
            )
        ],
    ),
    (
        {"backup_compression": "none"},
        [NOT_SUPPORTED.format("backup_compression", "rsync")],
    ),
    (
        {"backup_method": "local-rsync", "backup_compression": "gzip"},
        [NOT_SUPPORTED.format("backup_compression", "local-rsync")],
    ),
    (
        {
            **POSTGRES,
            "backup_compression": "gzip",
            "backup_compression_format": "plain",
            "backup_compression_level": "10",
            "backup_compression_workers": "1",
        },
        [
            "backup_compression_format plain requires backup_compression_location "
            "server",
            "backup_compression_level 10 is not supported by backup_compression gzip "
            "(from -1 to 9)",
            "backup_compression_workers is not supported by backup_compression gzip",
        ],
    ),
    (
        {
            **POSTGRES,
            "backup_compression": "zstd",
            "backup_compression_workers": "-1",
        },
        ["backup_compression_workers -1 is negative"],
    ),
    (
        {"backup_method": "snapshot"},
        [
            f"Missing '{option}' option for server 'main', which backup_method "
            "'snapshot' requires"
            for option in ("snapshot_disks", "snapshot_instance", "snapshot_provider")
        ],
    ),
    (
        {
            **SNAPSHOT,
            "backup_compression": "gzip",
            "bandwidth_limit": "1",
            "network_compression": "on",
            "tablespace_bandwidth_limit": "a:2",
            "reuse_backup": "link",
        },
        [
            NOT_SUPPORTED.format(option, "snapshot")
            for option in (
                "backup_compression",
                "bandwidth_limit",
                "network_compression",
                "tablespace_bandwidth_limit",
                "reuse_backup",
            )
        ],
    ),
    (
        {**SNAPSHOT, "snapshot_provider": "azure"},
        ["snapshot_provider azure requires the option azure_subscription_id"],
    ),
    (
        {**SNAPSHOT, "snapshot_provider": "gcp"},
        ["snapshot_provider gcp requires the option gcp_project"],
    ),
    (
        {
            **SNAPSHOT,
            "aws_snapshot_lock_mode": "soft",
            "aws_snapshot_lock_duration": "0",
            "aws_snapshot_lock_cool_off_period": "73",
            "aws_snapshot_lock_expiration_date": "tomorrow",
        },
        [
            "aws_snapshot_lock_mode 'soft' is not one of: governance, compliance",
            "aws_snapshot_lock_mode requires either aws_snapshot_lock_duration or "
            "aws_snapshot_lock_expiration_date, and not both",
            "aws_snapshot_lock_duration 0 is not from 1 to 36500",
            "aws_snapshot_lock_cool_off_period 73 is not from 1 to 72",
            "aws_snapshot_lock_expiration_date 'tomorrow' is not of the form "
            "YYYY-MM-DDTHH:MM:SS.fffZ",
        ],
    ),
    (
        {
            **SNAPSHOT,
            "aws_snapshot_lock_mode": "governance",
            "aws_snapshot_lock_cool_off_period": "1",
        },
        [
            "aws_snapshot_lock_mode requires either aws_snapshot_lock_duration or "
            "aws_snapshot_lock_expiration_date, and not both",
            "aws_snapshot_lock_cool_off_period is not supported by "
            "aws_snapshot_lock_mode governance",
        ],
    ),
]


@pytest.mark.parametrize(("options", "problems"), BROKEN)
def test_broken(tmp_path, options, problems):
    main = server_config(tmp_path, **options)
    assert list(main.problems) == problems
    assert main.disabled


def test_problems_accumulate(tmp_path):
    main = configuration(
        tmp_path, "[main]\nbackup_compression = gzip\nwals_directory =\n"
    ).servers["main"]
    assert [problem.split("'")[1] for problem in main.problems[:3]] == [
        "wals_directory",
        "conninfo",
        "ssh_command",
    ]
    assert len(main.problems) == 4


def test_an_archiver_is_forced_on(tmp_path):
    main = server_config(tmp_path, archiver="off")
    assert main.archiver
    assert main.warnings == (
        "No archiver enabled for server 'main'. Please turn on 'archiver', "
        "'streaming_archiver' or both",
        "Forcing 'archiver = on'",
    )


@pytest.mark.parametrize("method", ["rsync", "local-rsync", "snapshot"])
@pytest.mark.parametrize("words", ["", "external_configuration"])
def test_a_backup_strategy_is_assumed(tmp_path, method, words):
    main = server_config(tmp_path, backup_method=method, backup_options=words)
    assert main.backup_options == {"concurrent_backup", *words.split()}
    assert main.warnings == (
        "No backup strategy set for server 'main' (using default 'concurrent_backup').",
    )


def test_an_exclusive_backup_is_no_matter_of_pg_basebackup(tmp_path):
    main = server_config(
        tmp_path,
        backup_method="postgres",
        backup_options="exclusive_backup, external_configuration",
    )
    assert main.backup_options == {"concurrent_backup", "external_configuration"}
    assert main.warnings == (
        "The 'exclusive_backup' strategy of server 'main' is not supported by "
        "backup_method 'postgres'; using 'concurrent_backup'.",
    )


def test_an_exclusive_backup_stays_with_rsync(tmp_path):
    main = server_config(tmp_path, backup_options="exclusive_backup")
    assert (main.backup_options, main.warnings) == ({"exclusive_backup"}, ())


@pytest.mark.parametrize(
    "options", [{"active": "off"}, {"primary_ssh_command": "ssh b"}]
)
def test_nothing_is_forced_on_servers_that_are_not_backed_up(tmp_path, options):
    main = server_config(tmp_path, archiver="off", backup_options="", **options)
    assert (main.archiver, main.backup_options, main.warnings) == (
        False,
        frozenset(),
        (),
    )
    assert main.passive == ("primary_ssh_command" in options)
