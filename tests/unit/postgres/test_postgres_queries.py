# SPDX-License-Identifier: MIT
from __future__ import annotations

import pytest

from barman.errors import PostgresError
from barman.model.postgres_version import PostgresVersion
from barman.postgres.queries import QUERIES, sql, timeouts


def version(text: str) -> PostgresVersion:
    return PostgresVersion.parse(text)


@pytest.mark.parametrize(
    ("name", "server", "function"),
    [
        ("begin", "9.6.24", "pg_start_backup(%s, %s, FALSE)"),
        ("begin", "14.9", "pg_start_backup(%s, %s, FALSE)"),
        ("begin", "15.0", "pg_backup_start(%s, %s)"),
        ("begin", "18.4", "pg_backup_start(%s, %s)"),
        ("end", "9.6.24", "pg_stop_backup(FALSE)"),
        ("end", "10.0", "pg_stop_backup(FALSE, FALSE)"),
        ("end", "15.0", "pg_backup_stop(FALSE)"),
        ("begin_exclusive", "13.1", "pg_start_backup(%s, %s) AS lsn"),
        ("switch", "9.6.24", "pg_switch_xlog()"),
        ("switch", "10.0", "pg_switch_wal()"),
        ("current_lsn", "9.6.0", "pg_last_xlog_replay_location()"),
        ("current_lsn", "10.1", "pg_last_wal_replay_lsn()"),
        ("slot", "12.9", "restart_lsn, NULL"),
        ("slot", "13.0", "wal_status"),
        ("backup_privileges", "14.1", "pg_stop_backup(boolean, boolean)"),
        ("backup_privileges", "15.1", "pg_backup_stop(boolean)"),
    ],
)
def test_each_server_gets_its_form(name: str, server: str, function: str):
    assert function in sql(name, version(server))


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_forms_are_ordered_and_begin_with_the_oldest_supported(name: str):
    since = [number for number, _ in QUERIES[name]]
    assert since == sorted(set(since))
    assert since[0] == 90600


def test_no_xlog_name_from_10_on_and_no_wal_name_before():
    for name in QUERIES:
        assert "xlog" not in sql(name, version("10.0"))
        assert "_wal_lsn" not in sql(name, version("9.6.1"))


def test_an_older_server_is_refused():
    with pytest.raises(PostgresError, match=r"unsupported version.*9\.5\.3 < 9\.6"):
        sql("begin", version("9.5.3"))


def test_timeouts_are_those_the_server_has():
    assert timeouts(version("13.1")) == (
        "statement_timeout",
        "lock_timeout",
        "idle_in_transaction_session_timeout",
    )
    assert timeouts(version("17.0"))[3:] == (
        "idle_session_timeout",
        "transaction_timeout",
    )
