# SPDX-License-Identifier: MIT
"""One catalogue, two programs: ours and the established one, by turns.

Runs where `BARMAN_REFERENCE` names the reference program, installed from its package
and usable by the lab's account; nothing of it is looked at but what it prints and does.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.lab import Workload, judge

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.lab import Lab

REFERENCE = os.environ.get("BARMAN_REFERENCE", "")
MAJOR = 15
TABLESPACES = ("plain_ts", "odd space", "it's")
SAME = (
    "list-backups main",
    "list-backups main --minimal",
    "-f json list-backups main",
    "show-backup main latest",
    "-f json show-backup main latest",
    "list-servers",
    "check main",
    "-f json check main",
    "check main --nagios",
    "keep main latest --status",
    "show-backup main nosuch",
    "delete main nosuch",
    "get-wal main nonsense",
)

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(not REFERENCE, reason="BARMAN_REFERENCE names no program"),
]


def test_a_host_can_switch_over_and_back(lab: Lab) -> None:
    cluster = lab.new_cluster(MAJOR, name="interop")
    barman = lab.barman()
    barman.serve(
        "main",
        cluster,
        immediate_checkpoint="true",
        compression="gzip",
        reuse_backup="link",
    )

    def ours(*words: str) -> tuple[int, str]:
        done = barman.run(list(words))
        return done.status, done.stdout

    def theirs(*words: str) -> tuple[int, str]:
        done = lab.run([REFERENCE, "-c", barman.config, *words], check=False)
        return done.returncode, done.stdout

    ours("check", "main")
    cluster.archive_with(barman.incoming_command("main"))
    cluster.switch_wal(wait=True)
    assert ours("archive-wal", "main")[0] == 0
    with Workload(cluster) as work:
        for program in (ours, theirs, ours):
            assert program("backup", "main", "--wait")[0] == 0
    cluster.switch_wal(wait=True)
    assert theirs("archive-wal", "main")[0] == 0
    for command in SAME:
        assert ours(*command.split()) == theirs(*command.split()), command
    ids = ours("list-backups", "main", "--minimal")[1].split()
    for program, backup in ((theirs, ids[0]), (ours, ids[1]), (theirs, ids[2])):
        restored = restore(lab, program, backup)
        judge(lab, restored, major=MAJOR, expected=work.ids())
    assert theirs("delete", "main", ids[2])[0] == 0
    assert ours("delete", "main", ids[1])[0] == 0
    assert theirs("list-backups", "main", "--minimal") == (0, f"{ids[0]}\n")
    assert theirs("check", "main")[0] == 0
    cluster.stop()


def restore(lab: Lab, program: Callable[..., tuple[int, str]], backup: str) -> str:
    """Restore a backup with one of the programs; return the data directory."""
    words = ["restore"]
    for name in TABLESPACES:
        words += ["--tablespace", f"{name}:{lab.directory('ts')}/here"]
    data = f"{lab.directory('restored')}/data"
    assert program(*words, "main", backup, data)[0] == 0
    return data
