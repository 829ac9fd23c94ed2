# SPDX-License-Identifier: MIT
"""`barman restore`: what its words mean, and what is said of those that are wrong."""

from __future__ import annotations

import getpass
import os
import subprocess
import sys

import pytest

CONFIG = """
[barman]
barman_home = {home}
log_file = {home}/log
barman_user = {user}
[main]
archiver = on
ssh_command = ssh db
conninfo = host=db
backup_options = concurrent_backup
"""


@pytest.fixture
def barman(tmp_path):
    (tmp_path / "barman.conf").write_text(
        CONFIG.format(home=tmp_path, user=getpass.getuser())
    )

    def run(*words: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-m", "barman.cli.main", "-c", "barman.conf", *words],
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
            env={**os.environ, "TZ": "UTC", "PYTHONPATH": os.getcwd()},
        )
        return done.returncode, done.stderr

    return run


DEST = ("main", "latest", "dest")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ("--target-xid", "7", "--target-name", "x"),
            "ERROR: You cannot specify multiple targets for the recovery operation",
        ),
        (
            ("--target-xid", "7", "--target-immediate"),
            "ERROR: You cannot specify multiple targets for the recovery operation",
        ),
        (
            ("--target-action", "promote"),
            "ERROR: Can't enable recovery target action when PITR is not required",
        ),
        (
            ("--tablespace", "nowhere"),
            "ERROR: Invalid tablespace relocation rule 'nowhere'\n"
            "HINT: The valid syntax for a relocation rule is NAME:LOCATION",
        ),
        (("--target-time", "13am"), "ERROR: Unable to parse the target time parameter"),
        (("--target-time", ""), "ERROR: Unable to parse the target time parameter ''"),
        (("--target-time", "2026-02-30"), "ERROR: Unable to parse the target time"),
        (("--target-lsn", ""), "ERROR: "),
        (("--target-lsn", "x"), "ERROR: "),
        (("--target-xid", ""), "ERROR: '' is not a transaction id"),
        (("--target-xid", "x"), "ERROR: 'x' is not a transaction id"),
        (("--target-name", ""), "ERROR: '' cannot be the name of a restore point"),
        ((), "ERROR: Unknown backup 'latest' for server 'main'"),
    ],
)
def test_refused_with_one_line(barman, words: tuple[str, ...], message: str) -> None:
    status, said = barman("recover", *words, *DEST)
    assert status == 1
    assert said.startswith(message)
    assert "Traceback" not in said
    assert "EXCEPTION" not in said


def test_a_colon_in_the_destination(barman) -> None:
    status, said = barman("restore", "main", "latest", "host:dest")
    assert status == 1
    assert said.startswith(
        "ERROR: The destination directory parameter cannot contain the ':' character\n"
    )


def test_inv_097_a_zone_that_is_assumed_is_told(barman) -> None:
    _, said = barman("restore", "--target-time", "2026-01-01 10:00", *DEST)
    assert said.startswith(
        "WARNING: the target time has no time zone: the one of this host is assumed"
        " (2026-01-01 10:00:00+00:00)\n"
    )
    _, said = barman("restore", "--target-time", "2026-01-01 10:00+01", *DEST)
    assert "WARNING" not in said


@pytest.mark.parametrize(
    "words",
    [
        ("--remote-ssh-command", "ssh x"),
        ("--delta-restore",),
        ("--staging-path", "/x"),
        ("--combine-mode", "copy"),
        ("--partial-wal",),
        ("--jobs", "2"),
        ("-j", "2"),
        ("--bwlimit", "2"),
        ("--network-compression",),
        ("--snapshot-recovery-instance", "x"),
        ("--target-tli", "0"),
        ("--target-tli", "x"),
        ("--target-action", "x"),
        ("--recovery-conf-filename", "a/b"),
        ("--target", "x"),
    ],
)
def test_words_that_are_not_understood_are_usage_errors(barman, words) -> None:
    status, said = barman("restore", *words, *DEST)
    assert status == 2
    assert "usage: " in said


def test_what_comes_later_is_not_in_the_help() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "barman.cli.main", "restore", "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "--target-time" in done.stdout
    for later in ("--remote-ssh", "--delta", "--staging-path", "--partial", "--jobs"):
        assert later not in done.stdout
