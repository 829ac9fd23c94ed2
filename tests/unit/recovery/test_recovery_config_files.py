# SPDX-License-Identifier: MIT
"""Settings that would harm another cluster are found however they are written."""

from __future__ import annotations

import pytest

from barman.recovery.config_files import MadeSafe, included, make_safe
from barman.report.recovery import SettingFound


def test_inv_095_archiving_is_switched_off_and_the_rest_is_kept() -> None:
    content = (
        b"# archive_command = 'comment'\nport = 5432\n"
        b"archive_command = 'rsync %p backup:/x'  # home\nssl_cert_file = 'a b'\n"
    )
    assert make_safe("postgresql.conf", content) == MadeSafe(
        content=(
            b"# archive_command = 'comment'\nport = 5432\n"
            b"#BARMAN#archive_command = 'rsync %p backup:/x'  # home\n"
            b"archive_command = false\nssl_cert_file = 'a b'\n"
        ),
        changes=(
            SettingFound(
                file="postgresql.conf", line=2, name="archive_command", value="false"
            ),
        ),
        warnings=(
            SettingFound(
                file="postgresql.conf", line=4, name="ssl_cert_file", value="'a b'"
            ),
        ),
    )


@pytest.mark.parametrize(
    "line",
    [
        b"archive_command='x'",
        b"  archive_command 'x'",
        b"\tarchive_command\t=\t'x'",
        b"ARCHIVE_COMMAND = 'x'",
    ],
)
def test_inv_095_however_it_is_written(line: bytes) -> None:
    safe = make_safe("f", line)
    assert safe.content == b"#BARMAN#" + line + b"\narchive_command = false\n"


def test_old_targets_are_commented_out() -> None:
    safe = make_safe("f", b"recovery_target_time = '2020'\nrestore_command = 'x'\n")
    assert safe.content == (
        b"#BARMAN#recovery_target_time = '2020'\nrestore_command = 'x'\n"
    )
    assert safe.changes == (
        SettingFound(file="f", line=0, name="recovery_target_time", value=None),
    )


def test_inv_130_bytes_of_any_encoding_survive() -> None:
    content = b"# caf\xe9\ncluster_name = '\xff\xfe'\n\n"
    assert make_safe("f", content) == MadeSafe(content=content, changes=(), warnings=())


def test_archive_library_would_stop_16_beside_archive_command() -> None:
    safe = make_safe("f", b"archive_library = 'basic_archive'\n")
    assert safe.content == b"#BARMAN#archive_library = 'basic_archive'\n"


@pytest.mark.parametrize(
    "line", [b"archive_command'x'", b"\r archive_command 'x'", b"Archive_Command=''"]
)
def test_inv_095_as_the_lexer_of_postgresql_would_read_it(line: bytes) -> None:
    safe = make_safe("f", line + b"\n")
    assert safe.content == b"#BARMAN#" + line + b"\narchive_command = false\n"


def test_only_a_line_feed_ends_a_line() -> None:
    content = b"# a\rarchive_command = 'x'\nport = 1\r\nssl_key_file = 'k'\r\n"
    safe = make_safe("f", content)
    assert safe.content == content
    assert safe.warnings == (
        SettingFound(file="f", line=2, name="ssl_key_file", value="'k'"),
    )


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (b"include 'a.conf'", ("include", "a.conf")),
        (b"include='a b#c.conf' # d", ("include", "a b#c.conf")),
        (b"INCLUDE_DIR conf.d", ("include_dir", "conf.d")),
        (rb"include_if_exists = 'it''s \'x\''", ("include_if_exists", "it's 'x'")),
    ],
)
def test_includes(line: bytes, found: tuple[str, str]) -> None:
    assert list(included(b"port = 1\n" + line + b"\n# include 'no'\n")) == [found]


def test_nothing_is_included_by_other_settings() -> None:
    assert list(included(b"included 'x'\ninclude\nport 'include'\n")) == []
