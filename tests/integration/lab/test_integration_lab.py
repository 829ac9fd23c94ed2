# SPDX-License-Identifier: MIT
"""The lab itself: clusters, sshd, workload, judge, and that nothing stays behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.lab import Cluster, Lab, Workload, judge

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.integration


def take_backup(lab: Lab, cluster: Cluster) -> tuple[str, str]:
    target = lab.directory("copy")
    places = cluster.sql(
        "SELECT pg_tablespace_location(oid) FROM pg_tablespace WHERE oid > 16383"
    )
    moves = [
        f"--tablespace-mapping={row[0]}={target}/{n}" for n, row in enumerate(places)
    ]
    program = cluster.installation.program("pg_basebackup")
    where = ["-D", f"{target}/data", "-d", cluster.dsn(), *moves]
    lab.run([program, "-X", "none", "-c", "fast", *where])
    return target, f"{target}/data"


def recover(lab: Lab, cluster: Cluster, data: str, **settings: str) -> None:
    lines = [f"restore_command = '{cluster.restore_command}'"]
    lines += [f"{key} = '{value}'" for key, value in settings.items()]
    with open(f"{data}/postgresql.auto.conf", "a") as file:
        file.write("\n".join([*lines, "recovery_target_action = promote\n"]))
    lab.account.write(f"{data}/recovery.signal", "")


def test_a_recovery_is_judged_to_the_transaction(lab: Lab, cluster: Cluster) -> None:
    with Workload(cluster, pause=0.002) as work:
        _, data = take_backup(lab, cluster)
        work.wait_for(20)
    cluster.switch_wal(wait=True)
    before = {row[0] for row in cluster.sql("SELECT id FROM ledger")} - work.ids()
    target = work.entries[-8]
    recover(lab, cluster, data, recovery_target_xid=str(target.xid))

    found = judge(
        lab, data, major=cluster.major, expected=before | work.until_xid(target.xid)
    )

    assert (found.state, found.timeline) == ("primary", 2)
    assert target.committed is not None
    assert work.until(target.committed) == work.until_xid(target.xid)


def test_a_wrong_expectation_is_noticed(lab: Lab, cluster: Cluster) -> None:
    Workload(cluster).insert()
    _, data = take_backup(lab, cluster)
    cluster.switch_wal(wait=True)
    recover(lab, cluster, data)

    with pytest.raises(AssertionError, match="transactions are lost"):
        judge(lab, data, major=cluster.major, expected={-1})


def test_a_cluster_that_cannot_start_is_noticed(lab: Lab, cluster: Cluster) -> None:
    _, data = take_backup(lab, cluster)
    os.unlink(f"{data}/global/pg_control")

    with pytest.raises(AssertionError, match="does not start"):
        judge(lab, data, major=cluster.major)


def test_a_standby_follows_and_is_promoted(lab: Lab, cluster: Cluster) -> None:
    standby = cluster.standby()
    entry = Workload(cluster).insert()
    deadline = time.monotonic() + 20
    while not standby.sql("SELECT 1 FROM ledger WHERE id = %s", entry.id):
        assert time.monotonic() < deadline
        time.sleep(0.05)

    standby.promote()

    assert standby.value("SELECT pg_is_in_recovery()") is False
    standby.stop()


def test_the_sshd_lets_the_account_in(lab: Lab) -> None:
    done = lab.run([*lab.sshd.argv, "id -un; echo $BARMAN_LAB; echo $PATH"])
    path = lab.environment["PATH"]
    assert done.stdout.split() == [lab.account.name, lab.root, path]


def test_plain_ssh_finds_the_way(lab: Lab) -> None:
    name = lab.sshd.user
    done = lab.run(["ssh", "-q", "-T", f"{name}@127.0.0.1", "echo", "in"])
    assert done.stdout == "in\n"


def test_the_account_can_run_the_project(lab: Lab) -> None:
    done = lab.run(
        [lab.programs.python, "-c", "import barman.errors; print('ok')"],
        env=lab.programs.environment,
    )
    assert done.stdout == "ok\n"


VICTIM = """
import sys, time
sys.path.insert(0, {root!r})
from tests.lab import Lab
lab = Lab.open()
cluster = lab.new_cluster({major})
sshd = lab.sshd._process.pid
print(lab.root, open(cluster.data + "/postmaster.pid").readline().strip(), sshd)
sys.stdout.flush()
time.sleep(600)
"""


def test_a_killed_session_leaves_nothing(tmp_path: Path, major: int) -> None:
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(__file__))))
    victim = subprocess.Popen(
        [sys.executable, "-c", VICTIM.format(root=root, major=major)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert victim.stdout
    folder, *pids = victim.stdout.readline().split()
    for pid in pids:
        os.kill(int(pid), 0)

    victim.send_signal(signal.SIGKILL)
    victim.wait()

    deadline = time.monotonic() + 20
    while any(map(os.path.exists, (folder, *(f"/proc/{pid}" for pid in pids)))):
        assert time.monotonic() < deadline, "the watchdog did not clean up"
        time.sleep(0.1)
