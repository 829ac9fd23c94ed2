# SPDX-License-Identifier: MIT
from __future__ import annotations

import threading
import time

import pytest

from barman.errors import PostgresError
from barman.postgres.keepalive import Keepalive
from tests.fakes.postgres import PostgresSessionFake


def test_a_session_is_pinged_until_the_end():
    session = PostgresSessionFake()
    with Keepalive(session, 0.01) as keepalive:
        deadline = time.monotonic() + 5
        while session.pings < 3:
            assert time.monotonic() < deadline
            time.sleep(0.005)
    seen = session.pings
    time.sleep(0.05)
    keepalive.check()
    assert session.pings == seen


def test_zero_means_never():
    session = PostgresSessionFake()
    with Keepalive(session, 0):
        time.sleep(0.02)
    assert session.pings == 0


def test_a_loss_is_told_once_and_raised():
    lost = PostgresError("lost")
    session = PostgresSessionFake(failures={"ping": lost})
    told: list[PostgresError] = []
    noticed = threading.Event()

    def on_loss(error: PostgresError) -> None:
        told.append(error)
        noticed.set()

    with Keepalive(session, 0.01, on_loss) as keepalive:
        assert noticed.wait(5)
        time.sleep(0.03)
        with pytest.raises(PostgresError, match="lost"):
            keepalive.check()
    assert told == [lost]
