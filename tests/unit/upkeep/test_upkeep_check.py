# SPDX-License-Identifier: MIT
"""The run of the checks: order, states, time limit, the silent form before a backup."""

from __future__ import annotations

import threading

import pytest

from barman.errors import PostgresError, RefusedError
from barman.model.frozen import replace
from barman.report.check import CheckBegun, CheckDone, ConfigurationProblem
from barman.report.listing import ListedServer
from barman.upkeep.check_finding import failed, ok
from barman.upkeep.check_table import CHECKS, Check
from tests.fakes.checks import Checked

STREAMING = {
    "streaming_archiver": "on",
    "streaming_conninfo": "host=pg",
    "slot_name": "s",
    "archiver": "off",
    "backup_method": "postgres",
    "ssh_command": "",
}
BASE = [
    "directories",
    "retention policy settings",
    "backup maximum age",
    "backup minimum size",
    "wal maximum age",
    "wal size",
    "compression settings",
    "failed backups",
    "minimum redundancy requirements",
]


def test_the_lines_of_a_server_that_ships_wal(tmp_path):
    assert list(Checked(tmp_path).check()) == [
        "PostgreSQL",
        "superuser or standard user with backup privileges",
        "wal_level",
        *BASE,
        "ssh",
        "systemid coherence",
        "archive_mode",
        "archive_command",
        "continuous archiving",
        "archiver errors",
    ]


def test_the_lines_of_a_server_that_streams(tmp_path):
    assert list(Checked(tmp_path, **STREAMING).check()) == [
        "PostgreSQL",
        "superuser or standard user with backup privileges",
        "PostgreSQL streaming",
        "wal_level",
        "replication slot",
        *BASE,
        "pg_basebackup",
        "pg_basebackup compatible",
        "pg_basebackup supports tablespaces mapping",
        "systemid coherence",
        "pg_receivexlog",
        "pg_receivexlog compatible",
        "receive-wal running",
        "archiver errors",
    ]


def test_the_lines_while_postgresql_is_down(tmp_path):
    checked = Checked(tmp_path, **STREAMING)
    checked.postgres = checked.wal_postgres = checked.streaming = None
    assert checked.failures() == {
        "PostgreSQL": None,
        "replication slot": "replication slot 's' doesn't exist. Please execute"
        " 'barman receive-wal --create-slot main'",
        "pg_basebackup compatible": "PostgreSQL version: None, pg_basebackup version:"
        " 15.4",
        "pg_receivexlog compatible": "PostgreSQL version: None, pg_receivexlog version:"
        " 15.4",
        "receive-wal running": "See the Barman log file for more details",
    }
    assert not {"wal_level", "PostgreSQL streaming"} & set(checked.check())


def test_an_inactive_server_is_not_reached_and_its_failures_do_not_count(tmp_path):
    checked = Checked(tmp_path, active="off", minimum_redundancy="1")
    checked.postgres = None
    assert list(checked.check()) == [*BASE, "systemid coherence", "archiver errors"]
    assert checked.check()["minimum redundancy requirements"][0] is False
    assert not checked.reporter.failed


def test_a_passive_server_needs_ssh_besides(tmp_path):
    checked = Checked(tmp_path, primary_ssh_command="ssh other")
    found = checked.check()
    assert list(found) == [*BASE, "ssh", "systemid coherence", "archiver errors"]
    assert found["ssh"] == (True, "Barman primary node")
    assert not checked.reporter.failed


def test_a_disabled_server_tells_all_that_disables_it(tmp_path):
    checked = Checked(tmp_path)
    checked.config = replace(checked.config, problems=("no conninfo", "no ssh"))
    found = checked.check()
    assert "directories" not in found
    assert found["configuration"] == (False, None)
    assert checked.reporter.messages() == [
        ConfigurationProblem("main", "no conninfo"),
        ConfigurationProblem("main", "no ssh"),
    ]
    assert checked.reporter.reports[0] == CheckBegun(
        server=ListedServer(name="main", disabled=True)
    )


