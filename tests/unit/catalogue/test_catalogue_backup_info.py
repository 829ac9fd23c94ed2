# SPDX-License-Identifier: MIT
from __future__ import annotations

import os
from datetime import datetime, timedelta, timezone

import pytest

from barman.catalogue.backup_info import parse, render
from barman.errors import DataError
from barman.model.backup import Backup, BackupStatus, BackupType, Tablespace
from barman.model.backup_id import BackupId
from barman.model.frozen import replace
from barman.model.lsn import Lsn
from barman.model.postgres_version import PostgresVersion
from barman.model.segment import SegmentSize, WalSegment

GOLDEN = os.path.join(os.path.dirname(__file__), "../../golden/catalogue")
SAMPLES = sorted(name for name in os.listdir(GOLDEN) if name.endswith(".info"))
ID = BackupId("20261122T165333")
LABEL = "START WAL LOCATION: 0/3000028 (file 000000010000000000000003)\nit's\n"


def sample(name: str) -> str:
    with open(os.path.join(GOLDEN, name), encoding="utf-8", newline="") as file:
        return file.read()


def test_there_are_samples():
    assert len(SAMPLES) == 10


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_is_written_as_it_was_read(name):
    assert render(parse(sample(name), id=ID)) == sample(name)


def test_every_field_is_read():
    assert parse(sample("rsync.info"), id=ID) == Backup(
        id=ID,
        server_name="main",
        status=BackupStatus.DONE,
        mode="rsync-concurrent",
        name="b-one",
        systemid="7711038385040644407",
        version=PostgresVersion(150020),
        pgdata="/srv/lab/pg15",
        segment_size=SegmentSize(16777216),
        timeline=1,
        begin_time=datetime(2026, 11, 22, 16, 53, 33, 691370, tzinfo=timezone.utc),
        begin_lsn=Lsn.parse("0/3000028"),
        begin_segment=WalSegment.parse("000000010000000000000003"),
        end_time=datetime(2026, 11, 22, 16, 53, 56, 367146, tzinfo=timezone.utc),
        end_lsn=Lsn.parse("0/3000138"),
        end_segment=WalSegment.parse("000000010000000000000003"),
        tablespaces=(Tablespace("ts1", 16389, "/srv/lab/tbs1"),),
        config_file="/srv/lab/pg15/postgresql.conf",
        hba_file="/srv/lab/pg15/pg_hba.conf",
        ident_file="/srv/lab/pg15/pg_ident.conf",
        label="START WAL LOCATION: 0/3000028 (file 000000010000000000000003)\n"
        "CHECKPOINT LOCATION: 0/3000098\nBACKUP METHOD: streamed\n"
        "BACKUP FROM: primary\nSTART TIME: 2026-11-22 16:53:55 UTC\n"
        "LABEL: Barman backup main 20261122T165333\nSTART TIMELINE: 1\n",
        data_checksums="on",
        cluster_size=25127469,
        size=24819627,
        deduplicated_size=24819627,
        copy_stats={
            "total_time": 0.639334,
            "number_of_workers": 1,
            "analysis_time_per_item": {"ts1": 0.123881, "pgdata": 0.140973},
            "copy_time_per_item": {
                "ts1": 0.097351,
                "pgdata": 0.213182,
                "pg_control": 0.047586,
            },
            "serialized_copy_time_per_item": {
                "ts1": 0.096949,
                "pgdata": 0.21102,
                "pg_control": 0.047586,
            },
            "analysis_time": 0.264858,
            "copy_time": 0.362792,
            "serialized_copy_time": 0.355555,
        },
    )


def test_links_and_kinds_of_the_samples():
    middle = parse(sample("incremental-middle.info"), id=ID)
    assert middle.parent_id == BackupId("20261122T165601")
    assert middle.children_ids == (BackupId("20261122T165654"),)
    assert middle.type is BackupType.INCREMENTAL
    snapshot = parse(sample("snapshot.info"), id=ID)
    assert snapshot.type is BackupType.SNAPSHOT
    assert snapshot.snapshots_info is not None
    assert snapshot.snapshots_info["provider_info"] == {
        "account_id": "1234",
        "region": "eu-west-1",
    }


def test_absent_fields_take_their_defaults():
    text = "# a comment\n\n  server_name = old \r\nmode=postgres\nend_wal=None\n"
    assert parse(text, id=ID) == Backup(id=ID, server_name="old", mode="postgres")


def test_inv_093_the_first_versions_are_read_in_local_time():
    zone = timezone(timedelta(hours=2))
    backup = parse(
        "begin_time=2013-06-10 12:57:05.123456\nbegin_xlog=0/3000028\n"
        "status=DONE\ntablespaces=[('a', 1, '/a')]\nversion=90204\n",
        id=ID,
        zone=zone,
    )
    assert backup == Backup(
        id=ID,
        server_name="",
        mode="rsync-exclusive",
        status=BackupStatus.DONE,
        begin_time=datetime(2013, 6, 10, 12, 57, 5, 123456, tzinfo=zone),
        begin_lsn=Lsn(0x3000028),
        tablespaces=(Tablespace("a", 1, "/a"),),
        version=PostgresVersion(90204),
    )


