# SPDX-License-Identifier: MIT
"""The files of a restored data directory, those that they include too."""

from __future__ import annotations

import os
import stat

import pytest

from barman.errors import FileError
from barman.recovery.configuration import Findings, configure
from barman.recovery.settings import RecoverySettings
from barman.report.recovery import SettingFound
from tests.fakes.catalogue import put, read

SETTINGS = RecoverySettings(
    signal_file="recovery.signal",
    file_name="postgresql.auto.conf",
    lines=("restore_command = 'x'", "recovery_target_xid = '7'"),
)


def test_settings_are_added_after_an_empty_line_and_originals_stay(tmp_path) -> None:
    put(f"{tmp_path}/postgresql.conf", "port = 1\n")
    put(f"{tmp_path}/postgresql.auto.conf", "recovery_target_xid = '6'")
    os.chmod(tmp_path / "postgresql.conf", 0o640)
    found = configure(str(tmp_path), SETTINGS)
    assert found == Findings(
        changes=(
            SettingFound(
                file="postgresql.auto.conf",
                line=0,
                name="recovery_target_xid",
                value=None,
            ),
        ),
        warnings=(),
        missing_files=("pg_hba.conf", "pg_ident.conf"),
    )
    assert {name: read(str(tmp_path / name)) for name in os.listdir(tmp_path)} == {
        "postgresql.conf": b"port = 1\n",
        "postgresql.conf.origin": b"port = 1\n",
        "postgresql.auto.conf": b"#BARMAN#recovery_target_xid = '6'\n\n"
        b"restore_command = 'x'\nrecovery_target_xid = '7'\n",
        "postgresql.auto.conf.origin": b"recovery_target_xid = '6'",
        "recovery.signal": b"",
    }
    mode = os.stat(tmp_path / "postgresql.conf").st_mode
    assert stat.S_IMODE(mode) == 0o640


def test_files_that_are_not_there(tmp_path) -> None:
    found = configure(str(tmp_path), None)
    assert found.missing_files == (
        *("postgresql.conf", "postgresql.auto.conf", "pg_hba.conf", "pg_ident.conf"),
    )
    assert {name: read(str(tmp_path / name)) for name in os.listdir(tmp_path)} == {
        "postgresql.conf.origin": b"",
        "postgresql.auto.conf.origin": b"",
    }


def test_settings_go_to_another_file(tmp_path) -> None:
    settings = RecoverySettings(
        signal_file="standby.signal", file_name="recovery.conf", lines=("a = 1",)
    )
    configure(str(tmp_path), settings)
    assert read(f"{tmp_path}/recovery.conf") == b"\na = 1\n"
    assert os.path.exists(tmp_path / "standby.signal")


def test_inv_095_included_files_are_made_safe(tmp_path) -> None:
    root = tmp_path / "data"
    harm = "archive_command = 'x'\n"
    outside = put(f"{tmp_path}/outside.conf", harm)
    put(
        f"{root}/postgresql.conf",
        "include_dir 'conf.d'\ninclude_if_exists = 'it''s.conf' # comment\n"
        f"include missing.conf\ninclude '{outside}'\ninclude_dir = '/root'\n",
    )
    put(f"{root}/conf.d/a.conf", "include 'deeper/b.conf'\n")
    put(f"{root}/conf.d/deeper/b.conf", harm + "include 'b.conf'\n")
    put(f"{root}/conf.d/.hidden.conf", harm)
    put(f"{root}/conf.d/a.conf.save", harm)
    put(f"{root}/it's.conf", harm)
    found = configure(str(root), None)
    assert sorted(each.file for each in found.changes) == [
        *("conf.d/deeper/b.conf", "it's.conf")
    ]
    assert {each.name for each in found.warnings} == {
        *("include", "include_dir", "include_if_exists")
    }
    assert read(f"{root}/it's.conf").startswith(b"#BARMAN#")
    for untouched in (
        outside,
        f"{root}/conf.d/.hidden.conf",
        f"{root}/conf.d/a.conf.save",
    ):
        assert read(untouched) == harm.encode()


def test_inv_095_a_link_that_leads_outside_is_left_alone(tmp_path) -> None:
    root = tmp_path / "data"
    outside = put(f"{tmp_path}/outside.conf", "archive_command = 'x'\n")
    put(f"{root}/postgresql.conf", "include 'link.conf'\n")
    os.symlink(outside, root / "link.conf")
    assert configure(str(root), None).changes == ()
    assert read(outside) == b"archive_command = 'x'\n"


def test_a_file_that_cannot_be_read(tmp_path) -> None:
    os.makedirs(tmp_path / "postgresql.conf")
    with pytest.raises(FileError, match=r"could not read .*postgresql\.conf"):
        configure(str(tmp_path), None)
