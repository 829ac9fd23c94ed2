# SPDX-License-Identifier: MIT
"""What is on the disk, and not in its cache only, when the status of a backup changes.

The calls are those that a whole run of `barman.backup.manager` makes, as strace sees
them.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

ROOT = os.path.dirname(os.path.abspath(__file__)).rpartition("/tests/")[0]
STRACE = "/usr/bin/strace"
SCRIPT = """
import os, sys
from barman.backup.request import BackupRequest
from tests.fakes.backup_method import BackupScene

scene = BackupScene(sys.argv[1])
copy = scene.method.copy

def copy_more(backup, request):
    backup = copy(backup, request)
    base = os.path.dirname(scene.layout.data_directory(backup.id))
    os.makedirs(f"{base}/data/base/5/empty")
    os.makedirs(f"{base}/16400/PG_15_1/5")
    for name in ("data/base/5/1259", "16400/PG_15_1/5/6"):
        open(f"{base}/{name}", "w").close()
    os.symlink("/elsewhere", f"{base}/data/link")
    return backup

scene.method.copy = copy_more
scene.manager().take(BackupRequest())
"""


@pytest.mark.skipif(not os.path.exists(STRACE), reason="strace is not installed")
def test_inv_018_all_files_and_directories_come_before_the_status(tmp_path) -> None:
    argv = [STRACE, "-f", "-y", "-s", "4096", "-o", f"{tmp_path}/trace"]
    argv += ["-e", "trace=fsync,rename", sys.executable, "-c", SCRIPT]
    home = tmp_path / "home"
    home.mkdir()
    env = {**os.environ, "PYTHONPATH": ROOT}
    subprocess.run([*argv, str(home)], check=True, env=env)
    calls = (tmp_path / "trace").read_text().splitlines()
    (backup,) = os.listdir(f"{home}/main/base")
    place = f"{home}/main/base/{backup}"
    named = {f"{home}/main/base", place}
    for top, directories, files in os.walk(place):
        named |= {f"{top}/{name}" for name in (*directories, *files)}
    wanted = {path for path in named if not os.path.islink(path)}
    synced = {
        found[1]
        for call in calls[: _last(calls)]
        if (found := re.search(r"fsync\(\d+<(.*)>\)", call))
    }
    assert len(wanted) == 12
    assert wanted - synced == set()


def _last(calls: list[str]) -> int:
    """Return the place of the call that makes the final status visible."""
    return max(i for i, call in enumerate(calls) if "rename(" in call)
