# SPDX-License-Identifier: MIT
"""What the quick commands load: every module costs each call of `list-backups`."""

from __future__ import annotations

import getpass
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SAMPLES = Path(__file__).parents[2] / "golden" / "catalogue"
# All that is loaded of other people's: what files and times need.
FOREIGN = {
    "__future__",
    "_bisect",
    "_datetime",
    "_operator",
    "bisect",
    "datetime",
    "errno",
    "fcntl",
    "gc",
    "itertools",
    "math",
    "operator",
    "pwd",
}
# How many modules of our own a command may load at most; raise a number only for
# what the command cannot do without.
MOST = {
    "list-servers": 68,
    "list-backups": 89,
    "show-backup": 97,
    "list-files": 87,
}
LIST_LOADED = (
    "import os, sys; before = set(sys.modules); from barman.cli.main import main; "
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
    for number, sample in enumerate(("rsync", "postgres-plain"), 1):
        info = home / "main" / "meta" / f"2026010{number}T000000-backup.info"
        shutil.copy(SAMPLES / f"{sample}.info", info)
    (home / "main" / "wals" / "main-xlog.db").write_text(
        "000000010000000000000003\t16777216\t1769000000.0\tgzip\n"
    )
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
    assert loaded("--version") == {
        "__future__",
        "barman",
        "barman.cli",
        "barman.cli.main",
        "barman.cli.version_line",
        "barman.version",
        "gc",
    }


@pytest.mark.parametrize(
    "words",
    [
        ("list-servers",),
        ("list-servers", "--minimal"),
        ("list-backups", "main"),
        ("list-backups", "all", "--minimal"),
        ("show-backup", "main", "latest"),
        ("list-files", "main", "latest"),
    ],
)
def test_quick_commands_load_little(config: str, words: tuple[str, ...]) -> None:
    modules = loaded("-c", config, *words)
    own = {name for name in modules if name.split(".")[0] == "barman"}
    assert "barman.cli.servers" in own
    # Copy statistics, which details alone show, are literals of any form.
    also = {"_ast"} if words[0] == "show-backup" else set()
    assert modules - own <= FOREIGN | also
    assert len(own) <= MOST[words[0]], f"{len(own)} modules:\n" + "\n".join(sorted(own))


def test_json_loads_json_and_what_json_needs(config: str) -> None:
    plain = loaded("-c", config, "list-backups", "main")
    modules = loaded("-c", config, "-f", "json", "list-backups", "main")
    assert "json" in modules
    more = {name.split(".")[0] for name in modules - plain}
    assert not more & {"argparse", "logging", "configparser", "signal", "typing"}


def test_words_that_are_not_plain_load_argparse(config: str) -> None:
    assert "argparse" in loaded("-c", config, "list-backups", "--mini", "main")
