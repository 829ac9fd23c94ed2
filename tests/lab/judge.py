# SPDX-License-Identifier: MIT
"""The judge of a recovery: start what was recovered and look at what it holds."""

from __future__ import annotations

import os
import subprocess
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import psycopg2

from tests.lab.cluster import Cluster

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.lab.lab import Lab

    Process = subprocess.Popen[bytes]


@dataclass
class Judgement:
    """What a recovered cluster turned out to be.  It runs until `cluster.stop()`."""

    cluster: Cluster
    state: str  # "primary", "paused", "standby" or "shutdown"
    ids: set[int] = field(default_factory=set)
    timeline: int = 0
    systemid: str = ""


def judge(
    lab: Lab,
    data: str,
    *,
    major: int,
    expected: set[int] | None = None,
    settings: Mapping[str, object] | None = None,
    timeout: float = 60,
    keep: bool = False,
) -> Judgement:
    """Start the cluster in `data`, wait for its recovery to end, compare its rows.

    `expected` are the ids that `ledger` must hold, no more and no fewer.  The data
    directory must be usable as the recovery left it: we set only where it listens.
    Unless `keep`, the cluster is stopped and its checksums are verified.
    """
    cluster = Cluster(lab, "judged", lab.installation(major), data)
    overrides = {
        "port": cluster.port,
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": lab.root,
        "archive_mode": "off",
        "fsync": "off",
        "hot_standby": "on",
        **(settings or {}),
    }
    process = _start(cluster, overrides)
    judgement = Judgement(cluster, _await_end(cluster, process, timeout))
    if judgement.state != "shutdown":
        _look(judgement)
        if expected is not None:
            compare(judgement.ids, expected)
        _check_structures(cluster)
        if not keep:
            cluster.stop()
    if not cluster.is_running:
        _check_pages(cluster)
    return judgement


def compare(found: set[int], expected: set[int]) -> None:
    """Fail unless both are the same, naming the differences."""
    missing, foreign = sorted(expected - found), sorted(found - expected)
    assert not missing and not foreign, (
        f"{len(missing)} transactions are lost {missing[:5]}…{missing[-5:]}, "
        f"{len(foreign)} should not be there {foreign[:5]}…{foreign[-5:]}"
    )


def _start(cluster: Cluster, settings: Mapping[str, object]) -> Process:
    words = [f"--{key}={value}" for key, value in settings.items()]
    with open(cluster.log, "ab") as log:
        return cluster.lab.start(
            [cluster.installation.program("postgres"), "-D", cluster.data, *words],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )


def _await_end(cluster: Cluster, process: Process, timeout: float) -> str:
    deadline = time.monotonic() + timeout
    calm = _Calm(cluster)
    while process.poll() is None:
        if state := _state(cluster, calm):
            return state
        if time.monotonic() > deadline:
            process.kill()
            raise AssertionError(
                f"recovery does not end:\n{cluster.log_text()[-3000:]}"
            )
        time.sleep(0.05)
    if "shutdown at recovery target" in cluster.log_text():
        return "shutdown"
    raise AssertionError(f"the cluster does not start:\n{cluster.log_text()[-3000:]}")


class _Calm:
    """Tells whether a standby has replayed all that it can get for now."""

    SECONDS = 1.5

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._place: str | None = None
        self._since = 0.0

    def is_reached(self) -> bool:
        """Whether replay has stood still for a while; with a target it will pause."""
        targets = (
            "SELECT 1 FROM pg_settings WHERE setting <> '' AND name ~"
            " '^recovery_target(_(time|xid|lsn|name))?$'"
        )
        if self._cluster.sql(targets):
            return False
        place = self._cluster.value("SELECT pg_last_wal_replay_lsn()")
        if place != self._place:
            self._place, self._since = place, time.monotonic()
        return time.monotonic() - self._since > self.SECONDS


def _state(cluster: Cluster, calm: _Calm) -> str | None:
    try:
        if not cluster.value("SELECT pg_is_in_recovery()"):
            return "primary"
        if cluster.value("SELECT pg_is_wal_replay_paused()"):
            return "paused"
    except psycopg2.Error:  # not yet, or not any more
        return None
    if os.path.exists(f"{cluster.data}/standby.signal"):
        try:
            return "standby" if calm.is_reached() else None
        except psycopg2.Error:
            return None
    return None


def _look(judgement: Judgement) -> None:
    cluster = judgement.cluster
    judgement.ids = {row[0] for row in cluster.sql("SELECT id FROM ledger")}
    copies = {row[0] for row in cluster.sql("SELECT id FROM ledger_copy")}
    assert copies == judgement.ids, "half of a transaction was recovered"
    judgement.timeline, systemid = cluster.sql(
        "SELECT timeline_id, system_identifier FROM pg_control_checkpoint(),"
        " pg_control_system()"
    )[0]
    judgement.systemid = str(systemid)
    if judgement.state == "primary":  # the control file knows it a checkpoint later
        name = cluster.value("SELECT pg_walfile_name(pg_current_wal_lsn())")
        judgement.timeline = int(name[:8], 16)


def _check_structures(cluster: Cluster) -> None:
    # pg_amcheck needs the extension, which not every package has: then every row is
    # read through pg_dump and each index is compared with its table.
    installation, where = cluster.installation, cluster.options
    if cluster.sql("SELECT 1 FROM pg_extension WHERE extname = 'amcheck'"):
        cluster.lab.run(
            [installation.program("pg_amcheck"), "--heapallindexed", *where, "postgres"]
        )
        return
    cluster.lab.run(
        [installation.program("pg_dump"), "-f", "/dev/null", *where, "postgres"]
    )
    by_index = cluster.sql("SET enable_seqscan = off; SELECT count(id) FROM ledger")
    by_heap = cluster.sql(
        "SET enable_indexscan = off; SET enable_indexonlyscan = off;"
        " SELECT count(id) FROM ledger"
    )
    assert by_index == by_heap, "index and table differ"


def _check_pages(cluster: Cluster) -> None:
    done = cluster.lab.run(
        [cluster.installation.program("pg_checksums"), "--check", "-D", cluster.data],
        check=False,
    )
    if "not enabled" in done.stderr or "must be shut down" in done.stderr:
        return
    assert done.returncode == 0, f"damaged pages: {done.stdout}{done.stderr}"
