# SPDX-License-Identifier: MIT
"""Connection strings, and the removal of passwords from any text.

What the configuration accepts is less than libpq does: blank-separated `key=value`, no
URI, no blank inside a value.  What is written is quoted as libpq needs it.
"""

from __future__ import annotations

from barman.errors import InvalidNameError
from barman.model.frozen import frozen
from barman.model.pattern import Pattern

_ESCAPED = Pattern(r"\\(.)", "s")
_PLAIN = Pattern(r"[^\s'\"\\]+")
# A quote ends an unquoted password only where it looks like one that closes something.
_BY_KEYWORD = Pattern(
    r"(password\s*=\s*)"
    r"(?:'(?:[^'\\\n]|\\.)*'?|(?:\\.|[^\s'\"\\]|['\"](?=[^\s'\",;:)}\]]))+)",
    "i",
)
_BY_URL = Pattern(r"(postgres(?:ql)?://[^\s:/@'\"]*:)[^\s'\"]*@", "i")
_REDACTED = "*REDACTED*"


@frozen()
class Conninfo:
    """Connection parameters in the order in which they were given."""

    parameters: tuple[tuple[str, str], ...] = ()

    @classmethod
    def parse(cls, text: str) -> Conninfo:
        """Read `key=value` items, the last of a key wins; raise `InvalidNameError`."""
        items: dict[str, str] = {}
        for item in text.split():
            key, equals, value = item.partition("=")
            if not equals or not (key.isascii() and key.isidentifier()):
                raise InvalidNameError(
                    "the connection string is not a list of key=value items",
                    hint="URIs and values with blanks are not supported.",
                )
            items[key] = _unquote(value)
        if not items:
            raise InvalidNameError("the connection string is empty")
        return cls(tuple(items.items()))

    def __str__(self) -> str:
        """Return what libpq reads."""
        return " ".join(f"{key}={_quote(value)}" for key, value in self.parameters)

    def __repr__(self) -> str:
        return f"Conninfo('{self.redacted}')"

    def get(self, key: str) -> str | None:
        """Return the value of a parameter, None if it is not given."""
        return dict(self.parameters).get(key)

    def with_(self, **changes: str) -> Conninfo:
        """Return it with some parameters set, replaced where they stand."""
        return Conninfo(tuple({**dict(self.parameters), **changes}.items()))

    def with_default(self, **defaults: str) -> Conninfo:
        """Return it with parameters added that it does not set itself."""
        return Conninfo(
            tuple(
                {**dict(self.parameters), **defaults, **dict(self.parameters)}.items()
            )
        )

    def ordered(self) -> Conninfo:
        """Return it with its parameters sorted by key."""
        return Conninfo(tuple(sorted(self.parameters)))

    @property
    def redacted(self) -> str:
        """Its text without the password."""
        return redact(str(self))


def redact(text: str) -> str:
    """Return any text without the passwords of connection strings and URLs in it."""
    lower = text.lower()
    if "password" in lower:
        text = _BY_KEYWORD.sub(rf"\g<1>{_REDACTED}", text)
    if "postgres" in lower and "://" in lower:
        text = _BY_URL.sub(rf"\g<1>{_REDACTED}@", text)
    return text


def _unquote(value: str) -> str:
    """Return what libpq takes a value for (conninfo_parse in fe-connect.c)."""
    if value.startswith("'"):
        if len(value) < 2 or not value.endswith("'"):
            raise InvalidNameError("a value of the connection string is not closed")
        value = value[1:-1]
    return _ESCAPED.sub(r"\1", value) if "\\" in value else value


def _quote(value: str) -> str:
    if _PLAIN.fullmatch(value):
        return value
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
