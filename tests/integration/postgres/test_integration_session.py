# SPDX-License-Identifier: MIT
"""Sessions on real servers."""

from __future__ import annotations

import os
import signal
import threading
import time
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from barman.errors import PostgresError
from barman.model.backup import Tablespace
from barman.model.segment import WalSegment
from barman.postgres.keepalive import Keepalive
from barman.postgres.session import PostgresSession

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.lab import Cluster, Lab

pytestmark = pytest.mark.integration


@pytest.fixture(params=["barman", "barman_min"])
def session(
    cluster: Cluster, request: pytest.FixtureRequest
) -> Iterator[PostgresSession]:
    opened = PostgresSession(cluster.dsn(user=request.param))
    yield opened
    opened.close()


@pytest.fixture
def admin(cluster: Cluster) -> Iterator[PostgresSession]:
    opened = PostgresSession(cluster.dsn())
    yield opened
    opened.close()


def backend(session: PostgresSession) -> int:
    pid: int = session.execute("SELECT pg_backend_pid()")[0][0]
    return pid


# -- facts


def test_facts_are_those_of_the_server(
    session: PostgresSession, cluster: Cluster
) -> None:
    assert session.version.major == str(cluster.major)
    assert session.systemid == cluster.value(
        "SELECT system_identifier::text FROM pg_control_system()"
    )
    assert session.timeline == 1
    assert session.is_in_recovery is False
    assert session.segment_size.size == 16 << 20
    assert session.data_directory == cluster.data
    assert session.cluster_size() > 1 << 20
    assert session.included_files() == ()
    assert abs(session.now() - datetime.now(timezone.utc)) < timedelta(seconds=5)
    assert session.current_lsn is not None
    assert session.current_segment == WalSegment.ending_at(
        session.current_lsn, timeline=1, size=session.segment_size
    )


def test_settings_are_read_by_name(session: PostgresSession) -> None:
    assert session.settings("archive_mode", "checkpoint_timeout", "no_such") == {
        "archive_mode": "on",
        "checkpoint_timeout": "30min",
    }
    assert session.plain_settings("checkpoint_timeout") == {
        "checkpoint_timeout": "1800"
    }


def test_tablespaces_of_any_name_are_listed(
    session: PostgresSession, cluster: Cluster
) -> None:
    ts = f"{cluster.directory}/ts"
    expected = {
        row[0]: row[1] for row in cluster.sql("SELECT spcname, oid FROM pg_tablespace")
    }
    assert session.tablespaces() == (
        Tablespace("plain_ts", expected["plain_ts"], f"{ts}/plain"),
        Tablespace("odd space", expected["odd space"], f"{ts}/with blank"),
        Tablespace("it's", expected["it's"], f"{ts}/grün"),
    )


def test_rights_are_told_apart(cluster: Cluster) -> None:
    found = {}
    for user in ("barman", "barman_min", "nobody_barman"):
        session = PostgresSession(cluster.dsn(user=user))
        found[user] = (
            session.is_superuser,
            session.has_backup_privileges,
            session.has_monitoring_privileges,
            session.has_checkpoint_privileges,
        )
        session.close()
    assert found == {
        "barman": (True, True, True, True),
        "barman_min": (False, True, True, False),
        "nobody_barman": (False, False, False, False),
    }


def test_what_a_role_may_not_know_is_left_out(cluster: Cluster) -> None:
    session = PostgresSession(cluster.dsn(user="nobody_barman"))
    assert session.data_directory is None
    with pytest.raises(PostgresError, match=r"^PostgreSQL: permission denied for"):
        session.switch_wal()
    session.close()


def test_the_archiver_is_asked(session: PostgresSession, cluster: Cluster) -> None:
    name = cluster.switch_wal(wait=True)
    stats = session.archiver()
    assert stats.is_archiving
    assert stats.last_archived_wal is not None
    assert stats.last_archived_wal >= name
    assert stats.archived_per_second is not None
    assert stats.archived_per_second > 0


