# SPDX-License-Identifier: MIT
"""Connection strings as libpq gets them: what is added to what the user wrote."""

from __future__ import annotations

from barman.model.conninfo import Conninfo
from barman.model.frozen import frozen

CONNECT_TIMEOUT = "10"

# A peer that is gone without a word is noticed after a minute, not after hours.
_LIVELINESS = {
    "connect_timeout": CONNECT_TIMEOUT,
    "keepalives_idle": "60",
    "keepalives_interval": "10",
    "keepalives_count": "6",
    "tcp_user_timeout": "60000",
}


def session_dsn(conninfo: Conninfo, *, application_name: str = "barman") -> str:
    """Return the DSN of an SQL session; what the user set stays."""
    return str(conninfo.with_default(application_name=application_name, **_LIVELINESS))


def replication_dsn(conninfo: Conninfo, *, application_name: str) -> str:
    """Return the DSN of our own replication session."""
    lively = conninfo.with_default(**_LIVELINESS)
    return str(_streaming(lively, application_name))


@frozen()
class ProgramDsn:
    """The `--dbname` of a PostgreSQL program, and the environment it needs.

    A password is not for argument vectors, which everybody on the host can read.
    """

    text: str
    env: dict[str, str]

    @classmethod
    def of(cls, conninfo: Conninfo, *, application_name: str) -> ProgramDsn:
        """Return what a program that streams gets."""
        env = {}
        password = conninfo.get("password")
        if password is not None:
            env["PGPASSWORD"] = password
        if conninfo.get("connect_timeout") is None:
            env["PGCONNECT_TIMEOUT"] = CONNECT_TIMEOUT
        kept = tuple(item for item in conninfo.parameters if item[0] != "password")
        return cls(str(_streaming(Conninfo(kept), application_name)), env)


def _streaming(conninfo: Conninfo, application_name: str) -> Conninfo:
    """Return it with `dbname` first, the rest by key, `application_name` last."""
    forced = conninfo.with_(
        replication="true", dbname="replication", options="-cdatestyle=iso"
    )
    rest = tuple(
        item
        for item in forced.ordered().parameters
        if item[0] not in ("dbname", "application_name")
    )
    return Conninfo(
        (("dbname", "replication"), *rest, ("application_name", application_name))
    )
