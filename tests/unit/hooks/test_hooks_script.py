# SPDX-License-Identifier: MIT
"""Hooks: order, schedule of attempts, vetoes, and what scripts are told."""

from __future__ import annotations

from datetime import datetime, timezone
from types import SimpleNamespace

import pytest

from barman.errors import CommandError, RefusedError
from barman.hooks.script import Hooks
from barman.hooks.variables import (
    HookedBackup,
    HookedRecovery,
    HookedWal,
    HookEvent,
)
from barman.model.backup import Backup, BackupStatus
from barman.model.backup_id import BackupId
from barman.system.command import Command, Completed
from barman.system.runner import LocalRunner

OPTIONS = [
    f"{phase}_{event.value}_{retry}script"
    for phase in ("pre", "post")
    for event in HookEvent
    for retry in ("", "retry_")
]


def config(**scripts: str) -> SimpleNamespace:
    return SimpleNamespace(name="main", **{**dict.fromkeys(OPTIONS), **scripts})


class ClockFake:
    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.seconds, timezone.utc)

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds


class RunnerFake:
    """Answers with the given statuses, one after the other; then with 0."""

    def __init__(self, clock: ClockFake, *statuses: int | None) -> None:
        self.clock = clock
        self.statuses = list(statuses)
        self.ran: list[tuple[float, Command]] = []

    def run(self, command: Command, *, on_stdout=None, on_stderr=None) -> Completed:
        self.ran.append((self.clock.seconds, command))
        status = self.statuses.pop(0) if self.statuses else 0
        if status is None:
            raise CommandError("could not run", status=127)
        return Completed(status)

    def find(self, *names: str) -> str | None:
        return None


def hooks(runner, clock=None, **scripts: str) -> Hooks:
    return Hooks(
        config=config(**scripts),
        configuration_path="etc/barman.conf",
        runner=runner,
        clock=clock or ClockFake(),
    )


def test_order_is_standard_retry_event_retry_standard() -> None:
    runner = RunnerFake(ClockFake())
    some = hooks(
        runner,
        pre_archive_script="a",
        pre_archive_retry_script="b",
        post_archive_retry_script="c",
        post_archive_script="d",
    )
    some.run_pre(HookEvent.ARCHIVE, {})
    some.run_post(HookEvent.ARCHIVE, {})
    assert [command.argv for _, command in runner.ran] == [
        ("/bin/sh", "-c", word) for word in "abcd"
    ]


def test_the_environment_names_the_hook() -> None:
    runner = RunnerFake(ClockFake())
    hooks(runner, post_archive_retry_script="x").run_post(
        HookEvent.ARCHIVE, {"BARMAN_SEGMENT": "S"}
    )
    assert runner.ran[0][1].env == {
        "BARMAN_VERSION": "4.0.0.dev0",
        "BARMAN_SERVER": "main",
        "BARMAN_CONFIGURATION": "etc/barman.conf",
        "BARMAN_HOOK": "archive_retry_script",
        "BARMAN_PHASE": "post",
        "BARMAN_RETRY": "1",
        "BARMAN_ERROR": "",
        "BARMAN_SEGMENT": "S",
    }


def test_retry_hooks_run_six_times_then_rest_a_minute() -> None:
    clock = ClockFake()
    runner = RunnerFake(clock, *[1, 127, None, -9, 255, 2] * 2)
    hooks(runner, clock, pre_backup_retry_script="x").run_pre(HookEvent.BACKUP, {})
    assert [at for at, _ in runner.ran] == [
        *(0, 3, 6, 9, 12, 15),
        *(75, 78, 81, 84, 87, 90),
        150,
    ]


def test_standard_hooks_run_once_whatever_they_say() -> None:
    clock = ClockFake()
    runner = RunnerFake(clock, 63, 63)
    some = hooks(runner, clock, pre_backup_script="x", post_backup_script="y")
    some.run_pre(HookEvent.BACKUP, {})
    some.run_post(HookEvent.BACKUP, {})
    assert len(runner.ran) == 2


def test_63_vetoes_before_the_event_and_only_there() -> None:
    some = hooks(RunnerFake(ClockFake(), 63), pre_delete_retry_script="no.sh")
    with pytest.raises(RefusedError) as caught:
        some.run_pre(HookEvent.DELETE, {})
    assert str(caught.value) == (
        "Abort 'pre_delete_retry_script' retry hook script (no.sh, exit code: 63)"
    )
    hooks(RunnerFake(ClockFake(), 63), post_delete_retry_script="x").run_post(
        HookEvent.DELETE, {}
    )


def test_62_goes_on_at_once() -> None:
    clock = ClockFake()
    runner = RunnerFake(clock, 5, 62)
    hooks(runner, clock, pre_delete_retry_script="x").run_pre(HookEvent.DELETE, {})
    assert [at for at, _ in runner.ran] == [0, 3]


def test_events_without_hooks_cost_nothing() -> None:
    runner = RunnerFake(ClockFake())
    some = hooks(runner, pre_wal_delete_script="x")
    some.run_pre(HookEvent.ARCHIVE, {})
    some.run_post(HookEvent.ARCHIVE, {})
    assert runner.ran == []
    assert some.has(HookEvent.WAL_DELETE)
    assert not some.has(HookEvent.ARCHIVE)


def test_a_real_script_gets_the_variables_and_no_input(tmp_path) -> None:
    out = tmp_path / "out"
    some = hooks(
        LocalRunner(), pre_archive_script=f"cat; env | grep ^BARMAN_ | sort > {out}"
    )
    wal = HookedWal(name="S", path="/in/S", size=5, mtime=1.5, compression=None)
    some.run_pre(HookEvent.ARCHIVE, wal.variables())
    assert out.read_text().splitlines() == [
        "BARMAN_COMPRESSION=",
        "BARMAN_CONFIGURATION=etc/barman.conf",
        "BARMAN_ERROR=",
        "BARMAN_FILE=/in/S",
        "BARMAN_HOOK=archive_script",
        "BARMAN_PHASE=pre",
        "BARMAN_RETRY=0",
        "BARMAN_SEGMENT=S",
        "BARMAN_SERVER=main",
        "BARMAN_SIZE=5",
        "BARMAN_TIMESTAMP=1.5",
        "BARMAN_VERSION=4.0.0.dev0",
    ]


def test_variables_of_a_recovery() -> None:
    backup = Backup(
        id=BackupId("20261122T165333"),
        server_name="main",
        mode="postgres",
        status=BackupStatus.DONE,
    )
    hooked = HookedRecovery(
        backup=HookedBackup(
            backup=backup,
            directory="/b",
            info_path="/i",
            previous_id=BackupId("20261121T000000"),
        ),
        destination="/dest",
        tablespaces={"z": "/z", "a": "/a"},
        remote_command=None,
        options={"target_xid": "5", "exclusive": True, "target_time": None},
    )
    assert hooked.variables() == {
        "BARMAN_BACKUP_DIR": "/b",
        "BARMAN_BACKUP_ID": "20261122T165333",
        "BARMAN_BACKUP_INFO_PATH": "/i",
        "BARMAN_STATUS": "DONE",
        "BARMAN_PREVIOUS_ID": "20261121T000000",
        "BARMAN_NEXT_ID": "",
        "BARMAN_ERROR": "",
        "BARMAN_DESTINATION_DIRECTORY": "/dest",
        "BARMAN_TABLESPACES": '{"a": "/a", "z": "/z"}',
        "BARMAN_REMOTE_COMMAND": "",
        "BARMAN_RECOVER_OPTIONS": '{"exclusive": true, "target_xid": "5"}',
    }
