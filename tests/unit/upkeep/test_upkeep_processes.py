# SPDX-License-Identifier: MIT
"""Processes: those that hold locks are listed, and stopped by their task."""

from __future__ import annotations

import os

import pytest

from barman.errors import RefusedError
from barman.report.listing import ProcessesListed
from barman.report.processes import ProcessNotStopped, ProcessStopped
from barman.system.locks import Locks
from barman.upkeep.processes import Processes
from tests.fakes.clock import ClockFake
from tests.fakes.reporter import ReporterFake


class Signals:
    """Remembers who was interrupted; `obeyed` is whether they end."""

    def __init__(self, *, obeyed: bool = True) -> None:
        self.obeyed = obeyed
        self.sent: list[int] = []

    def __call__(self, pid: int, clock: object) -> bool:
        self.sent.append(pid)
        return self.obeyed


def processes(home, reporter: ReporterFake, signals: Signals) -> Processes:
    return Processes(
        server_name="main",
        locks=Locks(str(home), "main"),
        clock=ClockFake(),
        reporter=reporter,
        interrupt=signals,
    )


def test_tasks_that_run_are_listed(tmp_path) -> None:
    reporter = ReporterFake()
    parts = processes(tmp_path, reporter, Signals())
    parts.list()
    held = Locks(str(tmp_path), "main")
    with held.backup(), held.receive_wal(), Locks(str(tmp_path), "other").cron():
        parts.list()
    assert reporter.reports == [
        ProcessesListed(server_name="main", processes=()),
        ProcessesListed(
            server_name="main",
            processes=(("backup", os.getpid()), ("receive-wal", os.getpid())),
        ),
    ]


@pytest.mark.parametrize(
    ("obeyed", "said"), [(True, ProcessStopped), (False, ProcessNotStopped)]
)
def test_the_process_of_a_task_is_interrupted(tmp_path, obeyed, said) -> None:
    reporter, signals = ReporterFake(), Signals(obeyed=obeyed)
    parts = processes(tmp_path, reporter, signals)
    with Locks(str(tmp_path), "main").cron():
        parts.stop("cron")
    assert signals.sent == [os.getpid()]
    assert reporter.reports == [said("cron", os.getpid())]
    assert reporter.failed is not obeyed


def test_nobody_else_is_interrupted(tmp_path) -> None:
    reporter, signals = ReporterFake(), Signals()
    parts = processes(tmp_path, reporter, signals)
    with Locks(str(tmp_path), "main").cron():
        assert not parts.stop_if_running("backup")
        with pytest.raises(RefusedError) as caught:
            parts.stop("backup")
    assert caught.value.message == (
        "No active 'backup' process found for server 'main'"
    )
    assert (signals.sent, reporter.reports) == ([], [])
