# SPDX-License-Identifier: MIT
"""What the quick commands load: every module costs each call of `list-backups`."""

from __future__ import annotations

import getpass
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {
    "ast",
    "concurrent.futures",
    "dataclasses",
    "inspect",
    "json",
    "logging",
    "lz4",
    "multiprocessing",
    "paramiko",
    "pathlib",
    "psycopg2",
    "rich",
    "shutil",
    "socket",
    "ssl",
    "subprocess",
    "tempfile",
    "threading",
    "typing",
    "zstandard",
}
LIST_LOADED = (
    "import sys; before = set(sys.modules); from barman.cli.main import main; "
    "status = main(sys.argv[1:]); "
    "print('\\n', *sorted(set(sys.modules) - before), file=sys.stderr); "
    "sys.exit(status)"
)


def loaded(*words: str) -> set[str]:
    """Return the modules that a run with `words` adds to those of Python itself."""
    done = subprocess.run(
        [sys.executable, "-S", "-c", LIST_LOADED, *words],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stderr.rpartition("\n ")[2].split())


@pytest.fixture
def config(tmp_path: Path) -> str:
    home = tmp_path / "home"
    (home / "main" / "meta").mkdir(parents=True)
    (home / "main" / "wals").mkdir(parents=True)
    (tmp_path / "conf.d").mkdir()
    path = tmp_path / "barman.conf"
    path.write_text(
        f"[barman]\nbarman_home = {home}\nbarman_user = {getpass.getuser()}\n"
        f"configuration_files_directory = {tmp_path}/conf.d\n"
        f"log_file = {tmp_path}/barman.log\n"
    )
    (tmp_path / "conf.d" / "main.conf").write_text(
        "[main]\ndescription = Main\nconninfo = host=db\narchiver = on\n"
        "ssh_command = ssh db\nbackup_method = rsync\n"
        "backup_options = concurrent_backup\nretention_policy = REDUNDANCY 2\n"
    )
    return str(path)


def test_the_version_is_printed_without_loading_anything() -> None:
    modules = loaded("--version")
    assert {name for name in modules if name.startswith("barman")} == {
        "barman",
        "barman.cli",
        "barman.cli.main",
        "barman.cli.version_line",
        "barman.version",
    }
    assert not modules & {*HEAVY, "argparse", "re", "enum", "functools"}


@pytest.mark.parametrize(
    "words",
    [
        ("list-servers",),
        ("list-backups", "main"),
        ("list-backups", "all", "--minimal"),
        ("list-processes", "main"),
    ],
)
def test_lists_load_nothing_heavy(config: str, words: tuple[str, ...]) -> None:
    modules = loaded("-c", config, *words)
    assert "barman.cli.servers" in modules
    assert modules & HEAVY == set()


def test_json_loads_json_and_nothing_else_heavy(config: str) -> None:
    modules = loaded("-c", config, "-f", "json", "list-backups", "main")
    assert modules & HEAVY == {"json"}
