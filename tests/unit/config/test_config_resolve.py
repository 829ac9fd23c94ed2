# SPDX-License-Identifier: MIT
"""How a value is found: server, `[barman]`, default; what an empty value does."""

from __future__ import annotations

from datetime import timedelta

import pytest

from barman.model.retention import Redundancy
from tests.fakes.config import configuration, server_config

ALL_SET = """\
retention_policy = REDUNDANCY 2
bandwidth_limit = 10
path_prefix = /usr/pg
post_backup_script = echo
tablespace_bandwidth_limit = a:1
compression = gzip
compression_level = high
backup_options = external_configuration, concurrent_backup
recovery_options = get-wal
last_backup_maximum_age = 1 day
last_wal_maximum_age = 2 days
last_backup_minimum_size = 1Ki
cloud_staging_max_size = 2Ki
slot_name = global
create_slot = auto
reuse_backup = link
backup_compression = gzip
staging_path = /stage
combine_mode = link
aws_encryption = AES256
worm_mode = on
parallel_jobs = 7
encryption = gpg
streaming_archiver_name = global
xlogdb_directory = /index
keepalive_interval = 7
cloud_upload_max_archive_size = 3Ki
minimum_redundancy = 4
"""


def server(tmp_path, lines):
    text = f"{ALL_SET}[main]\n{lines}\n"
    return configuration(tmp_path, text)


def test_a_server_inherits(tmp_path):
    main = server(tmp_path, "").servers["main"]
    assert main.retention_policy == Redundancy(2)
    assert main.backup_options == {"external_configuration", "concurrent_backup"}
    assert (main.slot_name, main.parallel_jobs, main.encryption) == ("global", 7, "gpg")
    assert (main.keepalive_interval, main.cloud_upload_max_archive_size) == (7, 3072)
    assert main.xlogdb_directory == "/index"


BLOCKING = [
    ("retention_policy", None),
    ("bandwidth_limit", None),
    ("path_prefix", None),
    ("post_backup_script", None),
    ("tablespace_bandwidth_limit", None),
    ("compression", None),
    ("compression_level", None),
    ("recovery_options", frozenset()),
    ("streaming_archiver_name", "barman_receive_wal"),
]


@pytest.mark.parametrize("text", ["", "None", '""'])
@pytest.mark.parametrize(("option", "value"), BLOCKING)
def test_an_empty_value_blocks_inheritance(tmp_path, option, value, text):
    found = server(tmp_path, f"{option} = {text}")
    assert getattr(found.servers["main"], option) == value
    assert found.warnings == ()
    assert found.notes == ()


def test_empty_backup_options_block_inheritance(tmp_path):
    lines = "backup_options =\nbackup_method = postgres"
    assert server(tmp_path, lines).servers["main"].backup_options == frozenset()


ABSENT = [
    ("last_backup_maximum_age", timedelta(days=1)),
    ("last_wal_maximum_age", timedelta(days=2)),
    ("last_backup_minimum_size", 1024),
    ("cloud_staging_max_size", 2048),
    ("cloud_upload_max_archive_size", 3072),
]


@pytest.mark.parametrize("text", ["", "None"])
@pytest.mark.parametrize(("option", "value"), ABSENT)
def test_an_empty_span_or_size_counts_as_absent(tmp_path, option, value, text):
    found = server(tmp_path, f"{option} = {text}")
    assert getattr(found.servers["main"], option) == value
    assert found.warnings == ()


INVALID = [
    ("slot_name", "global"),
    ("create_slot", "auto"),
    ("reuse_backup", "link"),
    ("backup_compression", "gzip"),
    ("staging_path", "/stage"),
    ("combine_mode", "link"),
    ("aws_encryption", "AES256"),
    ("worm_mode", True),
    ("parallel_jobs", 7),
    ("keepalive_interval", 7),
]


@pytest.mark.parametrize("text", ["", "None", "?"])
@pytest.mark.parametrize(("option", "value"), INVALID)
def test_an_empty_or_invalid_value_warns_and_inherits(tmp_path, option, value, text):
    found = server(tmp_path, f"{option} = {text}")
    assert getattr(found.servers["main"], option) == value
    [warning] = found.warnings
    assert warning.startswith(
        f"Ignoring invalid value of option '{option}' in [main] section: "
    )


def test_compression_none_is_no_word(tmp_path):
    found = server(tmp_path, "compression = none")
    assert found.servers["main"].compression == "gzip"
    assert len(found.warnings) == 1


def test_encryption_none_switches_off(tmp_path):
    found = server(tmp_path, "encryption = none")
    assert found.servers["main"].encryption is None
    assert found.warnings == ()


def test_an_invalid_global_value_falls_back_to_the_default(tmp_path):
    found = configuration(tmp_path, "check_timeout = x\n[main]\n[other]\n")
    assert found.servers["main"].check_timeout == 30
    assert found.warnings == (
        "Ignoring invalid value of option 'check_timeout' in [barman] section: "
        "'x' is not an integer",
    )


