# SPDX-License-Identifier: MIT
"""What tests of base backups share: a Barman that gets WAL, and looks at results."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.lab import Barman, Cluster, Lab

SESSIONS = "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'barman%'"


def ready(lab: Lab, cluster: Cluster, **options: object) -> Barman:
    """Return a Barman whose server `main` gets the cluster's WAL."""
    barman = lab.barman()
    barman.serve("main", cluster, **options)
    for name in ("", "incoming", "wals"):
        lab.account.make_directory(f"{barman.home}/main/{name}")
    cluster.archive_with(barman.incoming_command("main"))
    cluster.switch_wal(wait=True)
    barman.run("archive-wal main").ok()
    return barman


def backups(barman: Barman) -> dict[str, dict[str, str]]:
    """Return the fields of every backup.info by backup id, oldest first."""
    found = {}
    meta = f"{barman.home}/main/meta"
    for name in sorted(os.listdir(meta)) if os.path.isdir(meta) else ():
        if name.endswith("-backup.info"):
            with open(f"{meta}/{name}") as file:
                lines = file.read().splitlines()
            found[name[:15]] = dict(line.split("=", 1) for line in lines)
    return found


def data_of(barman: Barman, backup_id: str) -> str:
    """Return where the data directory of a backup lies."""
    return f"{barman.home}/main/base/{backup_id}/data"


def read(path: str) -> bytes:
    """Return the content of a file."""
    with open(path, "rb") as file:
        return file.read()


def sessions(cluster: Cluster) -> int:
    """Return how many sessions of ours stay, any of which may hold a backup.

    A server notices that its client is gone a little later.
    """
    deadline = time.monotonic() + 5
    while True:
        count: int = cluster.value(SESSIONS)
        if not count or time.monotonic() > deadline:
            return count
        time.sleep(0.1)


def verify(cluster: Cluster, data: str) -> None:
    """Have PostgreSQL compare a backup with its manifest.

    The pg_verifybackup of the packaged PostgreSQL 18 crashes whatever it is given;
    that of 16 reads manifests of version 1, which are those that we write.
    """
    major = cluster.major
    if major == 18:
        if b'"PostgreSQL-Backup-Manifest-Version": 1,' not in _manifest(data):
            return
        major = 16
    program = cluster.lab.installation(major).program("pg_verifybackup")
    cluster.lab.run([program, "-n", "-e", data])


def _manifest(data: str) -> bytes:
    return read(f"{data}/backup_manifest")


def commands_about(path: str) -> list[str]:
    """Return the command lines of living processes that name a path.

    Those of the server that archives into it are none of ours.
    """
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                line = file.read().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if path in line and "pg_wal/" not in line:
            found.append(line)
    return found
