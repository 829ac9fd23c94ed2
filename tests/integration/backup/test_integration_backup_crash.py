# SPDX-License-Identifier: MIT
"""`kill -9` of a backup at any moment: a record stays, and the next backup mends it."""

from __future__ import annotations

import os
import random
import signal
import time
from subprocess import DEVNULL
from typing import TYPE_CHECKING

import pytest

from tests.integration.backup.scene import (
    backups,
    commands_about,
    data_of,
    ready,
    verify,
)

if TYPE_CHECKING:
    from tests.lab import Barman, Lab

pytestmark = pytest.mark.integration

KILLS = 6


@pytest.mark.parametrize("method", ["rsync", "postgres"])
def test_a_killed_backup_is_mended_by_the_next(lab: Lab, method: str) -> None:
    cluster = lab.cluster(15)
    barman = ready(lab, cluster, backup_method=method)
    command = "backup main --immediate-checkpoint --bwlimit 60000"
    chance = random.Random(method)
    try:
        whole = _run_for(barman, command, None)
        for number in range(KILLS):
            moment = whole * (number + chance.random()) / KILLS
            _run_for(barman, command, moment)
            _nothing_is_left(barman)
            for backup_id, info in backups(barman).items():
                assert info["status"] in (
                    *("EMPTY", "STARTED", "FAILED"),
                    *("WAITING_FOR_WALS", "DONE"),
                ), backup_id
        done = barman.run("backup main --immediate-checkpoint --wait").ok()
    finally:
        cluster.archive_plainly()
    assert "Another backup process" not in done.stderr
    found = backups(barman)
    *_, last = found
    assert found[last]["status"] == "DONE"
    verify_if_manifest(barman, last)
    states = {info["status"] for info in found.values()}
    assert states <= {"FAILED", "DONE", "WAITING_FOR_WALS"}
    killed = [info for info in found.values() if info["status"] == "FAILED"]
    assert killed
    assert {info["error"] for info in killed} == {
        "failure taking the backup (the process ended before the backup did)"
    }
    barman.run("archive-wal main").ok()
    for backup_id, info in backups(barman).items():
        outcome = barman.run(f"check-backup main {backup_id}")
        assert outcome.status == (1 if info["status"] == "FAILED" else 0)
        if info["status"] != "FAILED":
            assert backups(barman)[backup_id]["status"] == "DONE"


def verify_if_manifest(barman: Barman, backup_id: str) -> None:
    data = data_of(barman, backup_id)
    if os.path.exists(f"{data}/backup_manifest"):
        verify(barman.lab.cluster(15), data)


def _run_for(barman: Barman, command: str, seconds: float | None) -> float:
    """Run it, and kill it after a while; return how long it ran."""
    began = time.monotonic()
    process = barman.start(command, stdout=DEVNULL, stderr=DEVNULL)
    if seconds is not None:
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
    process.wait(timeout=60)
    return time.monotonic() - began


def _nothing_is_left(barman: Barman) -> None:
    """The children end by themselves: whoever reads what they say is gone."""
    deadline = time.monotonic() + 10
    while left := commands_about(barman.home):
        assert time.monotonic() < deadline, left
        time.sleep(0.1)
