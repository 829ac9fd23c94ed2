# SPDX-License-Identifier: MIT
import pytest

from barman.errors import InvalidNameError
from barman.model.conninfo import Conninfo, redact

PLAIN = Conninfo.parse("host=pg user=barman password=s3cret dbname=postgres")


def test_items_are_read_in_their_order_and_the_last_wins() -> None:
    assert Conninfo.parse("  host=a  user='b' host=c\\'d ").parameters == (
        ("host", "c'd"),
        ("user", "b"),
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "host",
        "host = pg",
        "host=pg user='my name'",
        "=pg",
        "postgresql://u:p@h/db",
        "postgresql://u:p@h/db?sslmode=require",
        "password='",
        "password='open",
    ],
)
def test_what_barman_does_not_accept_is_refused_without_telling_it(text) -> None:
    with pytest.raises(InvalidNameError) as caught:
        Conninfo.parse(text)
    assert "open" not in str(caught.value)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("pg", "pg"),
        ("", "''"),
        ("a b", "'a b'"),
        ('"', "'\"'"),
        ("it's", r"'it\'s'"),
        ("back\\slash", r"'back\\slash'"),
        ("-cdatestyle=iso", "-cdatestyle=iso"),
    ],
)
def test_values_are_written_as_libpq_reads_them(value: str, written: str) -> None:
    assert str(Conninfo((("key", value),))) == f"key={written}"


def test_parameters_are_replaced_added_and_sorted() -> None:
    changed = PLAIN.with_(user="streaming", replication="true")
    assert str(changed) == (
        "host=pg user=streaming password=s3cret dbname=postgres replication=true"
    )
    assert str(changed.ordered()) == (
        "dbname=postgres host=pg password=s3cret replication=true user=streaming"
    )
    assert str(Conninfo.parse("user=a").with_default(user="b", host="c")) == (
        "user=a host=c"
    )
    assert (PLAIN.get("host"), PLAIN.get("port")) == ("pg", None)


def test_the_password_is_never_shown() -> None:
    shown = "host=pg user=barman password=*REDACTED* dbname=postgres"
    assert PLAIN.redacted == shown
    assert repr(PLAIN) == f"Conninfo('{shown}')"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("host=a password=b user=c", "host=a password=*REDACTED* user=c"),
        ("password=b\nnext: line", "password=*REDACTED*\nnext: line"),
        ("PASSWORD = 'b c' user=d", "PASSWORD = *REDACTED* user=d"),
        (r"password='b\' c' user=d", "password=*REDACTED* user=d"),
        ("password='never closed\nuser=d", "password=*REDACTED*\nuser=d"),
        (r"password=b\ c user=d", "password=*REDACTED* user=d"),
        ("conninfo='host=a password=b'", "conninfo='host=a password=*REDACTED*'"),
        ('{"a": "password=b", "c": 1}', '{"a": "password=*REDACTED*", "c": 1}'),
        ("password=pa\"ss'word x", "password=*REDACTED* x"),
        ("sslpassword=b", "sslpassword=*REDACTED*"),
        ("postgresql://u:p@h/d x", "postgresql://u:*REDACTED*@h/d x"),
        ("postgres://u:p@s/w@h/d", "postgres://u:*REDACTED*@h/d"),
        ("postgresql://u@h:5432/d", "postgresql://u@h:5432/d"),
        ("nothing to hide", "nothing to hide"),
    ],
)
def test_text_is_shown_without_its_passwords(text: str, shown: str) -> None:
    assert redact(text) == shown
