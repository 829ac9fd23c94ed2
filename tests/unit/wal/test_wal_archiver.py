# SPDX-License-Identifier: MIT
"""Archiving: what is stored, what is set apart, what is said."""

from __future__ import annotations

import gzip
import os

import pytest

from barman.errors import BarmanError, ConfigError, FileError
from barman.report.wal import (
    ArchiverBusy,
    ArchivingStarted,
    ArchivingStopped,
    QueueEmpty,
    UnknownFilesFound,
    WalFileDuplicate,
    WalFileRefused,
    WalFileTaken,
)
from tests.fakes.hooks import HooksFake
from tests.fakes.wal import SYSTEMID, Archive, segment_bytes, segment_name

ONE, TWO, THREE = (segment_name(number) for number in (1, 2, 3))


def test_a_segment_is_stored_indexed_and_leaves_the_queue(tmp_path) -> None:
    archive = Archive(tmp_path)
    archive.deliver(ONE)
    assert archive.archiver().archive() == (ONE,)
    assert archive.waiting() == []
    assert archive.stored() == {ONE: segment_bytes(ONE)}
    [entry] = archive.index.entries()
    assert (entry.name, entry.size, entry.compression) == (ONE, 1 << 20, None)
    assert entry.mtime == archive.clock.time.timestamp() - 3600
    assert os.stat(archive.layout.wals + f"/{ONE[:16]}/{ONE}").st_nlink == 1
    assert archive.reporter.reports == [
        ArchivingStarted("main", "file archival"),
        WalFileTaken(ONE),
    ]


def test_all_kinds_are_archived_in_the_order_of_names(tmp_path) -> None:
    archive = Archive(tmp_path)
    label = f"{TWO}.00000028.backup"
    names = [ONE, TWO, label, f"{THREE}.partial", "00000002.history"]
    for name in reversed(names):
        archive.deliver(name)
    assert archive.archiver().archive() == tuple(names)
    assert archive.indexed() == names
    assert sorted(archive.stored()) == sorted(names)
    assert os.path.exists(archive.layout.wals + "/00000002.history")


@pytest.mark.parametrize("word", ["gzip", "pygzip", "bzip2", "xz", "zstd", "lz4"])
def test_inv_043_configured_compression_is_applied_once(tmp_path, word) -> None:
    archive = Archive(tmp_path, compression=word)
    archive.deliver(ONE)
    archive.deliver(TWO, gzip.compress(segment_bytes(TWO)))
    archive.archiver().archive()
    assert [(e.name, e.compression) for e in archive.index.entries()] == [
        (ONE, word),
        (TWO, "gzip"),
    ]
    stored = archive.stored()
    assert set(stored) == {ONE, TWO}
    assert len(stored[ONE]) < 200_000
    assert gzip.decompress(stored[TWO]) == segment_bytes(TWO)


def test_inv_044_partial_files_are_never_compressed(tmp_path) -> None:
    archive = Archive(tmp_path, compression="gzip")
    name = f"{ONE}.partial"
    archive.deliver(name, segment_bytes(ONE)[:9000])
    archive.archiver().archive()
    assert archive.stored() == {name: segment_bytes(ONE)[:9000]}
    assert [e.compression for e in archive.index.entries()] == [None]


def test_inv_037_the_same_bytes_again_are_dropped_others_are_kept_apart(
    tmp_path,
) -> None:
    archive = Archive(tmp_path, compression="gzip")
    archive.deliver(ONE)
    archive.archiver().archive()
    archive.deliver(ONE)
    archive.archiver().archive()
    assert (archive.waiting(), archive.set_apart()) == ([], [])
    other = segment_bytes(ONE, seed=1)
    archive.deliver(ONE, other)
    archive.reporter.reports.clear()
    archive.archiver().archive()
    assert archive.waiting() == []
    assert archive.set_apart() == [f"{ONE}.20260131T120000Z.duplicate"]
    assert gzip.decompress(archive.stored()[ONE]) == segment_bytes(ONE)
    assert archive.indexed() == [ONE]
    assert archive.reporter.reports == [
        ArchivingStarted("main", "file archival"),
        WalFileTaken(ONE),
        WalFileDuplicate("main", ONE),
    ]


