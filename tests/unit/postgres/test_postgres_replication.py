# SPDX-License-Identifier: MIT
from __future__ import annotations

import psycopg2
import pytest

from barman.errors import PostgresError
from barman.model.lsn import Lsn
from barman.postgres.replication import (
    NoFreeSlotError,
    ReplicationSession,
    SlotExistsError,
    SlotInUseError,
    SlotMissingError,
)
from barman.postgres.values import SystemIdentity
from tests.unit.postgres.link import LinkFake, Server


def streaming(**answers: object) -> ReplicationSession:
    return ReplicationSession("host=a", connect=Server(LinkFake(answers)))


def refused(code: str) -> psycopg2.Error:
    return type("Refused", (psycopg2.Error,), {"pgcode": code})("ERROR:  refused")


def test_the_identity_is_a_value():
    session = streaming(IDENTIFY_SYSTEM=[("7001", 3, "0/3000000", None)])
    assert session.identify() == SystemIdentity("7001", 3, Lsn.parse("0/3000000"))


@pytest.mark.parametrize(
    ("code", "kind"),
    [("42710", SlotExistsError), ("53400", NoFreeSlotError), ("42501", PostgresError)],
)
def test_a_slot_that_cannot_be_made(code: str, kind: type[PostgresError]):
    session = streaming(**{'CREATE_REPLICATION_SLOT "s" PHYSICAL': refused(code)})
    with pytest.raises(PostgresError) as caught:
        session.create_slot("s")
    assert type(caught.value) is kind


@pytest.mark.parametrize(
    ("code", "kind"),
    [("42704", SlotMissingError), ("55006", SlotInUseError), ("XX000", PostgresError)],
)
def test_a_slot_that_cannot_be_dropped(code: str, kind: type[PostgresError]):
    session = streaming(**{'DROP_REPLICATION_SLOT "s"': refused(code)})
    with pytest.raises(PostgresError) as caught:
        session.drop_slot("s")
    assert type(caught.value) is kind


def test_names_are_quoted():
    link = LinkFake({})
    ReplicationSession("host=a", connect=Server(link)).create_slot('a"b')
    assert link.sent == ['CREATE_REPLICATION_SLOT "a""b" PHYSICAL']
