# SPDX-License-Identifier: MIT
"""PostgreSQL's errors as ours: one line, no password, whatever the encoding.

Before a session has agreed on an encoding, the server's messages come in its own, so
psycopg2 may fail to decode the text of a failed connection, or leave it empty.
"""

from __future__ import annotations

from barman.errors import PostgresError
from barman.model.conninfo import redact

_SEVERITIES = ("ERROR: ", "FATAL: ", "PANIC: ")


def connection_failure(error: Exception, password: str | None) -> PostgresError:
    """Return the error for a connection that could not be made."""
    if not isinstance(error, UnicodeDecodeError) and not str(error).strip():
        return PostgresError(
            "could not connect to PostgreSQL: its message is not in UTF-8",
            hint="The server's log has it.",
        )
    lines = _lines(error)
    message = f"could not connect to PostgreSQL: {lines[0]}"
    hint = lines[1] if len(lines) > 1 else None
    return PostgresError(
        _safe(message, password), hint=_safe(hint, password) if hint else None
    )


def statement_failure(error: Exception, password: str | None = None) -> PostgresError:
    """Return the error for a statement that was refused."""
    diagnostics = getattr(error, "diag", None)
    hint = getattr(diagnostics, "message_hint", None)
    return PostgresError(_safe(f"PostgreSQL: {_lines(error)[0]}", password), hint=hint)


def _lines(error: Exception) -> list[str]:
    if isinstance(error, UnicodeDecodeError):
        text = error.object.decode("utf-8", errors="backslashreplace")
    else:
        text = str(error)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return [_without_severity(line) for line in lines] or [type(error).__name__]


def _without_severity(line: str) -> str:
    for severity in _SEVERITIES:
        line = line.replace(f"{severity} ", "").replace(severity, "")
    return line


def _safe(text: str, password: str | None) -> str:
    text = redact(text)
    return text.replace(password, "*REDACTED*") if password else text
