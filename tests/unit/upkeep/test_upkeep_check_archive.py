# SPDX-License-Identifier: MIT
"""Does WAL arrive, pile up, get refused?"""

from __future__ import annotations

import os

import pytest

from barman.errors import ConfigError, PostgresError
from tests.fakes.catalogue import put
from tests.fakes.checks import Checked

HINT = "please make sure WAL shipping is setup"


@pytest.fixture
def empty(tmp_path) -> Checked:
    checked = Checked(tmp_path)
    os.unlink(checked.layout.xlogdb_path)
    for name in os.listdir(checked.layout.wals):
        os.rename(f"{checked.layout.wals}/{name}", f"{checked.home}/{name}")
    return checked


def test_no_wal_is_asked_for_where_there_is_some(tmp_path):
    checked = Checked(tmp_path)
    assert "WAL archive" not in checked.check()
    assert checked.archiver.runs == 0


def test_what_waits_is_archived_first(empty):
    empty.archiver.acts = [lambda: empty.archive(1, 1)]
    assert "WAL archive" not in empty.check()
    assert empty.postgres.acts == []


def test_then_a_segment_is_closed_and_awaited(empty):
    empty.archiver.acts = [lambda: None] * 5 + [lambda: empty.archive(1, 1)]
    assert "WAL archive" not in empty.check()
    assert empty.postgres.acts == [("switch_wal",)]
    assert empty.archiver.runs == 6


@pytest.mark.parametrize("timeout, waited", [(30, 10), (7, 2), (0, 10), (2, 0)])
def test_the_wait_ends_even_without_a_limit(empty, timeout, waited):
    assert empty.failures(timeout=timeout) == {"WAL archive": HINT}
    assert sum(empty.clock.sleeps) == pytest.approx(waited, abs=0.3)


def test_a_backup_that_waits_for_wal_is_enough(empty):
    empty.have("20261101T000000", segment=1, status="WAITING_FOR_WALS")
    assert "WAL archive" not in empty.check()


@pytest.mark.parametrize("down", [True, False])
def test_missing_rights_or_a_server_that_is_down_do_not_end_the_checks(empty, down):
    if down:
        empty.postgres = None
    else:
        empty.postgres.failures["switch_wal"] = PostgresError("permission denied")
        empty.postgres.is_superuser = empty.postgres.has_backup_privileges = False
    failures = empty.failures()
    assert failures["WAL archive"] == HINT
    assert ("no access to backup functions" in failures) is not down
    assert empty.clock.sleeps == []


def test_an_archiver_that_cannot_work_is_no_end_either(empty):
    def refuse():
        raise ConfigError("cannot")

    empty.archiver.acts = [refuse]
    assert empty.failures() == {"WAL archive": HINT}


def test_a_standby_is_not_asked_to_switch(empty):
    empty.postgres.is_in_recovery = True
    assert "WAL archive" in empty.failures()
    assert empty.postgres.acts == []


@pytest.mark.parametrize("options", [{"active": "off"}, {"primary_ssh_command": "ssh"}])
def test_nothing_is_archived_for_a_server_that_is_not_ours_to_archive(
    tmp_path, options
):
    checked = Checked(tmp_path, **options)
    os.unlink(checked.layout.xlogdb_path)
    assert checked.failures() == {"WAL archive": HINT}
    assert checked.archiver.runs == 0


@pytest.mark.parametrize(
    "options, label, hint",
    [
        ({}, None, None),
        ({"max_incoming_wals_queue": "2"}, None, None),
        (
            {"max_incoming_wals_queue": "1"},
            "incoming WALs directory",
            "there are too many WALs in queue: 2, max 1",
        ),
        (
            {"archiver": "off", "streaming_archiver": "on", "slot_name": "s"},
            "empty incoming directory",
            "'{home}/main/incoming' must be empty when archiver=off",
        ),
    ],
)
def test_incoming(tmp_path, options, label, hint):
    checked = Checked(tmp_path, streaming_conninfo="host=pg", **options)
    for name in ("000000010000000000000002", "odd", "x.tmp", ".hidden"):
        put(f"{checked.layout.incoming}/{name}")
    failures = checked.failures()
    said = {k: v for k, v in failures.items() if "directory" in k}
    assert said == ({} if label is None else {label: hint.format(home=checked.home)})


@pytest.mark.parametrize(
    "options, count, label, hint",
    [
        ({}, 1, None, None),
        (
            {},
            2,
            "empty streaming directory",
            "'{home}/main/streaming' must be empty when streaming_archiver=off",
        ),
        ({"streaming_archiver": "on"}, 9, None, None),
        (
            {"streaming_archiver": "on", "max_incoming_wals_queue": "1"},
            3,
            "streaming WALs directory",
            "there are too many WALs in queue: 2, max 1",
        ),
    ],
)
def test_streaming(tmp_path, options, count, label, hint):
    checked = Checked(tmp_path, streaming_conninfo="host=pg", **options)
    for number in range(count):
        put(f"{checked.layout.streaming}/{number}")
    said = {k: v for k, v in checked.failures().items() if "directory" in k}
    assert said == ({} if label is None else {label: hint.format(home=checked.home)})


def test_what_was_set_apart_is_counted_by_kind(tmp_path):
    checked = Checked(tmp_path)
    for name in ("a.1.duplicate", "b.1.duplicate", "c.1.unknown", "d.error", "e"):
        put(f"{checked.layout.errors}/{name}")
    assert checked.failures() == {
        "archiver errors": "duplicates: 2, unknown: 1, not relevant: 1,"
        " unknown failure: 1"
    }