def test_a_second_duplicate_in_a_second_replaces_nothing(tmp_path) -> None:
    archive = Archive(tmp_path)
    archive.deliver(ONE)
    archive.archiver().archive()
    for seed in (1, 2):
        archive.deliver(ONE, segment_bytes(ONE, seed=seed))
        archive.archiver().archive()
    assert archive.set_apart() == [
        f"{ONE}.20260131T120000Z-1.duplicate",
        f"{ONE}.20260131T120000Z.duplicate",
    ]


def test_inv_039_a_foreign_segment_is_set_apart(tmp_path) -> None:
    archive = Archive(tmp_path)
    archive.deliver(ONE, segment_bytes(ONE, systemid="42"))
    archive.deliver(TWO)
    assert archive.archiver(systemid=SYSTEMID).archive() == (TWO,)
    assert archive.set_apart() == [f"{ONE}.20260131T120000Z.unknown"]
    assert archive.reporter.messages()[1] == WalFileRefused(
        "main",
        ONE,
        f"'{ONE}' belongs to another cluster: its system identifier is 42,"
        f" not {SYSTEMID}",
    )


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (segment_bytes(TWO), "it begins at 0/200000, not 0/100000"),
        (segment_bytes(ONE)[:-1], "has 1048575 bytes instead of 1048576"),
        (segment_bytes(ONE) + b"x", "has 1048577 bytes instead of 1048576"),
        (b"", "it has no page header"),
        (gzip.compress(segment_bytes(ONE))[:-9], "truncated gzip stream"),
        (gzip.compress(segment_bytes(ONE)[:-1]), "1048575 bytes instead"),
        (
            segment_bytes(segment_name(1, timeline=2)),
            "holds WAL of timeline 2, not 1",
        ),
    ],
)
def test_inv_036_a_damaged_segment_is_set_apart(tmp_path, data, reason) -> None:
    archive = Archive(tmp_path)
    archive.deliver(ONE, data)
    assert archive.archiver().archive() == ()
    assert archive.waiting() == []
    assert archive.set_apart() == [f"{ONE}.20260131T120000Z.unknown"]
    refused = archive.reporter.messages()[1]
    assert isinstance(refused, WalFileRefused)
    assert reason in refused.reason
    assert archive.indexed() == []


def test_inv_036_a_segment_that_is_being_written_in_place_is_left_alone(
    tmp_path,
) -> None:
    archive = Archive(tmp_path)
    path = archive.deliver(ONE, segment_bytes(ONE)[:70_000])
    now = archive.clock.time.timestamp()
    os.utime(path, (now, now))
    assert archive.archiver().archive() == ()
    assert archive.waiting() == [ONE]
    archive.deliver(ONE)
    assert archive.archiver().archive() == (ONE,)


def test_a_timeline_may_begin_in_a_segment_of_its_parent(tmp_path) -> None:
    archive = Archive(tmp_path)
    name = segment_name(1, timeline=2)
    archive.deliver(name, segment_bytes(ONE))
    assert archive.archiver(systemid=SYSTEMID).archive() == (name,)


def test_unknown_things_are_set_apart_after_the_files(tmp_path) -> None:
    archive = Archive(tmp_path)
    archive.deliver(ONE)
    archive.deliver("readme", b"x")
    archive.deliver("rsync.tmp", b"x")
    archive.deliver(".hidden", b"x")
    os.mkdir(os.path.join(archive.layout.incoming, TWO))
    assert archive.archiver().archive() == (ONE,)
    assert archive.waiting() == [".hidden", "rsync.tmp"]
    assert archive.set_apart() == [
        f"{TWO}.20260131T120000Z.unknown",
        "readme.20260131T120000Z.unknown",
    ]
    assert archive.reporter.reports == [
        ArchivingStarted("main", "file archival", 1),
        WalFileTaken(ONE),
        UnknownFilesFound("main", (TWO, "readme")),
    ]


def test_the_newest_streamed_files_stay(tmp_path) -> None:
    archive = Archive(
        tmp_path,
        archiver="off",
        streaming_archiver="on",
        streaming_conninfo="host=pg user=streaming_barman",
        slot_name="barman",
    )
    old, new = f"{ONE}.partial", f"{segment_name(3, timeline=2)}.partial"
    for name in (old, TWO, new, "00000002.history"):
        archive.deliver(name, where="streaming")
    assert archive.archiver().archive() == (TWO, "00000002.history", old)
    assert archive.waiting("streaming") == [new]


