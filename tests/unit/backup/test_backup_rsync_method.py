# SPDX-License-Identifier: MIT
"""The rsync method: one session, one cluster, and the label that PostgreSQL gives."""

from __future__ import annotations

import os
import time
from datetime import timedelta

import pytest

from barman.backup.request import BackupRequest
from barman.backup.rsync_method import RsyncMethod, RsyncSource, horizon
from barman.catalogue.backups import BackupCatalogue
from barman.errors import DataError, PostgresError
from barman.model.backup import Tablespace
from barman.model.frozen import replace
from barman.model.lsn import Lsn
from barman.model.segment import WalSegment
from barman.report import backup as report
from barman.system.command import Completed
from tests.fakes.backups import a_backup
from tests.fakes.catalogue import a_layout
from tests.fakes.clock import ClockFake
from tests.fakes.control_file import control_file
from tests.fakes.host import HostFake
from tests.fakes.postgres import LABEL, SYSTEMID, TIME, PostgresSessionFake
from tests.fakes.reporter import ReporterFake
from tests.fakes.runner import RunnerFake

LISTING = b"-rw-------          8 2026/01/01 10:00:00 PG_VERSION\n"


class Rsync(RunnerFake):
    """Lists one file, and copies a control file when asked for it."""

    def __init__(self) -> None:
        super().__init__({"rsync": self._rsync})
        self.control = control_file(SYSTEMID)
        self.ended = 0
        self.on_copy = lambda: None

    def end_running(self) -> None:
        self.ended += 1

    def _rsync(self, command):
        if "--list-only" in command.argv:
            return Completed(0, LISTING)
        source, destination = command.argv[-2:]
        if source.endswith("pg_control"):
            os.makedirs(os.path.dirname(destination), exist_ok=True)
            with open(destination, "wb") as file:
                file.write(self.control)
        else:
            self.on_copy()
        return Completed(0)


class Scene:
    def __init__(self, home, **facts) -> None:
        self.layout = a_layout(home)
        self.catalogue = BackupCatalogue(layout=self.layout, server_name="main")
        settings = {
            "data_directory": "/pg",
            "config_file": "/etc/pg.conf",
            "hba_file": "/pg/hba",
        }
        self.session = PostgresSessionFake(all_settings=settings, **facts)
        self.rsync = Rsync()
        self.reporter = ReporterFake()
        self.host = HostFake({"/pg/global/pg_control": control_file(SYSTEMID)})
        self.host.make_directory("/pg/pg_tblspc")
        self.method = RsyncMethod(
            RsyncSource(host=self.host, runner=self.rsync),
            session=self.session,
            layout=self.layout,
            catalogue=self.catalogue,
            clock=ClockFake(),
            reporter=self.reporter,
        )
        self.backup = replace(a_backup("20260131T120000"), systemid=SYSTEMID)

    def begun(self, **request):
        return self.method.begin(self.backup, BackupRequest(**request))


@pytest.fixture
def scene(tmp_path) -> Scene:
    return Scene(tmp_path)


def test_begin_asks_for_all_facts(scene):
    backup = scene.begun(immediate_checkpoint=True)
    assert scene.session.acts == [
        ("begin_backup", "Barman backup main 20260131T120000", True, False)
    ]
    assert (backup.begin_lsn, str(backup.begin_segment), backup.begin_time) == (
        *(Lsn.parse("0/3000028"), "000000010000000000000003"),
        TIME,
    )
    assert (backup.pgdata, backup.timeline) == ("/pg", 1)


def test_a_whole_copy_and_its_end(scene):
    backup = scene.method.copy(scene.begun(), BackupRequest())
    backup = scene.method.end(backup)
    data = scene.layout.data_directory(backup.id)
    with open(f"{data}/backup_label") as file:
        assert file.read() == LABEL == backup.label
    assert [act[0] for act in scene.session.acts] == [
        "begin_backup",
        "end_backup",
        "switch_wal",
        "create_restore_point",
    ]
    assert scene.session.acts[-1] == (
        "create_restore_point",
        "barman_20260131T120000",
    )
    assert str(backup.end_segment) == "000000010000000000000003"
    listing, *copies = scene.rsync.commands
    assert listing.argv[-1] == "/pg/"
    sources = [command.argv[-2] for command in copies]
    assert sources == ["/pg/", "/etc/pg.conf", "/pg/global/pg_control"]
    assert [type(each).__name__ for each in scene.reporter.messages()] == [
        "CopyStarting",
        "CopyDone",
        "BackupEnding",
    ]


def test_a_standby_is_neither_switched_nor_marked(tmp_path):
    scene = Scene(tmp_path, is_in_recovery=True)
    backup = scene.method.copy(scene.begun(), BackupRequest())
    scene.method.end(backup)
    assert [act[0] for act in scene.session.acts] == ["begin_backup", "end_backup"]