def test_a_check_that_raises_has_failed_and_the_others_follow(tmp_path):
    checked = Checked(tmp_path)

    def refuse(_):
        raise PostgresError("permission denied")

    checked.checks = (
        Check(label="a", find=refuse),
        Check(label="b", find=lambda _: ok("fine")),
        Check(label="c", find=lambda _: None),
        Check(label="d", find=lambda _: failed(), applies=lambda _: False),
        Check(label="e", find=lambda _: failed("x", label="no e")),
    )
    assert checked.check() == {
        "a": (False, "permission denied"),
        "b": (True, "fine"),
        "no e": (False, "x"),
    }


def test_a_bug_in_a_check_is_not_taken_for_a_result(tmp_path):
    checked = Checked(tmp_path)
    checked.checks = (Check(label="a", find=lambda _: 1 / 0),)
    for timeout in (0, 5):
        with pytest.raises(ZeroDivisionError):
            checked.check(timeout=timeout)
    assert checked.abandoned == 0


def test_inv_131_what_was_not_checked_in_time_has_failed(tmp_path):
    checked = Checked(tmp_path)
    free = threading.Event()
    checked.checks = (
        Check(label="quick", find=lambda _: ok()),
        Check(label="stuck", find=lambda _: ok() if free.wait(20) else None),
        Check(label="never", find=lambda _: ok()),
    )
    found = checked.check(timeout=1)
    free.set()
    assert found == {
        "quick": (True, None),
        "check timeout": (False, "barman check command timed out"),
    }
    assert checked.reporter.failed
    assert checked.abandoned == 1


@pytest.mark.parametrize("timeout", [0, 30, None])
def test_in_time_nothing_is_abandoned(tmp_path, timeout):
    checked = Checked(tmp_path)
    checked.check(timeout=timeout)
    assert checked.abandoned == 0


def test_a_backup_may_start_despite_failures_of_no_weight(tmp_path):
    checked = Checked(tmp_path, minimum_redundancy="3", last_backup_maximum_age="1 DAY")
    checked.have("20261101T000000", status="FAILED")
    assert set(checked.failures()) == {
        "minimum redundancy requirements",
        "backup maximum age",
        "failed backups",
    }
    checked.reporter.reports.clear()
    checked.the_checks().refuse_backup()
    assert checked.reporter.reports == []


def test_a_grave_failure_refuses_a_backup_and_stands_in_the_log(tmp_path, caplog):
    checked = Checked(tmp_path, minimum_redundancy="3")
    assert checked.postgres
    checked.postgres.all_settings["wal_level"] = "minimal"
    with pytest.raises(RefusedError) as refusal:
        checked.the_checks().refuse_backup()
    assert refusal.value.message == (
        "Impossible to start the backup. Check the log for more details, or run"
        " 'barman check main'"
    )
    assert checked.reporter.reports == []
    assert [(r.levelname, r.getMessage()) for r in caplog.records] == [
        (
            "ERROR",
            "check 'wal_level' failed for server 'main': please set it to a higher"
            " level than 'minimal'",
        ),
        (
            "WARNING",
            "check 'minimum redundancy requirements' failed for server 'main': have 0"
            " non-incremental backups, expected at least 3",
        ),
    ]


def test_what_never_keeps_a_backup_from_starting():
    # backup-and-recovery.md A2.2
    assert {check.label for check in CHECKS if not check.blocks} == {
        "minimum redundancy requirements",
        "backup maximum age",
        "backup minimum size",
        "failed backups",
        "archiver errors",
        "empty incoming directory",
        "empty streaming directory",
        "wal maximum age",
        "PostgreSQL server is standby",
    }


def test_numbers_for_monitoring(tmp_path):
    checked = Checked(tmp_path)
    checked.have("20261101T000000", segment=1)
    checked.archive(2, 3)
    checked.check()
    told = [r.performance for r in checked.reporter.reports if isinstance(r, CheckDone)]
    assert [each for each in told if each] == [("main", 183), ("main_wals", 6)]