def streaming(tmp_path, **options: str) -> Archive:
    return Archive(
        tmp_path,
        archiver="off",
        streaming_archiver="on",
        streaming_conninfo="host=pg user=streaming_barman",
        slot_name="barman",
        **options,
    )


def test_inv_050_the_last_whole_segment_is_archived_and_stays(tmp_path) -> None:
    archive = streaming(tmp_path)
    archive.deliver(ONE, where="streaming")
    archive.deliver(TWO, where="streaming")
    assert archive.archiver().archive() == (ONE, TWO)
    assert archive.waiting("streaming") == [TWO]
    assert archive.indexed() == [ONE, TWO]
    assert archive.archiver().archive() == ()
    archive.deliver(f"{THREE}.partial", b"", where="streaming")
    assert archive.archiver().archive() == (TWO,)
    assert archive.waiting("streaming") == [f"{THREE}.partial"]
    assert archive.indexed() == [ONE, TWO]


def test_what_stays_in_the_queue_shares_no_contents_with_the_archive(tmp_path) -> None:
    archive = streaming(tmp_path)
    path = archive.deliver(ONE, where="streaming")
    archive.archiver().archive()
    assert os.stat(path).st_nlink == 1


def test_inv_049_a_batch_of_one_never_stalls(tmp_path) -> None:
    archive = streaming(tmp_path, streaming_archiver_batch_size="1")
    for name in (ONE, TWO, f"{THREE}.partial"):
        archive.deliver(name, where="streaming")
    archive.deliver("0.tmp", b"", where="streaming")
    assert archive.archiver().archive() == (ONE,)
    assert archive.archiver().archive() == (TWO,)
    assert archive.archiver().archive() == ()


def test_a_batch_is_announced(tmp_path) -> None:
    archive = Archive(tmp_path, archiver_batch_size="2")
    for name in (ONE, TWO, THREE):
        archive.deliver(name)
    archive.archiver().archive()
    assert archive.reporter.reports[0] == ArchivingStarted("main", "file archival", 2)
    assert archive.waiting() == [THREE]


def test_quiet_runs_speak_of_files_only(tmp_path) -> None:
    archive = Archive(tmp_path)
    archive.archiver().archive(quiet=True)
    assert archive.reporter.reports == []
    archive.archiver().archive()
    assert archive.reporter.reports == [
        ArchivingStarted("main", "file archival"),
        QueueEmpty(),
    ]


def test_a_busy_archiver_is_no_error(tmp_path) -> None:
    archive = Archive(tmp_path)
    archive.deliver(ONE)
    with archive.locks.archive_wal():
        assert archive.archiver().archive() == ()
        assert archive.archiver().archive(quiet=True) == ()
    assert archive.reporter.reports == [ArchiverBusy("main")]


def test_inv_105_nothing_is_archived_in_the_clear_where_encryption_is_asked_for(
    tmp_path,
) -> None:
    archive = Archive(tmp_path, encryption="gpg", encryption_key_id="me")
    archive.deliver(ONE)
    with pytest.raises(ConfigError, match="asks for encryption 'gpg'"):
        archive.archiver().archive()
    assert archive.waiting() == [ONE]
    assert archive.stored() == {}


def test_hooks_are_told_of_each_file(tmp_path) -> None:
    hooks = HooksFake(bound=True)
    archive = Archive(tmp_path, compression="gzip", hooks=hooks)
    path = archive.deliver(ONE)
    archive.archiver().archive()
    timestamp = str(archive.clock.time.timestamp() - 3600)
    target = archive.layout.wals + f"/{ONE[:16]}/{ONE}"
    assert hooks.ran == [
        (
            "pre",
            "archive",
            {
                "BARMAN_SEGMENT": ONE,
                "BARMAN_FILE": path,
                "BARMAN_SIZE": "1048576",
                "BARMAN_TIMESTAMP": timestamp,
                "BARMAN_COMPRESSION": "",
                "BARMAN_ERROR": "",
            },
        ),
        (
            "post",
            "archive",
            {
                "BARMAN_SEGMENT": ONE,
                "BARMAN_FILE": target,
                "BARMAN_SIZE": str(os.path.getsize(target)),
                "BARMAN_TIMESTAMP": timestamp,
                "BARMAN_COMPRESSION": "gzip",
                "BARMAN_ERROR": "",
            },
        ),
    ]


