# SPDX-License-Identifier: MIT
"""WAL of a real PostgreSQL: shipped, copied, streamed, archived, fetched, replayed."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING

import pytest

from tests.lab.cluster import PLACES

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.lab import Barman, Cluster, Lab

pytestmark = pytest.mark.integration


def until(test: Callable[[], object], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not test():
        assert time.monotonic() < deadline, "did not come in time"
        time.sleep(0.05)


def archived(barman: Barman) -> list[str]:
    directory = f"{barman.home}/main/wals"
    return sorted(
        name
        for _, _, names in os.walk(directory)
        for name in names
        if not name.endswith(".db")
    )


@pytest.fixture(params=[15, 18])
def own(request: pytest.FixtureRequest, lab: Lab) -> Cluster:
    """A cluster of the test's own."""
    from tests.lab import installations

    if request.param not in installations():
        pytest.skip(f"PostgreSQL {request.param} is not installed")
    return lab.new_cluster(request.param, name=f"wal{request.param}")


@pytest.mark.parametrize("way", ["put-wal", "copy"])
def test_shipped_wal_is_archived_and_fetched_for_a_recovery(
    lab: Lab, own: Cluster, way: str
) -> None:
    barman = lab.barman()
    barman.serve("main", own, compression="zstd")
    for name in ("", "/incoming"):
        lab.account.make_directory(f"{barman.home}/main{name}")
    copy = own.lab.directory("copy")
    own.archive_with(
        barman.archive_command("main")
        if way == "put-wal"
        else barman.incoming_command("main")
    )
    moves = [
        f"--tablespace-mapping={row[0]}={lab.directory('ts')}"
        for row in own.sql(PLACES)
    ]
    lab.run(
        [
            *(own.installation.program("pg_basebackup"), "-D", copy, "-c", "fast"),
            *moves,
            *("-X", "none", "-d", own.dsn(user="streaming_barman")),
        ]
    )
    own.sql("CREATE TABLE t AS SELECT generate_series(1, 1000) AS n")
    name = own.switch_wal(wait=True)
    done = barman.run("archive-wal main").ok()
    assert f"\t{name}\n" in done.stdout
    assert name in archived(barman)
    assert not os.listdir(f"{barman.home}/main/incoming")
    restore = (
        f"barman-wal-restore -c {barman.config} -U {lab.sshd.user} -p 2"
        f" --spool-dir {lab.directory('spool')} 127.0.0.1 main %f %p"
    )
    port = lab.free_port()
    with open(f"{copy}/postgresql.auto.conf", "a") as settings:
        settings.write(f"restore_command = '{restore}'\nport = {port}\n")
        settings.write("archive_mode = off\nrecovery_target_timeline = 'current'\n")
    lab.account.write(f"{copy}/recovery.signal", "")
    control = own.installation.program("pg_ctl")
    lab.run([control, "-D", copy, "-w", "-l", f"{copy}/log", "start"])
    try:
        own.port, port = port, own.port
        until(lambda: not own.value("SELECT pg_is_in_recovery()"))
        assert own.value("SELECT count(*) FROM t") == 1000
    finally:
        own.port = port
        lab.run([control, "-D", copy, "-m", "fast", "stop"])
        own.archive_plainly()
        own.stop()


def test_streamed_wal_is_archived_and_a_kill_mends(lab: Lab, own: Cluster) -> None:
    barman = lab.barman()
    barman.serve(
        "main",
        own,
        backup_method="postgres",
        archiver="off",
        streaming_archiver="on",
        slot_name="barman",
    )
    lab.account.make_directory(f"{barman.home}/main")
    missing = barman.run("receive-wal main")
    assert missing.status == 1
    assert "replication slot 'barman' doesn't exist" in missing.stderr
    made = barman.run("receive-wal --create-slot main").ok()
    assert made.stdout == (
        "Creating physical replication slot 'barman' on server 'main'\n"
        "Replication slot 'barman' created\n"
    )
    assert barman.run("receive-wal --create-slot main").status == 1
    barman.run("receive-wal --create-slot --if-not-exists main").ok()
    streaming = f"{barman.home}/main/streaming"
    receiver = barman.start("receive-wal main")
    try:
        until(lambda: os.path.isdir(streaming) and os.listdir(streaming))
        busy = barman.run("receive-wal main")
        assert "Another receive-wal process is already running" in busy.stderr
        name = own.switch_wal()
        until(lambda: name in os.listdir(streaming))
        archiver = barman.start("archive-wal main")
        archiver.send_signal(signal.SIGKILL)
        archiver.wait()
        barman.run("archive-wal main").ok()
        until(lambda: name in archived(barman))
        switched = barman.run("switch-wal --force --archive main").ok()
        assert "has been closed on server 'main'" in switched.stdout
    finally:
        stopped = barman.run("receive-wal --stop main")
        receiver.wait(timeout=30)
    stopped.ok()
    assert receiver.returncode == 0
    assert "Stopped process receive-wal(" in stopped.stdout
    assert barman.run("receive-wal --stop main").status == 1
    until(lambda: not own.value("SELECT active FROM pg_replication_slots"))
    dropped = barman.run("receive-wal --drop-slot main").ok()
    assert dropped.stdout.endswith("Replication slot 'barman' dropped\n")
    assert barman.run("receive-wal --drop-slot main").status == 1
    own.stop()
