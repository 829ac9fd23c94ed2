# SPDX-License-Identifier: MIT
"""Trees copied by several rsync: commands, retries, failures, interruptions."""

from __future__ import annotations

import os
import threading

import pytest

from barman.backup.tree_copy import CopyOptions, Tree, TreeCopier
from barman.errors import CommandError
from barman.report.backup import CopyRetrying
from barman.report.report import Progress
from barman.system.command import Completed
from barman.system.rsync import RsyncOptions
from tests.fakes.clock import ClockFake
from tests.fakes.reporter import ReporterFake
from tests.fakes.runner import RunnerFake

LISTING = b"""\
drwx------          4,096 2026/01/01 10:00:00 .
drwx------          4,096 2026/01/01 10:00:00 base
-rw-------          8,192 2026/01/01 10:00:00 base/1
-rw-------            100 2026/01/01 10:00:00 base/2
srwxrwxrwx              0 2026/01/01 10:00:00 socket
drwx------          4,096 2026/01/01 10:00:00 pg_wal
"""
TREE = Tree(label="pgdata", source="/pg/", destination="/backup/data/", excludes=("x",))


class StoppableRunner(RunnerFake):
    def __init__(self, answers) -> None:
        super().__init__({"rsync": answers})
        self.ended = 0

    def end_running(self) -> None:
        self.ended += 1


def copier(answers, **options):
    made = TreeCopier(
        CopyOptions(transport=RsyncOptions(), **options),
        runner=StoppableRunner(answers),
        clock=ClockFake(),
        reporter=ReporterFake(),
    )
    return made, made._runner, made._reporter, made._clock


def failed(stderr: bytes, status: int = 255):
    return CommandError("rsync failed", status=status, stderr=stderr.decode())


def test_a_tree_is_listed_and_each_file_named_once():
    changes = b">f+++++++++ base/1\ncd+++++++++ base/\n>f+++++++++ base/2\n"
    copy, runner, reporter, _ = copier([Completed(0, LISTING), Completed(0, changes)])
    copy.copy([TREE])
    listing, copying = runner.commands
    assert "--list-only" in listing.argv
    assert "--exclude=x" in listing.argv
    assert copying.stdin == b"base\0pg_wal\0base/1\0base/2\0"
    assert "-LKpts" in copying.argv
    assert "-rLKpts" not in copying.argv
    assert [each.done_bytes for each in reporter.reports] == [8192, 8292]
    assert reporter.reports[-1] == Progress(
        work="copying files",
        done_bytes=8292,
        total_bytes=8292,
        done_files=2,
        total_files=2,
    )


def test_workers_share_the_bytes_and_the_limit():
    copy, runner, _, clock = copier(
        [Completed(0, LISTING)], jobs=2, start_batch_size=1, start_batch_period=3
    )
    copy.copy(
        [
            Tree(
                label="pgdata",
                source="/pg/",
                destination="/b/",
                bandwidth_limit=100,
            )
        ]
    )
    first, second = runner.commands[1:]
    assert {first.stdin, second.stdin} == {b"base\0pg_wal\0base/1\0", b"base/2\0"}
    assert "--bwlimit=50" in first.argv
    assert clock.sleeps == [3]
    assert copy.statistics(1.0)["number_of_workers"] == 2


@pytest.mark.parametrize(
    ("reuse", "word"), [("link", "--link-dest="), ("copy", "--copy-dest=")]
)
def test_a_reference_is_reused_and_doubtful_files_are_compared(tmp_path, reuse, word):
    os.makedirs(f"{tmp_path}/base")
    for name, size in (("base/1", 8192), ("base/2", 99)):
        with open(f"{tmp_path}/{name}", "wb") as file:
            file.write(bytes(size))
        os.utime(f"{tmp_path}/{name}", (1767261600, 1767261600))  # as listed
    tree = Tree(
        label="pgdata", source="/pg/", destination="/b/", reference=str(tmp_path)
    )
    copy, runner, *_ = copier([Completed(0, LISTING)], reuse=reuse, horizon=0)
    copy.copy([tree])
    compared, trusted = sorted(
        runner.commands[1:], key=lambda each: "--checksum" not in each.argv
    )
    assert compared.stdin == b"base/1\0"
    assert trusted.stdin == b"base\0pg_wal\0base/2\0"
    assert f"{word}{tmp_path}" in trusted.argv


