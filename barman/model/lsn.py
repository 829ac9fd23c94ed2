# SPDX-License-Identifier: MIT
"""LSN: a byte position in the write-ahead log, 64 bits, printed `hi/lo`.

PostgreSQL's pg_lsn prints both halves in upper-case hexadecimal without padding.
"""

from __future__ import annotations

from barman.errors import InvalidNameError
from barman.model.frozen import frozen


class InvalidLsn(InvalidNameError):
    """The text is not `X/X` with one to eight hexadecimal digits each side."""


@frozen(order=True)
class Lsn:
    """A position in the log."""

    value: int

    def check(self) -> None:
        """Refuse what does not fit into 64 bits."""
        if not 0 <= self.value < 1 << 64:
            raise InvalidLsn(f"'{self.value}' is not a position in the log")

    @classmethod
    def parse(cls, text: str) -> Lsn:
        """Read `hi/lo`; raise `InvalidLsn`."""
        high, slash, low = text.strip().partition("/")
        if not slash or not all(_is_half(half) for half in (high, low)):
            raise InvalidLsn(
                f"'{text}' is not an LSN", hint="An LSN looks like 0/3000028."
            )
        return cls(int(high, 16) << 32 | int(low, 16))

    def __str__(self) -> str:
        return f"{self.value >> 32:X}/{self.value & 0xFFFFFFFF:X}"

    def __repr__(self) -> str:
        return f"Lsn('{self}')"

    def __add__(self, size: int) -> Lsn:
        return Lsn(self.value + size)

    def __sub__(self, other: Lsn) -> int:
        """Return the distance in bytes, negative when `other` is later."""
        return self.value - other.value


def _is_half(text: str) -> bool:
    return 1 <= len(text) <= 8 and all(c in "0123456789abcdefABCDEF" for c in text)