def test_inv_093_a_field_of_a_newer_version_is_refused_clearly():
    with pytest.raises(DataError) as caught:
        parse("mode=postgres\nfuture_field=1\n", id=ID, path="/m/x-backup.info")
    assert str(caught.value) == (
        '"/m/x-backup.info", line 2: unknown field "future_field"'
    )
    assert caught.value.hint == (
        "It was written by a newer version of Barman: use that version."
    )


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("garbage", "not a field: 'garbage'"),
        ("\0\0\0\0", r"not a field: '\x00\x00\x00\x00'"),
        ("size=big", "invalid value of \"size\": 'big'"),
        ("size=", "invalid value of \"size\": ''"),
        ("status=WRONG", "invalid value of \"status\": 'WRONG'"),
        ("begin_xlog=3000028", "invalid value of \"begin_xlog\": '3000028'"),
        ("begin_wal=0000", "invalid value of \"begin_wal\": '0000'"),
        ("begin_offset=x", "invalid value of \"begin_offset\": 'x'"),
        ("begin_time=now", "invalid value of \"begin_time\": 'now'"),
        ("backup_label=START", "invalid value of \"backup_label\": 'START'"),
        ("backup_label=3", "invalid value of \"backup_label\": '3'"),
        ("included_files=1", "invalid value of \"included_files\": '1'"),
        ("included_files=[1]", "invalid value of \"included_files\": '[1]'"),
        ("tablespaces=1", "invalid value of \"tablespaces\": '1'"),
        ("tablespaces=[('a',)]", 'invalid value of "tablespaces": "[(\'a\',)]"'),
        ("copy_stats=[]", "invalid value of \"copy_stats\": '[]'"),
        ("parent_backup_id=../x", "invalid value of \"parent_backup_id\": '../x'"),
        ("children_backup_ids=a,", "invalid value of \"children_backup_ids\": 'a,'"),
        ("xlog_segment_size=7", "invalid value of \"xlog_segment_size\": '7'"),
        ("version=15.2", "invalid value of \"version\": '15.2'"),
    ],
)
def test_damage_is_told_with_file_line_and_field(line, reason):
    with pytest.raises(DataError) as caught:
        parse(f"mode=postgres\n{line}\n", id=ID, path="/p")
    assert str(caught.value) == f'"/p", line 2: {reason}'


@pytest.mark.parametrize("quoted", [repr(LABEL), repr(repr(LABEL)), repr(f"'{LABEL}'")])
def test_the_label_of_a_passive_copy_is_quoted_twice(quoted):
    if quoted == repr(f"'{LABEL}'"):
        quoted = "\"'" + LABEL.replace("'", "\\\\'").replace("\n", "\\\\n") + "'\""
    assert parse(f"backup_label={quoted}\n", id=ID).label == LABEL


def test_tablespaces_that_went_through_json_are_lists():
    text = "tablespaces=[['a', 1, '/a']]\n"
    assert parse(text, id=ID).tablespaces == (Tablespace("a", 1, "/a"),)


def test_offsets_follow_from_the_lsns():
    backup = Backup(
        id=ID,
        server_name="main",
        mode="postgres",
        segment_size=SegmentSize(1 << 20),
        begin_lsn=Lsn.parse("0/300028"),
        end_lsn=Lsn.parse("0/400000"),
    )
    lines = render(backup).split("\n")
    assert "begin_offset=40" in lines
    assert "end_offset=0" in lines


def test_a_text_stays_on_its_line():
    backup = Backup(id=ID, server_name="main", mode="postgres", error="two\r\nlines")
    assert "\nerror=two  lines\n" in render(backup)


def test_inv_130_texts_may_be_in_any_encoding():
    pgdata = b"/srv/caf\xe9".decode("utf-8", "surrogateescape")
    backup = Backup(
        id=ID,
        server_name="main",
        mode="postgres",
        pgdata=pgdata,
        tablespaces=(Tablespace("é", 1, pgdata),),
    )
    content = render(backup).encode("utf-8", "surrogateescape")
    assert b"\npgdata=/srv/caf\xe9\n" in content
    assert parse(content.decode("utf-8", "surrogateescape"), id=ID) == backup


def test_fields_are_sorted_by_name():
    whole = replace(
        parse(sample("snapshot.info"), id=ID), error="e", encryption="gpg", name="n"
    )
    names = [line.partition("=")[0] for line in render(whole).splitlines()]
    assert names == sorted(names)
    assert len(names) == 35