def test_a_reference_that_is_gone_does_not_stop_the_backup(tmp_path):
    tree = Tree(
        label="pgdata", source="/pg/", destination="/b/", reference=f"{tmp_path}/gone"
    )
    copy, runner, *_ = copier([Completed(0, LISTING)], reuse="link")
    copy.copy([tree])
    assert len(runner.commands) == 2


def test_a_failed_copy_is_tried_again_after_a_pause():
    lost = failed(
        b"ssh: connect to host pg port 22: Connection refused\n"
        b"rsync error: unexplained error (code 255) at io.c(1)\n"
    )
    copy, _, reporter, clock = copier(
        [lost, Completed(0, LISTING)], retry_times=1, retry_sleep=2
    )
    copy.copy([TREE])
    assert clock.sleeps == [1, 1]
    assert [r for r in reporter.reports if isinstance(r, CopyRetrying)] == [
        CopyRetrying(item="pgdata", attempt=0, seconds=2, reason="rsync failed")
    ]


def test_inv_006_an_error_that_is_not_harmless_fails_at_once_and_is_named():
    stderr = (
        b'file has vanished: "/pg/base/9"\n'
        b'rsync: [sender] send_files failed to open "/pg/base/1":'
        b" Permission denied (13)\n"
        b"rsync error: some files/attrs were not transferred (see previous errors)"
        b" (code 23) at main.c(1)\n"
    )
    copy, runner, *_ = copier(
        [Completed(0, LISTING), Completed(23, b"", stderr)], retry_times=3
    )
    with pytest.raises(CommandError) as caught:
        copy.copy([TREE])
    assert caught.value.message == (
        "data transfer failure on pgdata: rsync: [sender] send_files failed to open"
        ' "/pg/base/1": Permission denied (13)'
    )
    assert runner.ended >= 1
    assert len(runner.commands) == 2


@pytest.mark.parametrize("status", [23, 24])
def test_inv_003_vanished_files_are_normal(status):
    stderr = b'file has vanished: "/pg/base/9"\n'
    copy, *_ = copier([Completed(0, LISTING), Completed(status, b"", stderr)])
    copy.copy([TREE])


def test_what_only_tells_the_end_is_better_than_nothing():
    copy, *_ = copier([failed(b"rsync error: timeout (code 30) at io.c(1)\n", 30)])
    with pytest.raises(CommandError, match=r"pgdata: rsync error: timeout"):
        copy.copy([TREE])


def test_a_stopped_copy_runs_nothing_more():
    copy, runner, *_ = copier([Completed(0, LISTING)], retry_times=5)
    copy.stop()
    with pytest.raises(CommandError, match="the copy was stopped"):
        copy.copy([TREE])
    assert runner.commands == []


def test_a_stop_during_a_copy_is_not_retried():
    def answer(command):
        if "--list-only" in command.argv:
            return Completed(0, LISTING)
        copy.stop()
        raise failed(b"rsync error: received SIGINT (code 20) at rsync.c(1)\n", 20)

    copy, runner, *_ = copier(answer, retry_times=5)
    with pytest.raises(CommandError):
        copy.copy([TREE])
    assert len(runner.commands) == 2


def test_inv_011_one_failing_worker_ends_the_others():
    release = threading.Event()

    def answer(command):
        if "--list-only" in command.argv:
            return Completed(0, LISTING)
        if b"base/1" in command.stdin:
            raise failed(b"killed\n", -9)
        assert release.wait(10)
        raise failed(b"ended\n", 20)

    copy, runner, *_ = copier(answer, jobs=2)
    runner.end_running = release.set
    with pytest.raises(CommandError, match="killed"):
        copy.copy([TREE])
    assert release.is_set()


def test_a_single_file_must_be_there_and_is_compared():
    copy, runner, *_ = copier([])
    copy.copy_file("pg_control", "/pg/global/pg_control", "/b/global/pg_control")
    (command,) = runner.commands
    assert "--checksum" in command.argv
    assert "--ignore-missing-args" not in command.argv


def test_statistics_tell_spans_and_work():
    copy, _, _, clock = copier([])
    copy._runner.answers["rsync"] = lambda _: clock.advance(2) or Completed(0)
    copy.copy_file("pg_control", "/a", "/b")
    clock.advance(5)
    copy.copy_file("pg_control", "/a", "/b")
    assert copy.statistics(9.0) == {
        "total_time": 9.0,
        "number_of_workers": 1,
        "analysis_time_per_item": {},
        "copy_time_per_item": {"pg_control": 9.0},
        "serialized_copy_time_per_item": {"pg_control": 4.0},
        "analysis_time": 0.0,
        "copy_time": 9.0,
        "serialized_copy_time": 4.0,
    }
