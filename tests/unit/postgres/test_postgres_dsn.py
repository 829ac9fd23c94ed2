# SPDX-License-Identifier: MIT
from __future__ import annotations

from barman.model.conninfo import Conninfo
from barman.postgres.dsn import ProgramDsn, replication_dsn, session_dsn


def parsed(text: str) -> dict[str, str]:
    return dict(Conninfo.parse(text).parameters)


def test_a_session_gets_a_name_and_cannot_wait_for_ever():
    assert parsed(session_dsn(Conninfo.parse("host=a user=b"))) == {
        "host": "a",
        "user": "b",
        "application_name": "barman",
        "connect_timeout": "10",
        "keepalives_idle": "60",
        "keepalives_interval": "10",
        "keepalives_count": "6",
        "tcp_user_timeout": "60000",
    }


def test_what_the_user_set_stays():
    text = "host=a application_name=mine connect_timeout=3 keepalives_idle=5"
    found = parsed(session_dsn(Conninfo.parse(text)))
    assert {**found, **parsed(text)} == found


def test_a_program_gets_dbname_first_the_rest_sorted_and_its_name_last():
    conninfo = Conninfo.parse("user=x port=5432 host=/s dbname=postgres")
    dsn = ProgramDsn.of(conninfo, application_name="barman_receive_wal")
    assert dsn == ProgramDsn(
        "dbname=replication host=/s options=-cdatestyle=iso port=5432"
        " replication=true user=x application_name=barman_receive_wal",
        {"PGCONNECT_TIMEOUT": "10"},
    )


def test_a_password_is_not_on_a_command_line():
    conninfo = Conninfo.parse("host=a password=s3cret connect_timeout=2")
    dsn = ProgramDsn.of(conninfo, application_name="x")
    assert "s3cret" not in dsn.text
    assert dsn.env == {"PGPASSWORD": "s3cret"}


def test_what_streaming_needs_is_forced():
    conninfo = Conninfo.parse("host=a dbname=b replication=false options=-cx=1")
    found = parsed(replication_dsn(conninfo, application_name="n"))
    assert (found["dbname"], found["replication"], found["options"]) == (
        "replication",
        "true",
        "-cdatestyle=iso",
    )
    assert found["application_name"] == "n"
