# SPDX-License-Identifier: MIT
"""The program from its words to its status: start-up, servers, output, errors."""

from __future__ import annotations

import getpass
import os
import subprocess
import sys
from pathlib import Path

import pytest


class Barman:
    """Runs the program with a configuration below one directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.config = directory / "barman.conf"
        self.home = directory / "home"
        self.home.mkdir()
        self.write("")

    def write(self, servers: str, head: str = "") -> None:
        self.config.write_text(
            f"[barman]\nbarman_home = {self.home}\nlog_file = {self.directory}/log\n"
            f"barman_user = {getpass.getuser()}\n{head}\n{servers}"
        )

    def __call__(self, *words: str, config: bool = True) -> tuple[int, str, str]:
        named = ("-c", str(self.config)) if config else ()
        done = subprocess.run(
            [sys.executable, "-m", "barman.cli.main", *named, *words],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "HOME": str(self.directory), "BARMAN_CONFIG_FILE": ""},
        )
        return done.returncode, done.stdout, done.stderr

    @property
    def log(self) -> str:
        path = self.directory / "log"
        return path.read_text() if path.exists() else ""


SERVERS = """
[pg]
description = Streaming server
conninfo = host=db
archiver = on
ssh_command = ssh db
backup_options = concurrent_backup
[inact]
description = Inactive one
active = false
archiver = on
ssh_command = ssh db
backup_options = concurrent_backup
[newsrv]
archiver = on
backup_options = concurrent_backup
ssh_command = ssh db
[pas]
description = Some text
primary_ssh_command = ssh backup
backup_options = concurrent_backup
"""


@pytest.fixture
def barman(tmp_path: Path) -> Barman:
    program = Barman(tmp_path)
    program.write(SERVERS)
    return program


def test_servers_are_listed_with_their_states(barman: Barman) -> None:
    assert barman("list-servers") == (
        0,
        "inact - Inactive one (inactive)\n"
        "newsrv -  (WARNING: disabled)\n"
        "pas - Some text (Passive)\n"
        "pg - Streaming server\n",
        "",
    )
    assert barman("list-server", "--minimal")[1] == "inact\nnewsrv\npas\npg\n"
    assert barman.log == ""


def test_unknown_servers_do_not_stop_the_others(barman: Barman) -> None:
    assert barman("-f", "json", "list-backups", "nosuch", "pg") == (
        1,
        '{"_ERROR": ["Unknown server \'nosuch\'"], "pg": []}',
        "",
    )
    assert "ERROR: Unknown server 'nosuch'" in barman.log


def test_all_is_refused_with_others_and_for_one(barman: Barman) -> None:
    status, _, err = barman("list-backups", "all", "pg")
    assert (status, err.count("ERROR:")) == (1, 1)
    status, out, err = barman("show-backup", "all", "latest")
    assert (status, out, err.count("'all'")) == (1, "", 1)


def test_states_are_skipped_or_refused_by_the_row(barman: Barman) -> None:
    assert barman("list-processes", "inact") == (
        0,
        "Skipping inactive server 'inact'\n",
        "",
    )
    status, out, err = barman("list-processes", "newsrv")
    assert (status, out) == (1, "")
    assert err.startswith("ERROR: ")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "last_line"),
    [
        (("list-backups", "-q", "pg"), "barman: error: unrecognized arguments: -q"),
        (("-f", "nagios", "list-servers"), None),
        (
            ("list-backups",),
            "barman list-backups: error: the following arguments are required: "
            "SERVER_NAME",
        ),
        (("show-backups", "pg"), None),
        (("nosuch",), None),
        (("-f", "json", "list"), None),
        (("backup-everything", "-j4"), None),
    ],
)
def test_inv_126_usage_errors_say_so_on_stderr_alone(
    barman: Barman, words: tuple[str, ...], last_line: str | None
) -> None:
    status, out, err = barman(*words)
    assert (status, out) == (2, "")
    assert err.startswith("usage: barman ")
    assert "error: " in err.splitlines()[-1]
    if last_line is not None:
        assert err.splitlines()[-1] == last_line


def test_an_alias_is_headed_by_the_canonical_name(barman: Barman) -> None:
    assert "usage: barman show-backup " in barman("show-backups", "--help")[1]


def test_help_needs_a_configuration_unless_asked_for_by_option(
    barman: Barman,
) -> None:
    assert barman("--help", config=False)[0] == 0
    assert barman("--version", config=False)[0] == 0
    status, out, _ = barman()
    assert (status, out) == (0, barman("help")[1])
    assert "list-backups" in out
    if not Path("/etc/barman.conf").exists():
        status, out, err = barman(config=False)
        assert (status, out) == (1, "")
        assert not err.startswith("ERROR")


def test_a_missing_configuration_file_is_named(barman: Barman) -> None:
    status, out, err = barman("-c", "/nosuch.conf", "list-servers", config=False)
    assert (status, out) == (1, "")
    assert "/nosuch.conf" in err
    assert not err.startswith(("ERROR", "Traceback"))


@pytest.mark.parametrize(
    ("head", "servers", "start"),
    [
        ("barman_user = nosuchuser", "", "ERROR: "),
        ("", "[all]\n", "FATAL: "),
        ("oops", "", "ERROR: "),
        ("", "[../x]\nconninfo = host=db\n", "FATAL: "),
    ],
)
def test_a_broken_configuration_is_one_clear_line(
    barman: Barman, head: str, servers: str, start: str
) -> None:
    barman.write(servers, head)
    status, out, err = barman("-f", "json", "list-servers")
    assert (status, out) == (1, "")
    assert err.startswith(start)
    assert "Traceback" not in err


def test_conflicts_stop_every_command_that_needs_servers(barman: Barman) -> None:
    barman.write(SERVERS + "backup_directory = /x\n[b]\nbackup_directory = /x\n")
    status, out, err = barman("list-backups", "inact")
    assert (status, out) == (1, "")
    assert err.startswith("ERROR: ")
    assert barman("lock-directory-cleanup") == (0, "", "")


def test_unknown_options_are_warned_of_in_both_formats(barman: Barman) -> None:
    barman.write("[pg]\nactive = false\narchiver = on\nssh_command = ssh x\nnope = 1\n")
    warning = 'Invalid configuration option "nope" in [pg] section.'
    assert f"WARNING: {warning}\n" in barman("list-backups", "pg")[2]
    status, out, err = barman("-f", "json", "list-backups", "pg")
    assert (status, err) == (0, "")
    assert warning.replace('"', '\\"') in out


def test_inv_128_the_lock_of_nobody_is_cleaned_up(barman: Barman) -> None:
    (barman.home / ".pg-backup.lock").write_text("1\n")
    assert barman("-f", "json", "lock-directory-cleanup") == (0, "{}", "")
    assert not (barman.home / ".pg-backup.lock").exists()


def test_no_process_is_an_error_only_when_it_is_to_be_stopped(barman: Barman) -> None:
    assert barman("-f", "json", "list-process", "pg") == (0, '{"pg": []}', "")
    status, _, err = barman("terminate-process", "pg", "backup")
    assert status == 1
    assert "'backup'" in err and "'pg'" in err


def test_a_reader_that_leaves_is_no_error(barman: Barman) -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "barman.cli.main",
            "-c",
            str(barman.config),
            "list-servers",
        ],
        stdout=write,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (141, b"")