def test_a_veto_ends_the_run_before_the_file(tmp_path) -> None:
    hooks = HooksFake(bound=True, veto=TWO)
    archive = Archive(tmp_path, hooks=hooks)
    for name in (ONE, TWO, THREE):
        archive.deliver(name)
    assert archive.archiver().archive() == (ONE,)
    assert archive.waiting() == [TWO, THREE]
    assert archive.indexed() == [ONE]
    assert archive.reporter.reports[-1] == ArchivingStopped("main", TWO, "vetoed")
    assert hooks.ran[-1][2]["BARMAN_ERROR"] == "vetoed"
    assert not archive.reporter.failed


def test_a_failing_compressor_leaves_the_file_and_what_went_before(tmp_path) -> None:
    archive = Archive(
        tmp_path,
        compression="custom",
        custom_compression_filter="cat; exit 7",
        custom_decompression_filter="cat",
    )
    archive.deliver(ONE, gzip.compress(segment_bytes(ONE)))
    archive.deliver(TWO)
    with pytest.raises(BarmanError, match="custom filter failed with status 7"):
        archive.archiver().archive()
    assert archive.waiting() == [TWO]
    assert archive.indexed() == [ONE]
    assert set(archive.stored()) == {ONE}


def test_inv_038_an_archived_file_without_a_line_gets_one(tmp_path) -> None:
    archive = Archive(tmp_path)
    archive.deliver(ONE)
    archive.deliver(TWO)
    archive.archiver().archive()
    archive.index.remove({ONE})
    archive.deliver(ONE)
    archive.archiver().archive()
    assert archive.indexed() == [TWO, ONE]
    assert archive.waiting() == []


def test_what_a_crash_left_hidden_is_replaced(tmp_path) -> None:
    archive = Archive(tmp_path, compression="gzip")
    directory = os.path.join(archive.layout.wals, ONE[:16])
    os.mkdir(directory)
    with open(os.path.join(directory, f".{ONE}.tmp"), "wb") as file:
        file.write(b"half" * 1_000_000)
    archive.deliver(ONE)
    archive.archiver().archive()
    assert set(archive.stored()) == {ONE}
    assert gzip.decompress(archive.stored()[ONE]) == segment_bytes(ONE)


def test_what_a_crash_left_hidden_goes_when_nothing_is_written(tmp_path) -> None:
    archive = Archive(tmp_path)
    directory = os.path.join(archive.layout.wals, ONE[:16])
    os.mkdir(directory)
    with open(os.path.join(directory, f".{ONE}.tmp"), "wb") as file:
        file.write(b"half")
    archive.deliver(ONE)
    archive.archiver().archive()
    assert archive.stored() == {ONE: segment_bytes(ONE)}


@pytest.mark.parametrize("spoil", [os.mkdir, os.mkfifo])
def test_what_lies_where_a_segment_should_be_stops_the_run_and_loses_nothing(
    tmp_path, spoil
) -> None:
    archive = Archive(tmp_path)
    path = f"{archive.layout.wals}/{TWO[:16]}/{TWO}"
    os.makedirs(os.path.dirname(path))
    spoil(path)
    for name in (ONE, TWO, THREE):
        archive.deliver(name)
    with pytest.raises(FileError, match=path):
        archive.archiver().archive()
    assert (archive.waiting(), archive.indexed()) == ([TWO, THREE], [ONE])


def test_a_name_too_long_to_be_added_to_is_shortened(tmp_path) -> None:
    archive = Archive(tmp_path)
    long = "\u00e9" * 127
    for name in (long, "zzz"):
        archive.deliver(name, b"")
    archive.archiver().archive()
    assert archive.waiting() == []
    first, second = archive.set_apart()
    assert (first[:4], first[-7:], second[:4]) == ("zzz.", "unknown", "\u00e9" * 4)


def test_a_file_that_cannot_be_read_is_named(tmp_path) -> None:
    archive = Archive(tmp_path)
    path = archive.deliver(ONE)

    class Vanished(HooksFake):
        """Replaces the file by something unreadable when it was looked at."""

        def run_pre(self, *arguments) -> None:
            os.unlink(path)
            os.mkdir(path)

    archive.hooks = Vanished()
    with pytest.raises(FileError, match=path):
        archive.archiver().archive()