# -- the log


def test_switching_closes_a_segment_once(
    admin: PostgresSession, cluster: Cluster
) -> None:
    cluster.sql("CREATE TABLE IF NOT EXISTS noise AS SELECT 1")
    cluster.sql("DROP TABLE noise")
    before = admin.current_segment
    assert before is not None

    assert admin.switch_wal() == str(before)
    assert admin.current_segment == before  # its end is the boundary
    assert admin.switch_wal() is None


def test_inv_013_after_a_switch_the_end_belongs_to_the_closed_segment(
    admin: PostgresSession,
) -> None:
    """PostgreSQL 17 names another segment for a boundary than 16; we do not."""
    admin.create_restore_point("noise")
    closed = admin.switch_wal()
    end = admin.current_lsn
    assert end is not None
    assert admin.segment_size.offset(end) == 0
    assert str(admin.current_segment) == closed


def test_restore_points_and_checkpoints(admin: PostgresSession) -> None:
    lsn = admin.create_restore_point("here")
    admin.checkpoint()
    now = admin.current_lsn
    assert now is not None
    assert now > lsn


def test_slots_are_found(admin: PostgresSession, cluster: Cluster) -> None:
    cluster.sql("SELECT pg_create_physical_replication_slot('seen', true)")
    try:
        slot = admin.slot("seen")
        assert slot is not None
        assert (slot.name, slot.type, slot.active) == ("seen", "physical", False)
        assert (slot.is_initialised, slot.wal_status) == (True, "reserved")
        assert admin.slot("unseen") is None
    finally:
        cluster.sql("SELECT pg_drop_replication_slot('seen')")


# -- backups


def test_a_backup_begins_and_ends(session: PostgresSession, cluster: Cluster) -> None:
    begin = session.begin_backup("Barman backup main x", fast=True)
    end = session.end_backup()

    assert begin.timeline == end.timeline == 1
    assert begin.lsn < end.lsn
    assert begin.time < end.time
    assert end.label_text is not None
    assert f"START WAL LOCATION: {begin.lsn} " in end.label_text
    assert "LABEL: Barman backup main x" in end.label_text
    assert "with blank" in (end.tablespace_map or "")


def test_an_exclusive_backup_is_refused_where_there_is_none(
    admin: PostgresSession,
) -> None:
    with pytest.raises(PostgresError, match="has no exclusive backups"):
        admin.begin_backup("x", fast=True, exclusive=True)


def test_an_end_without_a_begin_is_refused(admin: PostgresSession) -> None:
    with pytest.raises(PostgresError, match="this session holds no backup"):
        admin.end_backup()


def test_inv_010_a_backup_outlives_every_timeout_of_the_server(
    cluster: Cluster,
) -> None:
    session = PostgresSession(cluster.dsn())
    session.execute("ALTER ROLE barman_min SET idle_session_timeout = '300ms'")
    session.execute("ALTER ROLE barman_min SET statement_timeout = '2s'")
    if cluster.major >= 17:
        session.execute("ALTER ROLE barman_min SET transaction_timeout = '2s'")
    limited = PostgresSession(cluster.dsn(user="barman_min"))
    try:
        limited.begin_backup("slow", fast=True)
        time.sleep(0.8)
        assert limited.end_backup().label_text
        rows = limited.settings("idle_session_timeout")
        assert rows == {"idle_session_timeout": "300ms"}
    finally:
        limited.close()
        session.execute("ALTER ROLE barman_min RESET ALL")
        session.close()


def test_inv_010_a_lost_session_fails_the_backup(
    admin: PostgresSession, cluster: Cluster
) -> None:
    admin.begin_backup("lost", fast=True)
    cluster.sql("SELECT pg_terminate_backend(%s)", backend(admin))
    lost = "^Connection to the Postgres server was lost during the backup.$"
    with pytest.raises(PostgresError, match=lost):
        admin.ping()
    with pytest.raises(PostgresError, match=lost):
        admin.end_backup()
    with pytest.raises(PostgresError, match=lost):
        _ = admin.current_lsn


