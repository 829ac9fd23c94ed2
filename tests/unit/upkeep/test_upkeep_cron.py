# SPDX-License-Identifier: MIT
"""The maintenance of one server, the round over all, and the queue beside it."""

from __future__ import annotations

import os
import threading

from barman.backup.interrupted import ERROR
from barman.errors import FileError
from barman.model.backup_id import BackupId
from barman.report.backup import BackupInterrupted
from barman.report.cron import (
    ArchiverStarting,
    CheckBackupStarting,
    ConfigQueueBusy,
    ConfigQueueIgnored,
    CronBusy,
    ReceiverStarting,
    SyncSkipped,
)
from barman.report.processes import ProcessStopped
from barman.report.report import Problem
from barman.report.wal import ArchiverBusy
from barman.system.locks import config_update
from barman.upkeep.cron import Cron
from barman.upkeep.cron_queue import look_at_queue
from barman.upkeep.cron_rounds import go_round
from barman.upkeep.processes import Processes
from tests.fakes.reporter import ReporterFake
from tests.fakes.upkeep import Yard

A, B, C = "20261101T000000", "20261102T000000", "20261103T000000"
STREAMING = {
    "streaming_archiver": "on",
    "streaming_conninfo": "host=pg",
    "slot_name": "s",
}


class RetentionFake:
    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.enforced = 0

    def enforce(self) -> None:
        self.enforced += 1
        if self.error:
            raise self.error


def run(yard: Yard, retention: RetentionFake | None = None) -> list[tuple[str, ...]]:
    """Maintain the server and return what was started."""
    started: list[tuple[str, ...]] = []
    Cron(
        config=yard.config,
        around=yard.around,
        processes=Processes(
            server_name="main",
            locks=yard.locks,
            clock=yard.clock,
            reporter=yard.reporter,
            interrupt=lambda pid, clock: True,
        ),
        retention=lambda: retention or RetentionFake(),
    ).run(started.append)
    return started


def test_wal_is_archived_by_another_process(tmp_path):
    yard = Yard(tmp_path)
    assert run(yard) == [("archive-wal", "main")]
    assert yard.reporter.reports == [ArchiverStarting("main")]


def test_a_busy_archiver_is_left_alone(tmp_path):
    yard = Yard(tmp_path)
    with yard.locks.archive_wal():
        assert run(yard) == []
    assert yard.reporter.reports == [ArchiverBusy("main")]


def test_a_receiver_is_started_unless_it_runs(tmp_path):
    yard = Yard(tmp_path, **STREAMING)
    assert run(yard)[1:] == [("receive-wal", "main")]
    assert yard.reporter.reports[1:] == [ReceiverStarting("main")]
    with yard.locks.receive_wal():
        assert run(yard)[1:] == []


def test_a_receiver_that_is_not_wanted_is_stopped(tmp_path):
    yard = Yard(tmp_path)
    with yard.locks.receive_wal():
        run(yard)
    assert yard.reporter.reports[1:] == [ProcessStopped("receive-wal", os.getpid())]


def test_the_oldest_backup_that_waits_is_checked(tmp_path):
    yard = Yard(tmp_path)
    yard.have(A, segment=2)
    for id, segment in ((B, 3), (C, 4)):
        yard.have(id, segment=segment, status="WAITING_FOR_WALS")
    assert run(yard)[1:] == [("check-backup", "main", B)]
    assert yard.reporter.reports[1:] == [CheckBackupStarting("main", BackupId(B))]
    with yard.locks.backup_id(B):
        assert run(yard)[1:] == []


def test_inv_121_a_held_lock_and_not_a_file_keeps_a_second_run_out(tmp_path):
    yard = Yard(tmp_path)
    with yard.locks.cron():
        assert run(yard) == []
    assert yard.reporter.reports == [CronBusy("main")]
    assert os.path.exists(yard.locks.cron().path)
    assert run(yard) == [("archive-wal", "main")]


def test_a_passive_server_is_not_synchronised_and_says_so(tmp_path):
    yard = Yard(tmp_path, primary_ssh_command="ssh barman@other")
    retention = RetentionFake()
    assert run(yard, retention) == []
    assert yard.reporter.reports == [SyncSkipped("main")]
    assert retention.enforced == 1


def test_a_step_that_fails_does_not_stop_the_next(tmp_path):
    yard = Yard(tmp_path)
    yard.have(A, segment=2, status="WAITING_FOR_WALS")
    error = FileError("no retention", hint="Buy a disk.")
    retention = RetentionFake(error)
    os.rename(yard.layout.meta, f"{yard.home}/away")
    with open(yard.layout.meta, "w"):
        pass
    started = run(yard, retention)
    assert started == [("archive-wal", "main")]
    assert retention.enforced == 1
    assert Problem("no retention", "Buy a disk.") in yard.reporter.reports
    assert yard.reporter.failed


def test_a_backup_whose_process_died_is_recorded_as_failed(tmp_path):
    yard = Yard(tmp_path)
    yard.have(A, status="STARTED")
    with yard.locks.backup():
        run(yard)
    assert yard.catalogue.get(BackupId(A)).status.value == "STARTED"
    run(yard)
    found = yard.catalogue.get(BackupId(A))
    assert (found.status.value, found.error) == ("FAILED", ERROR)
    assert BackupInterrupted("main", BackupId(A)) in yard.reporter.reports


# -- the round


def test_inv_123_a_stuck_server_does_not_starve_the_others():
    free, done, late = threading.Event(), [], []

    def stuck() -> None:
        free.wait(30)
        done.append("a")

    def act(name: str) -> None:
        done.append(name)
        if name == "c":
            free.set()

    go_round(
        [("a", stuck), ("b", lambda: act("b")), ("c", lambda: act("c"))],
        on_late=late.append,
        patience=0.05,
    )
    assert done == ["b", "c", "a"]
    assert late == ["a"]


def test_servers_that_are_quick_come_one_after_the_other():
    done = []
    work = [(name, lambda name=name: done.append(name)) for name in "abcd"]
    go_round(work, on_late=done.append)
    assert done == list("abcd")


# -- the queue


def look(tmp_path, content: str | None) -> list[object]:
    path = tmp_path / "cfg_changes.queue"
    if content is not None:
        path.write_text(content)
    reporter = ReporterFake()
    look_at_queue(str(path), lock_directory=str(tmp_path), reporter=reporter)
    if content is not None:
        assert path.read_text() == content
    return reporter.reports


def test_changes_that_wait_are_told_and_left(tmp_path):
    path = str(tmp_path / "cfg_changes.queue")
    told = [ConfigQueueIgnored(path)]
    assert look(tmp_path, '[{"section": "main"}]') == told
    assert look(tmp_path, "half of it [") == told


def test_an_empty_queue_says_nothing_and_none_takes_no_lock(tmp_path):
    assert look(tmp_path, None) == []
    assert os.listdir(tmp_path) == []
    assert look(tmp_path, "[]\n") == []
    assert look(tmp_path, "") == []


def test_a_busy_queue_is_skipped_with_a_warning(tmp_path):
    with config_update(str(tmp_path)) as lock:
        assert look(tmp_path, "[]") == [ConfigQueueBusy(lock.path)]