def test_files_of_another_cluster_are_refused_before_the_backup_begins(scene):
    scene.host.write("/pg/global/pg_control", control_file("42"))
    with pytest.raises(DataError, match="belongs to cluster 42") as caught:
        scene.begun()
    assert "same server" in caught.value.hint
    assert scene.session.acts == []


def test_inv_005_tablespaces_by_sql_and_by_walk_must_agree(tmp_path):
    scene = Scene(tmp_path, all_tablespaces=(Tablespace("ts", 16400, "/ts"),))
    with pytest.raises(DataError, match="disagree about: 16400"):
        scene.begun()
    scene.host.symlink("/ts", "/pg/pg_tblspc/16400")
    scene.begun()
    scene.host.symlink("/lost", "/pg/pg_tblspc/16401")
    with pytest.raises(DataError, match="disagree about: 16401"):
        scene.begun()


def test_included_files_outside_are_named_unless_the_user_sees_to_them(tmp_path):
    scene = Scene(tmp_path, all_included_files=("/etc/more.conf", "/pg/auto.conf"))
    scene.begun(external_configuration=True)
    assert scene.reporter.reports == []
    scene.begun()
    assert scene.reporter.reports == [report.FilesLeftOut("rsync", ("/etc/more.conf",))]


def test_inv_009_a_backup_without_a_label_is_none(scene):
    backup = scene.method.copy(scene.begun(), BackupRequest())
    real = scene.session.end_backup
    scene.session.end_backup = lambda: replace(real(), label_text=None)
    with pytest.raises(DataError, match="no backup label"):
        scene.method.end(backup)


def test_inv_012_a_timeline_that_changed_fails_the_backup(scene):
    backup = scene.method.copy(scene.begun(), BackupRequest())
    scene.session.timeline = 2
    with pytest.raises(DataError, match="changed from 1 to 2"):
        scene.method.end(backup)


def test_inv_010_a_session_lost_during_the_copy_stops_it_and_is_named(scene):
    backup = scene.begun()
    lost = PostgresError("Connection to the Postgres server was lost")
    scene.session.failures["ping"] = lost

    def wait_for_the_loss() -> None:
        for _ in range(500):
            if scene.rsync.ended:
                return
            time.sleep(0.01)

    scene.rsync.on_copy = wait_for_the_loss
    with pytest.raises(PostgresError, match="was lost"):
        scene.method.copy(backup, BackupRequest(keepalive_interval=0.01))
    assert scene.rsync.ended


def test_inv_008_a_torn_control_file_is_copied_again(scene):
    whole, scene.rsync.control = scene.rsync.control, b"torn" * 2048
    copies = []
    real = scene.rsync._rsync

    def mending(command):
        if command.argv[-2].endswith("pg_control"):
            copies.append(command)
            if len(copies) == 3:
                scene.rsync.control = whole
        return real(command)

    scene.rsync.answers["rsync"] = mending
    scene.method.copy(scene.begun(), BackupRequest())
    assert len(copies) == 3
    scene.rsync.control = b"torn" * 2048
    with pytest.raises(DataError, match="its checksum is wrong"):
        scene.method.copy(scene.begun(), BackupRequest())


def test_abandon_ends_the_backup_and_never_raises(scene):
    backup = scene.begun()
    assert scene.method.abandon(backup).end_lsn == Lsn.parse("0/3000128")
    assert scene.method.abandon(backup) == backup


def test_close_ends_session_and_host(scene):
    scene.method.close()
    assert scene.session.acts == [("close",)]
    assert scene.host.closed


BEGUN = replace(
    a_backup("20260131T120000", segment=3), begin_time=TIME + timedelta(days=1)
)
EARLIER = replace(a_backup("20260130T120000", segment=1), begin_time=TIME)


@pytest.mark.parametrize(
    ("reused", "expected"),
    [
        (None, 0),
        (EARLIER, int(TIME.timestamp())),
        (replace(EARLIER, begin_time=None), 0),
        (replace(EARLIER, timeline=2), 0),
        (replace(EARLIER, begin_time=TIME + timedelta(days=2)), 0),
    ],
    ids=["none", "usual", "no time", "other timeline", "clock went back"],
)
def test_inv_031_since_when_an_unchanged_look_proves_nothing(reused, expected):
    assert horizon(BEGUN, reused) == expected


def test_the_segment_of_the_end_is_the_one_that_holds_it(tmp_path):
    scene = Scene(tmp_path, current_lsn=Lsn.parse("0/3FFFF00"))
    backup = scene.method.copy(scene.begun(), BackupRequest())
    backup = scene.method.end(backup)
    assert backup.end_lsn == Lsn.parse("0/4000000")
    assert backup.end_segment == WalSegment.parse("000000010000000000000004")
