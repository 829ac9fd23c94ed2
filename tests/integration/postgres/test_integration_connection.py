# SPDX-License-Identifier: MIT
"""What goes wrong before and while a session exists."""

from __future__ import annotations

import socket
import threading
import time
from typing import TYPE_CHECKING

import pytest

from barman.errors import InvalidNameError, PostgresError
from barman.postgres.replication import (
    NoFreeSlotError,
    ReplicationSession,
    SlotExistsError,
    SlotInUseError,
    SlotMissingError,
)
from barman.postgres.session import PostgresSession

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.lab import Cluster, Lab

pytestmark = pytest.mark.integration


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server


def test_nobody_listens(lab: Lab) -> None:
    dsn = f"host=127.0.0.1 port={lab.free_port()} user=x password=s3cret"
    with pytest.raises(PostgresError, match="could not connect") as caught:
        _ = PostgresSession(dsn).version
    assert "Connection refused" in caught.value.message
    assert "\n" not in caught.value.message
    assert "s3cret" not in f"{caught.value.message}{caught.value.hint}"


def test_an_unknown_role_is_told_in_one_line(lab: Lab, cluster: Cluster) -> None:
    with pytest.raises(PostgresError) as caught:
        _ = PostgresSession(cluster.dsn(user="nobody_known")).version
    assert caught.value.message.endswith('role "nobody_known" does not exist')


def test_inv_014_a_server_that_never_answers_is_given_up(
    listener: socket.socket,
) -> None:
    port = listener.getsockname()[1]
    dsn = f"host=127.0.0.1 port={port} user=x connect_timeout=2"
    started = time.monotonic()
    with pytest.raises(PostgresError, match="timeout expired"):
        _ = PostgresSession(dsn).version
    assert time.monotonic() - started < 10


def test_inv_130_a_failure_in_the_servers_encoding_is_told(
    listener: socket.socket,
) -> None:
    """A server speaks its own encoding until the session agreed on one."""
    text = "Rolle »größe« gibt es nicht".encode("latin-1")
    body = b"SFATAL\0VFATAL\0C28000\0M" + text + b"\0\0"
    reply = b"E" + (len(body) + 4).to_bytes(4, "big") + body

    def serve() -> None:
        peer, _ = listener.accept()
        with peer:
            peer.recv(4096)
            peer.sendall(reply)

    threading.Thread(target=serve, daemon=True).start()
    port = listener.getsockname()[1]
    dsn = f"host=127.0.0.1 port={port} user=x sslmode=disable gssencmode=disable"
    # Which of the two is up to psycopg2 and the Python that it was built with.
    said = r"could not connect.*(gibt es nicht|its message is not in UTF-8)"
    with pytest.raises(PostgresError, match=said):
        _ = PostgresSession(dsn).version


def test_inv_130_a_statement_refused_with_other_letters_is_told(
    cluster: Cluster,
) -> None:
    session = PostgresSession(cluster.dsn())
    with pytest.raises(PostgresError, match="größer als 日本"):
        session.execute("DO $$ BEGIN RAISE EXCEPTION 'größer als 日本'; END $$")
    cluster.sql("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0 LOCALE 'C'")
    other = PostgresSession(cluster.dsn(database="latin"))
    with pytest.raises(PostgresError, match="größer"):
        other.execute("DO $$ BEGIN RAISE EXCEPTION 'größer'; END $$")
    session.close()
    other.close()
    cluster.sql("DROP DATABASE latin")


def test_a_conninfo_that_is_none_is_refused() -> None:
    with pytest.raises(InvalidNameError):
        PostgresSession("postgresql://host/db")


def test_threads_share_a_session(cluster: Cluster) -> None:
    session = PostgresSession(cluster.dsn())
    errors: list[Exception] = []

    def use() -> None:
        try:
            for _ in range(30):
                session.ping()
                assert session.is_in_recovery is False
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    session.close()
    assert errors == []


# -- replication


@pytest.fixture
def streaming(cluster: Cluster) -> Iterator[ReplicationSession]:
    opened = ReplicationSession(cluster.dsn(user="streaming_barman"))
    yield opened
    opened.close()


def test_the_server_identifies_itself(
    streaming: ReplicationSession, cluster: Cluster
) -> None:
    session = PostgresSession(cluster.dsn())
    identity = streaming.identify()
    assert (identity.systemid, identity.timeline) == (session.systemid, 1)
    now = session.current_lsn
    assert now is not None
    assert identity.lsn <= now
    assert streaming.version == session.version
    session.close()


def test_slots_are_created_and_dropped(
    streaming: ReplicationSession, cluster: Cluster
) -> None:
    streaming.create_slot("made")
    with pytest.raises(SlotExistsError, match=r"^Replication slot 'made' already exi"):
        streaming.create_slot("made")
    count = "SELECT count(*) FROM pg_replication_slots WHERE slot_name = 'made'"
    assert cluster.value(count) == 1
    streaming.drop_slot("made")
    assert cluster.value(count) == 0
    with pytest.raises(SlotMissingError, match="'made' does not exist"):
        streaming.drop_slot("made")


def test_slots_run_out(streaming: ReplicationSession) -> None:
    made: list[str] = []
    with pytest.raises(NoFreeSlotError):
        for number in range(20):
            streaming.create_slot(f"slot_{number}")
            made.append(f"slot_{number}")
    for name in made:
        streaming.drop_slot(name)
    assert made


def test_a_slot_in_use_is_not_dropped(
    streaming: ReplicationSession, cluster: Cluster, lab: Lab
) -> None:
    streaming.create_slot("busy")
    program = cluster.installation.program("pg_receivewal")
    where = ["-D", lab.directory("stream"), "-d", cluster.dsn(user="streaming_barman")]
    receiver = lab.start([program, *where, "--slot", "busy", "--no-loop"])
    try:
        session = PostgresSession(cluster.dsn())
        deadline = time.monotonic() + 10
        while not (slot := session.slot("busy")) or not slot.active:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        session.close()
        with pytest.raises(SlotInUseError, match="'busy' is in use"):
            streaming.drop_slot("busy")
    finally:
        receiver.terminate()
        receiver.wait()
    time.sleep(0.2)
    streaming.drop_slot("busy")


def test_a_role_without_replication_is_refused(cluster: Cluster) -> None:
    with pytest.raises(PostgresError, match="could not connect"):
        ReplicationSession(cluster.dsn(user="barman_min")).identify()
