# SPDX-License-Identifier: MIT
from __future__ import annotations

from datetime import datetime, timezone

import psycopg2
import pytest

from barman.errors import PostgresError
from barman.model.backup import Tablespace
from barman.model.lsn import Lsn
from barman.model.segment import SegmentSize, WalSegment
from barman.postgres.connection import Connection
from barman.postgres.facts import ServerFacts
from barman.postgres.session import PostgresSession
from barman.postgres.values import ArchiverStats, BeginPoint, EndPoint, Slot
from tests.unit.postgres.link import LinkFake, Lost, Server

TIME = datetime(2026, 1, 1, tzinfo=timezone.utc)
DSN = "host=a user=b password=s3cret"
RECOVERY = {"SELECT pg_is_in_recovery()": [(False,)]}
BEGUN = {"pg_backup_start": [("0/3000028", 1, TIME)], **RECOVERY}
ENDED = {"pg_backup_stop": [("0/3000100", 1, TIME, "LABEL", "")]}


def session(*links: LinkFake | Exception) -> PostgresSession:
    return PostgresSession(DSN, connect=Server(*links))


def test_nothing_connects_before_something_is_asked():
    server = Server(LinkFake({}))
    connection = Connection(DSN, connect=server)
    assert server.given == []
    assert connection.version.number == 150000
    assert len(server.given) == 1


def test_a_link_is_in_autocommit_so_that_it_is_idle():
    link = LinkFake({"SELECT 1": [(1,)]})
    session(link).ping()
    assert link.autocommit is True


def test_a_question_is_asked_again_when_the_session_was_lost():
    lost = LinkFake({"pg_is_in_recovery": Lost("terminating connection")})
    asked = session(lost, LinkFake(RECOVERY))
    assert asked.is_in_recovery is False


def test_a_question_that_is_refused_is_not_asked_again():
    link = LinkFake({"pg_is_in_recovery": psycopg2.Error("ERROR:  no")})
    with pytest.raises(PostgresError, match=r"^PostgreSQL: no$"):
        _ = session(link).is_in_recovery
    assert len(link.sent) == 1


def test_an_act_is_done_once():
    link = LinkFake({**RECOVERY, "pg_create_restore_point": Lost("gone")})
    with pytest.raises(PostgresError, match="gone"):
        session(link, LinkFake({})).create_restore_point("x")


def test_inv_010_a_lost_session_with_a_backup_is_not_replaced():
    link = LinkFake({**BEGUN, "SELECT 1": Lost("gone")})
    asked = session(link, LinkFake(RECOVERY))
    asked.begin_backup("x", fast=True)
    lost = "Connection to the Postgres server was lost during the backup."
    for act in (asked.ping, asked.end_backup, lambda: asked.is_in_recovery):
        with pytest.raises(PostgresError) as caught:
            act()
        assert caught.value.message == lost


def test_inv_010_timeouts_are_off_while_a_backup_is_taken():
    link = LinkFake({**BEGUN, **ENDED}, server_version=170000)
    asked = session(link)
    begin = asked.begin_backup("x", fast=True)
    end = asked.end_backup()
    names = [text.split()[1] for text in link.sent if text.startswith("SET")]
    resets = [text.split()[1] for text in link.sent if text.startswith("RESET")]
    assert begin == BeginPoint(Lsn.parse("0/3000028"), 1, TIME)
    assert end == EndPoint(Lsn.parse("0/3000100"), 1, TIME, "LABEL", None)
    assert names == resets
    assert names == [
        "statement_timeout",
        "lock_timeout",
        "idle_in_transaction_session_timeout",
        "idle_session_timeout",
        "transaction_timeout",
    ]


def test_an_exclusive_backup_of_an_old_server_has_no_label():
    answers = {
        "pg_start_backup(%s, %s) AS lsn": [("0/3000028", 1, TIME)],
        "pg_stop_backup() AS lsn": [("0/3000100", 1, TIME, None, None)],
        **RECOVERY,
    }
    asked = session(LinkFake(answers, server_version=130000))
    asked.begin_backup("x", fast=False, exclusive=True)
    assert asked.end_backup() == EndPoint(Lsn.parse("0/3000100"), 1, TIME)


@pytest.mark.parametrize(
    ("lsns", "closed"),
    [
        (("0/3000150", "0/3000168", "0/4000028"), "000000010000000000000003"),
        (("0/4000028", "0/4000000", "0/4000028"), None),
        (("0/4000000", "0/4000000", "0/4000000"), None),
        (("0/3FFFFE8", "0/4000000", "0/4000028"), "000000010000000000000003"),
        (("0/FF000028", "0/FF000040", "1/28"), "0000000100000000000000FF"),
    ],
)
def test_inv_013_what_a_switch_closed(lsns: tuple[str, ...], closed: str | None):
    answers = {
        "pg_switch_wal": [lsns],
        "bytes_per_wal_segment": [(16 << 20,)],
        "pg_walfile_name": [("00000001",)],
        **RECOVERY,
    }
    assert session(LinkFake(answers)).switch_wal() == closed


def test_a_failed_connection_does_not_tell_the_password():
    error = psycopg2.OperationalError("FATAL:  password s3cret is wrong")
    with pytest.raises(PostgresError, match="could not connect") as caught:
        session(error).checkpoint()
    assert "s3cret" not in caught.value.message


def test_a_server_that_is_too_old_is_told():
    with pytest.raises(PostgresError, match=r"unsupported version.*9\.5\.2 < 9\.6\.0"):
        session(LinkFake({}, server_version=90502)).switch_wal()


def test_facts_are_values():
    answers = {
        "tablespaces": [],
        "pg_tablespace_location": [("ts", 16384, "/ts")],
        "pg_replication_slots": [("s", "physical", True, "0/1000000", "reserved")],
        "pg_stat_archiver": [(3, "W", TIME, 1, None, None, TIME, 0.5)],
        "pg_walfile_name": [("0000000A",)],
        "pg_current_wal_lsn": [("0/3000000",)],
        "bytes_per_wal_segment": [(16 << 20,)],
        **RECOVERY,
    }
    facts = ServerFacts(DSN, connect=Server(LinkFake(answers)))
    assert facts.tablespaces() == (Tablespace("ts", 16384, "/ts"),)
    slot = Slot("s", "physical", True, Lsn.parse("0/1000000"), "reserved")
    assert facts.slot("s") == slot
    assert slot.is_initialised
    assert facts.segment_size == SegmentSize()
    assert facts.timeline == 10
    assert facts.current_segment == WalSegment(10, 0, 2)
    stats = facts.archiver()
    assert (stats.archived_count, stats.archived_per_second) == (3, 0.5)


@pytest.mark.parametrize(
    ("archived", "failed", "expected"),
    [(None, None, False), (2, None, True), (2, 1, True), (1, 2, False)],
)
def test_archiving_works_when_nothing_failed_since(
    archived: int | None, failed: int | None, expected: bool
):
    def at(day: int | None) -> datetime | None:
        return day and datetime(2026, 1, day, tzinfo=timezone.utc)

    stats = ArchiverStats(
        archived_count=1,
        last_archived_wal="W",
        last_archived_time=at(archived),
        failed_count=1,
        last_failed_wal="W",
        last_failed_time=at(failed),
        stats_reset=TIME,
        archived_per_second=None,
    )
    assert stats.is_archiving is expected
