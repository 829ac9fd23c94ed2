# SPDX-License-Identifier: MIT
"""The small parts of a backup: each decides or looks at one thing."""

from __future__ import annotations

import hashlib
import os

import pytest

from barman.backup.backup_hooks import BackupHooks, hooked
from barman.backup.cluster_facts import (
    describe_cluster,
    missing_tablespaces,
    outside,
    refuse_other_timeline,
)
from barman.backup.control_file import refuse_other_cluster
from barman.backup.copy_progress import ChangeCounter, streamed
from barman.backup.file_walk import regular_files
from barman.backup.identify import identify
from barman.backup.interrupted import ERROR, fail_interrupted
from barman.backup.manifest import write_manifest
from barman.backup.measure import BackupSize, measure
from barman.catalogue.backups import BackupCatalogue
from barman.catalogue.identity import IdentityFile
from barman.errors import DataError, FileError, PostgresError, RefusedError
from barman.model.backup import BackupStatus, Tablespace
from barman.model.backup_id import BackupId
from barman.model.frozen import replace
from barman.model.manifest import parse
from barman.report.backup import BackupInterrupted
from barman.report.report import Progress
from tests.fakes.backup_method import BackupScene
from tests.fakes.backups import a_backup
from tests.fakes.catalogue import a_layout, put
from tests.fakes.control_file import control_file
from tests.fakes.hooks import HooksFake
from tests.fakes.postgres import SYSTEMID, PostgresSessionFake
from tests.fakes.reporter import ReporterFake


def tree(root) -> str:
    """Return a directory with files, a link, a hole in the names, a shared file."""
    put(f"{root}/a", b"12345")
    put(f"{root}/base/1/2", b"123")
    os.link(f"{root}/a", f"{root}/shared")
    os.symlink("/etc", f"{root}/link")
    os.mkdir(f"{root}/empty")
    return str(root)


def test_the_files_of_a_tree(tmp_path):
    found = {path: status.st_size for path, status in regular_files(tree(tmp_path))}
    assert found == {"a": 5, "shared": 5, "base/1/2": 3}


def test_a_tree_that_is_not_there(tmp_path):
    with pytest.raises(FileError, match="gone"):
        list(regular_files(f"{tmp_path}/gone"))


def test_the_size_counts_links_and_the_other_does_not(tmp_path):
    assert measure(tree(tmp_path)) == BackupSize(13, 3)


def test_a_manifest_holds_every_file_once(tmp_path):
    root = tree(tmp_path)
    put(f"{root}/latin\udce9", b"x")
    write_manifest(root)
    with open(f"{root}/backup_manifest", "rb") as file:
        manifest = parse(file.read())
    assert manifest.version == 1
    assert {(e.path, e.size, e.checksum) for e in manifest.entries} == {
        (path, len(data), hashlib.sha256(data).hexdigest())
        for path, data in (
            *(("a", b"12345"), ("shared", b"12345")),
            *(("base/1/2", b"123"), ("latin\udce9", b"x")),
        )
    }
    assert sorted(os.listdir(root))[:2] == ["a", "backup_manifest"]


def test_a_manifest_is_never_replaced(tmp_path):
    put(f"{tmp_path}/backup_manifest", b"precious")
    with pytest.raises(RefusedError, match="already exists"):
        write_manifest(str(tmp_path))
    assert (tmp_path / "backup_manifest").read_bytes() == b"precious"


def test_interrupted_backups_are_marked(tmp_path):
    scene = BackupScene(tmp_path)
    statuses = ("EMPTY", "STARTED", "FAILED", "DONE", "WAITING_FOR_WALS", "SYNCING")
    before = [
        a_backup(f"2026010{day}T000000", segment=day, status=status)
        for day, status in enumerate(statuses, 1)
    ]
    for backup in before:
        scene.catalogue.save(backup)
    before = scene.catalogue.list()
    fail_interrupted(scene.around)
    failed = [
        replace(each, status=BackupStatus.FAILED, error=ERROR) for each in before[:2]
    ]
    assert scene.catalogue.list() == (*failed, *before[2:])
    assert scene.reporter.reports == [
        BackupInterrupted("main", BackupId("20260101T000000")),
        BackupInterrupted("main", BackupId("20260102T000000")),
    ]


def test_a_catalogue_belongs_to_one_cluster(tmp_path):
    layout = a_layout(tmp_path)
    identity = IdentityFile(layout)

    def of(systemid: str) -> str:
        session = PostgresSessionFake(systemid=systemid)
        return identify(session, layout=layout, identity=identity)

    assert of("42") == "42" == of("42")
    assert sorted(os.listdir(layout.root)) == [
        *("base", "errors", "identity.json", "incoming", "meta", "streaming", "wals"),
    ]
    with pytest.raises(RefusedError, match="are of cluster 42, PostgreSQL is clus"):
        of("43")