def test_inv_010_a_server_that_stops_answering_fails_the_backup(
    admin: PostgresSession,
) -> None:
    admin.begin_backup("hung", fast=True)
    pid = backend(admin)
    os.kill(pid, signal.SIGSTOP)
    try:
        with pytest.raises(PostgresError, match="was lost during the backup"):
            admin.ping(timeout=0.3)
    finally:
        os.kill(pid, signal.SIGCONT)


def test_inv_010_the_keepalive_notices_the_loss(
    admin: PostgresSession, cluster: Cluster
) -> None:
    noticed = threading.Event()
    admin.begin_backup("lost", fast=True)
    with Keepalive(admin, 0.05, lambda _: noticed.set()) as keepalive:
        time.sleep(0.2)
        keepalive.check()
        cluster.sql("SELECT pg_terminate_backend(%s)", backend(admin))
        assert noticed.wait(5)
        with pytest.raises(PostgresError, match="was lost during the backup"):
            keepalive.check()


def test_outside_a_backup_a_lost_session_is_replaced(
    admin: PostgresSession, cluster: Cluster
) -> None:
    systemid = admin.systemid
    pid = backend(admin)
    cluster.sql("SELECT pg_terminate_backend(%s)", pid)
    assert admin.is_in_recovery is False
    assert (admin.systemid, backend(admin) == pid) == (systemid, False)
    cluster.sql("SELECT pg_terminate_backend(%s)", backend(admin))
    admin.create_restore_point("again")


def test_a_session_is_idle_while_it_holds_a_backup(
    admin: PostgresSession, cluster: Cluster
) -> None:
    admin.begin_backup("idle", fast=True)
    state = cluster.value(
        "SELECT state FROM pg_stat_activity WHERE pid = %s", backend(admin)
    )
    assert state == "idle"
    admin.end_backup()


def test_an_interruption_ends_a_long_wait(admin: PostgresSession) -> None:
    admin.ping()
    started = time.monotonic()
    threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        admin.patiently("SELECT pg_sleep(30)")
    assert time.monotonic() - started < 5
    admin.ping()


def test_inv_014_ending_a_backup_never_waits_for_the_archive(
    lab: Lab, major: int
) -> None:
    cluster = lab.new_cluster(major, name="stuck", archive_command="false")
    session = PostgresSession(cluster.dsn())
    session.begin_backup("stuck", fast=True)
    started = time.monotonic()
    session.end_backup()
    assert time.monotonic() - started < 5
    assert session.archiver().is_archiving is False
    session.close()
    cluster.stop("immediate")


def test_inv_014_a_backup_of_a_standby_without_its_primary_ends(
    cluster: Cluster,
) -> None:
    standby = cluster.standby("alone", primary_conninfo="")
    session = PostgresSession(standby.dsn())
    assert session.is_in_recovery
    assert session.current_segment is None
    begin = session.begin_backup("standby", fast=True)
    started = time.monotonic()
    end = session.end_backup()
    assert time.monotonic() - started < 5
    assert (end.timeline, begin.lsn <= end.lsn) == (1, True)
    with pytest.raises(PostgresError, match="recovery is in progress"):
        session.switch_wal()
    session.close()
    standby.stop("immediate")


def test_the_timeline_is_right_at_once_after_a_promotion(cluster: Cluster) -> None:
    standby = cluster.standby("promoted")
    session = PostgresSession(standby.dsn())
    assert session.timeline == 1
    standby.promote()
    assert session.timeline == 2
    assert session.begin_backup("new timeline", fast=True).timeline == 2
    assert session.end_backup().timeline == 2
    session.close()
    standby.stop("immediate")
