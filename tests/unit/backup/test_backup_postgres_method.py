# SPDX-License-Identifier: MIT
"""The postgres method: pg_basebackup's command, its retries, its label, the end."""

from __future__ import annotations

import os

import pytest

from barman.backup.postgres_method import PostgresMethod, StreamSource
from barman.backup.request import BackupRequest
from barman.errors import CommandError, DataError, RefusedError
from barman.model.backup import Tablespace
from barman.model.conninfo import Conninfo
from barman.model.frozen import replace
from barman.model.lsn import Lsn
from barman.model.postgres_version import PostgresVersion
from barman.postgres.programs import Program
from barman.report import backup as report
from barman.report.report import Progress
from barman.system.command import Completed
from tests.fakes.backups import a_backup
from tests.fakes.catalogue import a_layout
from tests.fakes.clock import ClockFake
from tests.fakes.postgres import PostgresSessionFake
from tests.fakes.reporter import ReporterFake
from tests.fakes.runner import RunnerFake

LABEL = (
    "START WAL LOCATION: 0/6000028 (file 000000010000000000000006)\n"
    "CHECKPOINT LOCATION: 0/6000098\nBACKUP METHOD: streamed\nBACKUP FROM: primary\n"
    "START TIME: 2026-01-01 10:10:10 UTC\nLABEL: pg_basebackup base backup\n"
    "START TIMELINE: 1\n"
)


class ProgramsFake:
    def get(self, name, *, for_version=None):
        return Program(f"/pg/bin/{name}", PostgresVersion(150000))


class Scene:
    def __init__(self, home, **facts) -> None:
        self.layout = a_layout(home)
        self.outcomes: list[BaseException | None] = []
        self.runner = RunnerFake({"pg_basebackup": self._pg_basebackup})
        self.clock = ClockFake()
        self.reporter = ReporterFake()
        settings = {"data_directory": "/pg", "hba_file": "/etc/hba"}
        self.session = PostgresSessionFake(all_settings=settings, **facts)
        self.method = PostgresMethod(
            StreamSource(
                conninfo=Conninfo.parse("host=pg"),
                application_name="barman_streaming_backup",
                runner=self.runner,
                programs=ProgramsFake(),
            ),
            session=self.session,
            layout=self.layout,
            clock=self.clock,
            reporter=self.reporter,
        )
        self.backup = a_backup("20260131T120000")

    def begun(self, **request):
        return self.method.begin(self.backup, BackupRequest(**request))

    def _pg_basebackup(self, command):
        data = self.layout.data_directory(self.backup.id)
        assert os.listdir(data) == [], "what failed must be gone"
        with open(f"{data}/backup_label", "w") as file:
            file.write(LABEL)
        outcome = self.outcomes.pop(0) if self.outcomes else None
        if outcome is not None:
            raise outcome
        return Completed(0, b"", b" 2048/4096 kB (50%), 0/1 tablespace\ndone\n")


@pytest.fixture
def scene(tmp_path) -> Scene:
    return Scene(tmp_path)


def test_the_begin_is_that_of_the_label(scene):
    backup = scene.begun()
    assert backup.begin_lsn == Lsn.parse("0/3000028")
    backup = scene.method.copy(backup, BackupRequest())
    assert (backup.begin_lsn, str(backup.begin_segment), backup.label) == (
        *(Lsn.parse("0/6000028"), "000000010000000000000006"),
        LABEL,
    )
    assert backup.copy_stats == {"copy_time": 0.0, "total_time": 0.0}
    assert [type(each).__name__ for each in scene.reporter.reports] == [
        *("FilesLeftOut", "CopyStarting", "Progress", "CopyDone"),
    ]
    assert scene.reporter.reports[2] == Progress(
        work="copying files", done_bytes=2048 * 1024, total_bytes=4096 * 1024
    )


def test_the_command(tmp_path):
    scene = Scene(tmp_path, all_tablespaces=(Tablespace("ts", 16400, "/ts"),))
    request = BackupRequest(immediate_checkpoint=True, bandwidth_limit=50)
    scene.method.copy(scene.begun(), request)
    (command,) = scene.runner.commands
    base = f"{scene.layout.base}/20260131T120000"
    assert f"--pgdata={base}/data" in command.argv
    assert f"--tablespace-mapping=/ts={base}/16400" in command.argv
    assert {"--checkpoint=fast", "--max-rate=50", "--progress"} <= set(command.argv)
    assert os.stat(f"{base}/16400").st_mode & 0o777 == 0o700


def test_external_files_are_named_unless_the_user_sees_to_them(scene):
    scene.begun(external_configuration=True)
    assert scene.reporter.reports == []
    scene.begun()
    assert scene.reporter.reports == [
        report.FilesLeftOut("pg_basebackup", ("/etc/hba",))
    ]


def test_a_failure_is_retried_from_nothing(scene):
    scene.outcomes = [CommandError("no"), CommandError("no"), None]
    scene.method.copy(scene.begun(), BackupRequest(retry_times=2, retry_sleep=9))
    assert scene.clock.sleeps == [9, 9]
    retries = [
        r for r in scene.reporter.reports if isinstance(r, report.StreamRetrying)
    ]
    assert [r.attempt for r in retries] == [0, 1]


def test_a_failure_tells_the_reason_without_the_progress(scene):
    stderr = " 1/2 kB (50%), 0/1 tablespace\npg_basebackup: error: No space left\n"
    scene.outcomes = [CommandError("failed", status=1, stderr=stderr)]
    with pytest.raises(CommandError) as caught:
        scene.method.copy(scene.begun(), BackupRequest())
    data = scene.layout.data_directory(scene.backup.id)
    assert caught.value.message == (
        f"data transfer failure on directory '{data}'\n"
        "pg_basebackup: error: No space left"
    )


def at(lsn: str):
    return {"current_lsn": Lsn.parse(lsn)}


@pytest.mark.parametrize(
    ("facts", "segment"),
    [
        (at("0/7000000"), "000000010000000000000006"),
        (at("0/7000001"), "000000010000000000000007"),
        (at("0/7000000") | {"is_in_recovery": True}, "000000010000000000000007"),
    ],
    ids=["boundary", "inside", "standby"],
)
def test_inv_013_the_segment_of_the_end(tmp_path, facts, segment):
    scene = Scene(tmp_path, **facts)
    backup = scene.method.end(replace(scene.backup, timeline=1))
    assert (str(backup.end_segment), backup.end_lsn) == (segment, facts["current_lsn"])
    acts = [act[0] for act in scene.session.acts]
    standby = facts.get("is_in_recovery", False)
    assert acts == ([] if standby else ["switch_wal", "create_restore_point"])


def test_inv_012_a_timeline_that_changed_fails_the_backup(scene):
    with pytest.raises(DataError, match="changed from 1 to 2"):
        scene.session.timeline = 2
        scene.method.end(replace(scene.backup, timeline=1))


def test_reuse_is_for_rsync(scene):
    with pytest.raises(RefusedError):
        scene.method.refuse_if_impossible(BackupRequest(reuse="link"))
    scene.method.refuse_if_impossible(BackupRequest())


def test_abandon_and_close(scene):
    assert scene.method.abandon(scene.backup) == scene.backup
    scene.method.close()
    assert scene.session.acts == [("close",)]
