# SPDX-License-Identifier: MIT
"""Which directories count as the same."""

from __future__ import annotations

from barman.config.conflicts import find_conflicts


def directories(root, **changes):
    return {
        "backup_directory": root,
        "basebackups_directory": f"{root}/base",
        "errors_directory": f"{root}/errors",
        "incoming_wals_directory": f"{root}/incoming",
        "streaming_wals_directory": f"{root}/streaming",
        "wals_directory": f"{root}/wals",
        "xlogdb_directory": f"{root}/wals",
        **changes,
    }


def test_separate_nested_and_cloud_directories_are_fine(tmp_path):
    servers = {
        "a": directories(f"{tmp_path}/a", wals_directory="s3://bucket"),
        "b": directories(f"{tmp_path}/a/b", wals_directory="s3://bucket"),
    }
    assert find_conflicts(servers) == ([], {})


def test_links_are_followed_in_the_last_part_and_before(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    servers = {
        "a": directories(f"{tmp_path}/real"),
        "b": directories(f"{tmp_path}/b", wals_directory=f"{tmp_path}/link"),
        "c": directories(f"{tmp_path}/c", wals_directory=f"{tmp_path}/link/base"),
    }
    errors, problems = find_conflicts(servers)
    assert problems == {}
    assert errors == [
        "'wals_directory' of server 'b' and 'backup_directory' of server 'a' are the "
        f"same directory '{tmp_path}/real'",
        "'wals_directory' of server 'c' and 'basebackups_directory' of server 'a' are "
        f"the same directory '{tmp_path}/real/base'",
    ]


def test_other_spellings_of_a_path_are_the_same(tmp_path):
    servers = {
        "a": directories(f"{tmp_path}/a", wals_directory=f"{tmp_path}/a/errors/."),
        "b": directories(f"{tmp_path}/b", errors_directory=f"{tmp_path}/x/../b/wals"),
        "c": directories(f"{tmp_path}/c", wals_directory=f"{tmp_path}/c//base/"),
    }
    errors, problems = find_conflicts(servers)
    assert errors == []
    assert sorted(problems) == ["a", "b", "c"]
