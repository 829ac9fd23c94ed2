# SPDX-License-Identifier: MIT
"""Age, size and number of backups."""

from __future__ import annotations

import pytest

from barman.report.report import Problem
from tests.fakes.backups import NOW
from tests.fakes.catalogue import put, put_wal, segment_name
from tests.fakes.checks import Checked

A, B, C = "20261101T000000", "20261102T000000", "20261103T000000"


@pytest.mark.parametrize(
    "age, expected",
    [
        (None, (False, "interval provided: 4 days, latest backup age: No available")),
        (3, (True, "interval provided: 4 days, latest backup age: 3 days")),
        (5, (False, "interval provided: 4 days, latest backup age: 5 days")),
    ],
)
def test_the_age_of_the_newest_backup(tmp_path, age, expected):
    checked = Checked(tmp_path, last_backup_maximum_age="4 DAYS")
    if age is not None:
        checked.have(A, segment=1, age=age)
    checked.have(B, status="FAILED", age=0)
    is_ok, hint = checked.check()["backup maximum age"]
    assert (is_ok, hint.removesuffix(" backups")) == expected


@pytest.mark.parametrize(
    "least, expected",
    [
        (None, (True, "183 B")),
        ("183", (True, "last backup size 183 B > 183 B minimum")),
        ("1Ki", (False, "last backup size 183 B < 1.0 KiB minimum")),
    ],
)
def test_the_size_of_the_newest_backup(tmp_path, least, expected):
    options = {} if least is None else {"last_backup_minimum_size": least}
    checked = Checked(tmp_path, **options)
    checked.have(A, segment=1)
    assert checked.check()["backup minimum size"] == expected


def test_the_age_of_the_newest_wal(tmp_path):
    checked = Checked(tmp_path, last_wal_maximum_age="1 HOUR")
    hint = "No WAL files archived for last backup"
    assert checked.check()["wal maximum age"] == (False, hint)
    checked.have(A, segment=5)
    assert checked.check()["wal maximum age"] == (False, hint)
    name = segment_name(5)
    put_wal(checked.layout, name, mtime=NOW.timestamp() - 60)
    put(checked.layout.xlogdb_path, f"{name}\t3\t{NOW.timestamp() - 60}\tNone\n")
    assert checked.check()["wal maximum age"] == (
        True,
        "interval provided: 1 hour, latest wal age: 1 minute",
    )


def test_wal_since_the_newest_backup(tmp_path):
    checked = Checked(tmp_path)
    checked.have(A, segment=1, length=1)
    checked.archive(2, 6)
    assert checked.check()["wal size"] == (True, "12 B")


def test_a_damaged_index_fails_its_checks_and_no_other(tmp_path):
    checked = Checked(tmp_path)
    checked.have(A, segment=1)
    put(checked.layout.xlogdb_path, "nonsense\n")
    assert set(checked.failures()) == {"wal size"}


def test_inv_071_redundancy_counts_whole_backups_alone(tmp_path):
    checked = Checked(tmp_path, minimum_redundancy="2")
    checked.have(A, segment=1)
    checked.have(B, segment=2, parent=A)
    checked.have(C, segment=3, status="WAITING_FOR_WALS")
    assert checked.failures() == {
        "minimum redundancy requirements": "have 1 non-incremental backups, expected"
        " at least 2"
    }


def test_failed_backups_are_counted_and_unreadable_ones_named(tmp_path):
    checked = Checked(tmp_path)
    checked.have(A, status="FAILED")
    assert checked.failures() == {"failed backups": "there are 1 failed backups"}
    path = put(f"{checked.layout.meta}/{B}-backup.info", "begin_time=yesterday\n")
    hint = "there are 1 failed backups, 1 cannot be read"
    assert checked.failures() == {"failed backups": hint}
    problems = [r for r in checked.reporter.reports if isinstance(r, Problem)]
    assert len(problems) == 1
    assert path in problems[0].message
