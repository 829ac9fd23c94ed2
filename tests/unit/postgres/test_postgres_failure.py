# SPDX-License-Identifier: MIT
from __future__ import annotations

from barman.errors import PostgresError
from barman.postgres.failure import connection_failure, statement_failure


def told(error: PostgresError) -> tuple[str, str | None]:
    return error.message, error.hint


def test_the_first_line_is_the_message_and_the_second_the_hint():
    error = Exception(
        'connection to server at "db", port 1 failed: Connection refused\n'
        "\tIs the server running on that host and accepting TCP/IP connections?\n"
    )
    assert told(connection_failure(error, None)) == (
        'could not connect to PostgreSQL: connection to server at "db", port 1'
        " failed: Connection refused",
        "Is the server running on that host and accepting TCP/IP connections?",
    )


def test_severities_are_left_out():
    error = Exception('connection failed: FATAL:  role "x" does not exist\n')
    assert connection_failure(error, None).message == (
        'could not connect to PostgreSQL: connection failed: role "x" does not exist'
    )
    refused = Exception("ERROR:  permission denied\nLINE 1: SELECT")
    assert statement_failure(refused).message == "PostgreSQL: permission denied"


def test_passwords_are_never_told():
    error = Exception('invalid dsn: "host=a password=s3cret", near "s3cret"')
    assert "s3cret" not in connection_failure(error, "s3cret").message


def test_inv_130_messages_may_be_of_any_encoding():
    latin = 'FATAL:  Passwort für "ä" falsch\n'.encode("latin-1")
    error = UnicodeDecodeError("utf-8", latin, 14, 15, "invalid start byte")
    assert connection_failure(error, None).message == (
        'could not connect to PostgreSQL: Passwort f\\xfcr "\\xe4" falsch'
    )


def test_an_error_without_text_still_says_something():
    assert statement_failure(Exception("")).message == "PostgreSQL: Exception"
