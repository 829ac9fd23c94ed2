# SPDX-License-Identifier: MIT
"""Backups that cannot succeed: one clear line, status 1, a true record, no session."""

from __future__ import annotations

import os
import signal
import threading
import time
from subprocess import PIPE
from typing import TYPE_CHECKING

import pytest

from tests.integration.backup.scene import (
    backups,
    commands_about,
    data_of,
    ready,
    sessions,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.lab import Barman, Cluster, Lab, Outcome

pytestmark = pytest.mark.integration

SLOW = "backup main --immediate-checkpoint --bwlimit 6000"


@pytest.fixture(scope="module")
def cluster(lab: Lab) -> Iterator[Cluster]:
    """The shared cluster of 15; its WAL goes back to its own archive afterwards."""
    shared = lab.cluster(15)
    yield shared
    shared.archive_plainly()


def the_only(barman: Barman) -> dict[str, str]:
    (info,) = backups(barman).values()
    return info


def assert_failed(barman: Barman, cluster: Cluster, outcome: Outcome) -> str:
    """Fail unless the outcome is that of a backup that failed; return its error."""
    assert outcome.status == 1, outcome
    assert "Traceback" not in outcome.stderr
    assert "ERROR: Backup failed " in outcome.stderr
    info = the_only(barman)
    assert info["status"] == "FAILED"
    assert sessions(cluster) == 0
    return info["error"]


def while_it_copies(barman: Barman, act: Callable[[], object]) -> Outcome:
    """Start a slow backup, do something once files are copied, wait for its end."""
    from tests.lab import Outcome

    process = barman.start(SLOW, stdout=PIPE, stderr=PIPE, text=True)
    deadline = time.monotonic() + 30
    while not any(
        os.path.exists(f"{data_of(barman, each)}/base") for each in backups(barman)
    ):
        assert time.monotonic() < deadline, "nothing is copied"
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)
    acting = threading.Thread(target=act)
    acting.start()
    try:
        stdout, stderr = process.communicate(timeout=40)
    finally:
        process.kill()
        acting.join()
    return Outcome(process.returncode, stdout, stderr)


def test_inv_010_a_lost_session_fails_the_backup(lab: Lab, cluster: Cluster) -> None:
    barman = ready(lab, cluster, keepalive_interval=1)
    terminate = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name = 'barman'"
    )
    began = time.monotonic()
    outcome = while_it_copies(barman, lambda: cluster.sql(terminate))
    error = assert_failed(barman, cluster, outcome)
    assert "Connection to the Postgres server was lost during the backup." in error
    assert time.monotonic() - began < 20


def test_inv_011_a_killed_worker_fails_the_backup(lab: Lab, cluster: Cluster) -> None:
    barman = ready(lab, cluster, parallel_jobs=2)

    def kill_a_worker() -> None:
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/cmdline", "rb") as file:
                    line = file.read()
            except OSError:
                continue
            if line.startswith(b"rsync\0-e\0") and barman.home.encode() in line:
                os.kill(int(pid), signal.SIGKILL)
                return

    outcome = while_it_copies(barman, kill_a_worker)
    error = assert_failed(barman, cluster, outcome)
    assert error.startswith("failure copying files (data transfer failure on ")
    assert not commands_about(barman.home)


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 1)]
)
@pytest.mark.parametrize("method", ["rsync", "postgres"])
def test_an_interrupted_backup_is_recorded(
    lab: Lab, cluster: Cluster, method: str, number: int, status: int
) -> None:
    barman = ready(lab, cluster, backup_method=method)

    def interrupt() -> None:
        (pid,) = [
            int(pid)
            for pid in filter(str.isdigit, os.listdir("/proc"))
            if _is_ours(pid, f"-c\0{barman.config}\0backup".encode())
        ]
        os.kill(pid, number)

    outcome = while_it_copies(barman, interrupt)
    assert outcome.status == status
    assert the_only(barman)["status"] == "FAILED"
    assert the_only(barman)["error"].startswith("failure copying files (")
    assert sessions(cluster) == 0
    assert not commands_about(barman.home)


def _is_ours(pid: str, words: bytes) -> bool:
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return words in file.read()
    except OSError:
        return False