def test_a_control_file_tells_whose_it_is():
    refuse_other_cluster(control_file(SYSTEMID), "/pg_control", SYSTEMID)
    refuse_other_cluster(control_file("42"), "/pg_control", None)
    with pytest.raises(DataError, match='"/pg_control" belongs to cluster 42'):
        refuse_other_cluster(control_file("42"), "/pg_control", SYSTEMID)


def test_a_cluster_that_does_not_tell_its_directory_is_refused():
    with pytest.raises(PostgresError) as caught:
        describe_cluster(a_backup("20260101T000000"), PostgresSessionFake())
    assert "pg_read_all_settings" in (caught.value.hint or "")


def test_tablespaces_in_place_are_copied_with_the_data_directory():
    in_place = Tablespace("inplace", 16385, "pg_tblspc/16385")
    real = Tablespace("ts", 16386, "/ts")
    session = PostgresSessionFake(
        all_settings={"data_directory": "/pg"}, all_tablespaces=(in_place, real)
    )
    backup = describe_cluster(a_backup("20260101T000000"), session)
    assert backup.tablespaces == (real,)
    names = ("16385", "16386", "pgsql_tmp")
    assert missing_tablespaces(session.tablespaces(), names) == []


def test_inv_005_both_sides_of_a_disagreement_are_named():
    known = (Tablespace("a", 1, "/a"), Tablespace("b", 2, "/b"))
    assert missing_tablespaces(known, ["2", "3"]) == ["1", "3"]


def test_outside_means_by_path_and_not_by_prefix():
    paths = ["/pg/data/x", "/pg/database/x", "/etc/x"]
    assert outside(paths, "/pg/data") == ("/pg/database/x", "/etc/x")


def test_inv_012_the_timeline_must_not_change():
    backup = a_backup("20260101T000000", segment=1)
    refuse_other_timeline(backup, 1)
    with pytest.raises(DataError, match="the timeline changed from 1 to 2"):
        refuse_other_timeline(backup, 2)


def test_hooks_see_the_backup_and_its_neighbours(tmp_path):
    layout = a_layout(tmp_path)
    catalogue = BackupCatalogue(layout=layout, server_name="main")
    for day, status in enumerate(("DONE", "FAILED", "DONE", "DONE"), 1):
        catalogue.save(a_backup(f"2026010{day}T000000", segment=day, status=status))
    backup = catalogue.list()[2]
    seen = hooked(backup, layout, catalogue)
    assert (str(seen.previous_id), str(seen.next_id)) == (
        *("20260101T000000", "20260104T000000"),
    )
    hooks = HooksFake(bound=True)
    parts = BackupHooks(hooks=hooks, layout=layout, catalogue=catalogue)
    parts.before(backup)
    parts.after(backup)
    assert [(when, event) for when, event, _ in hooks.ran] == [
        ("pre", "backup"),
        ("post", "backup"),
    ]
    assert hooks.ran[0][2]["BARMAN_BACKUP_DIR"].endswith("/base/20260103T000000")


def test_only_files_count_as_copied():
    reporter = ReporterFake()
    counter = ChangeCounter({("pgdata", "a"): 10, ("ts", "a"): 5}, reporter)
    for label, line in (
        *(("pgdata", "cd+++++++++ base/"), ("pgdata", ">f+++++++++ a")),
        *(("ts", "not a change"), ("ts", ">f+++++++++ a"), ("ts", ">f+++++++++ b")),
    ):
        counter.count(label, line)
    progress = {"work": "copying files", "total_bytes": 15, "total_files": 2}
    assert reporter.reports == [
        Progress(done_bytes=10, done_files=1, **progress),
        Progress(done_bytes=15, done_files=2, **progress),
    ]


@pytest.mark.parametrize(
    ("line", "done", "total"),
    [
        ("     0/24371 kB (0%), 0/1 tablespace", 0, 24371),
        ("30/20 Ko (100 %), 1/1 tablespace (base/1)", 30, 30),
    ],
)
def test_what_pg_basebackup_tells(line, done, total):
    progress = streamed(line)
    assert progress is not None
    assert (progress.done_bytes, progress.total_bytes) == (done * 1024, total * 1024)


def test_other_lines_of_pg_basebackup_are_no_progress():
    assert streamed("pg_basebackup: checkpoint completed") is None