@pytest.mark.parametrize(
    ("option", "text", "value"),
    [
        ("bandwidth_limit", "fast", None),
        ("minimum_redundancy", "-1", 0),
        ("minimum_redundancy", "", 0),
        ("retention_policy_mode", "manual", "auto"),
        ("wal_retention_policy", "MAIN", "main"),
        ("retention_policy", "REDUNDANCY many", None),
    ],
)
def test_late_values_are_noted_in_the_log_only(tmp_path, option, text, value):
    found = server(tmp_path, f"{option} = {text}")
    assert getattr(found.servers["main"], option) == value
    assert found.warnings == ()
    [note] = found.notes
    assert f"'{option}' in [main]" in note


def test_an_invalid_retention_policy_is_known_as_such(tmp_path):
    text = (
        "retention_policy = nonsense\n[a]\n[b]\nretention_policy = REDUNDANCY 1\n[c]\n"
    )
    found = configuration(tmp_path, f"{text}retention_policy =\n").servers
    assert [
        (server.retention_policy, server.retention_policy_invalid)
        for server in found.values()
    ] == [(None, True), (Redundancy(1), False), (None, False)]


def test_directories_follow_each_other(tmp_path):
    main = server_config(tmp_path, backup_directory="/srv/<x>", wals_directory="/wal")
    assert main.basebackups_directory == "/srv/<x>/base"
    assert main.incoming_wals_directory == "/srv/<x>/incoming"
    assert main.streaming_wals_directory == "/srv/<x>/streaming"
    assert main.errors_directory == "/srv/<x>/errors"
    assert main.meta_directory == "/srv/<x>/meta"
    assert main.xlogdb_path == "/wal/main-xlog.db"


def test_the_index_of_a_cloud_archive_is_local(tmp_path):
    main = server_config(tmp_path, wals_directory="s3://bucket/wals")
    assert main.xlogdb_directory == f"{tmp_path}/main/meta"


def test_an_unusable_url_gives_the_default_path(tmp_path):
    found = configuration(tmp_path, "[main]\nwals_directory = ftp://x\n")
    assert found.servers["main"].wals_directory == f"{tmp_path}/main/wals"
    assert len(found.warnings) == 1


def test_an_empty_directory_disables_and_falls_back(tmp_path):
    main = server_config(tmp_path, backup_directory="")
    assert main.problems == ("'backup_directory' of server 'main' is empty",)
    assert main.backup_directory == f"{tmp_path}/main"


def test_an_empty_index_directory_returns_to_the_default(tmp_path):
    main = server(tmp_path, "xlogdb_directory =").servers["main"]
    assert main.xlogdb_directory == f"{tmp_path}/main/wals"


def test_other_derived_defaults(tmp_path):
    main = server_config(tmp_path, snapshot_zone="z", snapshot_gcp_project="p")
    assert (main.cluster, main.gcp_zone, main.gcp_project) == ("main", "z", "p")
    assert main.streaming_conninfo == main.conninfo


def test_an_empty_streaming_conninfo_is_not_derived(tmp_path):
    main = server_config(tmp_path, streaming_conninfo="")
    assert main.streaming_conninfo is None


def test_wal_connections_fall_back(tmp_path):
    main = server_config(tmp_path, streaming_conninfo="host=s")
    assert main.wal_host_conninfo == main.conninfo
    assert main.wal_host_streaming_conninfo == "host=s"
    main = server_config(tmp_path, wal_streaming_conninfo="host=w")
    assert main.wal_host_conninfo == main.wal_host_streaming_conninfo == "host=w"
    main = server_config(tmp_path, wal_streaming_conninfo="host=w", wal_conninfo="k=v")
    assert main.wal_host_conninfo == "k=v"


def test_what_is_not_inherited(tmp_path):
    text = "conninfo = host=global\nbackup_directory = /global\nactive = off\n[main]\n"
    found = configuration(tmp_path, text)
    main = found.servers["main"]
    assert (main.conninfo, main.backup_directory, main.active) == (
        None,
        f"{tmp_path}/main",
        True,
    )
    assert found.warnings == ()


def test_unknown_keys(tmp_path):
    text = (
        "log_format = x\nmodel = on\nbogus = 1\n"
        "[main]\ndisabled = true\nmodel = false\nbarman_home = /x\n"
        "[m]\nmodel = on\ncluster = c\nbackup_directory = /x\ndisabled = false\n"
        "post_backup_script = x\n"
    )
    found = configuration(tmp_path, text)
    assert found.warnings == (
        'Invalid configuration option "model" in [barman] section.',
        'Invalid configuration option "bogus" in [barman] section.',
        'Invalid configuration option "backup_directory" in [m] section.',
        'Invalid configuration option "post_backup_script" in [m] section.',
        'Invalid configuration option "model" in [main] section.',
        'Invalid configuration option "barman_home" in [main] section.',
    )


def test_malformed_rates_are_noted(tmp_path):
    lines = "tablespace_bandwidth_limit = a:1 x b:10\nbandwidth_limit = 10"
    found = server(tmp_path, lines)
    assert found.servers["main"].tablespace_bandwidth_limit == (("a", 1),)
    assert found.notes == (
        "Ignoring 'x' of option 'tablespace_bandwidth_limit' in [main] section: "
        "it is not 'tablespace:rate'",
    )


def test_rates_of_which_nothing_is_left(tmp_path):
    lines = "tablespace_bandwidth_limit = b:10\nbandwidth_limit = 10"
    assert server(tmp_path, lines).servers["main"].tablespace_bandwidth_limit is None