def test_inv_003_dropped_tables_do_no_harm(lab: Lab, cluster: Cluster) -> None:
    cluster.sql("CREATE DATABASE doomed")
    for number in range(30):
        cluster.sql(f"CREATE TABLE doomed_{number} AS SELECT 1 AS a")
    barman = ready(lab, cluster)

    def drop() -> None:
        for number in range(30):
            cluster.sql(f"DROP TABLE doomed_{number}")
        cluster.sql("DROP DATABASE doomed")
        cluster.sql("CHECKPOINT")

    outcome = while_it_copies(barman, drop).ok()
    assert "Backup completed" in outcome.stdout


def test_inv_007_files_that_grow_and_shrink(lab: Lab, cluster: Cluster) -> None:
    cluster.sql(
        "CREATE TABLE breathing AS SELECT repeat('x', 500) FROM"
        " generate_series(1, 20000)"
    )
    barman = ready(lab, cluster)

    def breathe() -> None:
        cluster.sql("TRUNCATE breathing")
        cluster.sql("DELETE FROM ledger_copy WHERE id < 0")
        cluster.sql(
            "INSERT INTO breathing SELECT repeat('y', 500) FROM"
            " generate_series(1, 40000)"
        )
        cluster.sql("DELETE FROM breathing")
        cluster.sql("VACUUM breathing")

    try:
        while_it_copies(barman, breathe).ok()
    finally:
        cluster.sql("DROP TABLE breathing")
    barman.run("archive-wal main").ok()
    assert the_only(barman)["status"] in ("DONE", "WAITING_FOR_WALS")


def test_another_cluster_is_refused(lab: Lab, cluster: Cluster) -> None:
    """The server main was one cluster, and conninfo leads to another one now."""
    other = lab.new_cluster(15, name="other")
    barman = ready(lab, cluster)
    try:
        barman.run("backup main --immediate-checkpoint").ok()
        barman.serve("main", other, ssh_command=lab.sshd.command)
        outcome = barman.run("backup main --immediate-checkpoint")
    finally:
        other.stop()
    assert outcome.status == 1
    assert "Traceback" not in outcome.stderr
    assert len(backups(barman)) == 1


@pytest.mark.parametrize("method", ["rsync", "postgres"])
@pytest.mark.parametrize(
    "wrong",
    [
        {"conninfo": "host=127.0.0.1 port=1 user=barman dbname=postgres"},
        {"conninfo": "host=127.0.0.1 port={port} user=nobody_here dbname=postgres"},
    ],
    ids=["no server", "no such role"],
)
def test_postgres_that_cannot_be_reached(
    lab: Lab, cluster: Cluster, method: str, wrong: dict[str, str]
) -> None:
    wrong = {key: value.format(port=cluster.port) for key, value in wrong.items()}
    barman = ready(lab, cluster, backup_method=method, **wrong)
    outcome = barman.run("backup main")
    assert outcome.status == 1
    assert outcome.stderr.startswith("ERROR: ")
    assert "Traceback" not in outcome.stderr
    assert backups(barman) == {}


def test_ssh_that_cannot_be_reached(lab: Lab, cluster: Cluster) -> None:
    barman = ready(lab, cluster, ssh_command="ssh -p 1 nobody@127.0.0.1")
    outcome = barman.run("backup main --immediate-checkpoint")
    assert outcome.status == 1
    assert "Traceback" not in outcome.stderr
    assert all(info["status"] == "FAILED" for info in backups(barman).values())
    assert sessions(cluster) == 0


@pytest.mark.parametrize("method", ["rsync", "postgres"])
def test_inv_017_a_full_disk(lab: Lab, cluster: Cluster, method: str) -> None:
    barman = ready(lab, cluster, backup_method=method)
    small = lab.directory("small")
    options = f"size=12m,uid={lab.account.uid},mode=0700"
    if os.geteuid() or os.system(
        f"mount -t tmpfs -o {options} tmpfs {small} 2>/dev/null"
    ):
        pytest.skip("no file system can be mounted here")
    try:
        barman.section("main", {"basebackups_directory": small})
        outcome = barman.run("backup main --immediate-checkpoint")
        assert_failed(barman, cluster, outcome)
        assert "No space left on device" in outcome.stderr
    finally:
        os.system(f"umount {small}")


def test_a_second_backup_at_once_is_refused(lab: Lab, cluster: Cluster) -> None:
    barman = ready(lab, cluster)
    second = []
    while_it_copies(barman, lambda: second.append(barman.run("backup main"))).ok()
    (refused,) = second
    assert refused.status == 1
    assert refused.stderr == "ERROR: Another backup process is running\n"
    assert len(backups(barman)) == 1
