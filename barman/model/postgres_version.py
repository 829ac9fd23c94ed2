# SPDX-License-Identifier: MIT
"""A PostgreSQL version as `server_version_num` gives it: 150020, or 90601 before 10."""

from __future__ import annotations

from barman.errors import InvalidNameError
from barman.model.frozen import frozen


@frozen(order=True)
class PostgresVersion:
    """A version, comparable; `PostgresVersion(150000)` is the first of major 15."""

    number: int

    @classmethod
    def parse(cls, text: str) -> PostgresVersion:
        """Read `15`, `15.20`, `9.6.1`, `18beta1`; raise `InvalidNameError`."""
        digits = text.strip().split()[0] if text.strip() else ""
        parts: list[int] = []
        for part in digits.split("."):
            leading = part[: len(part) - len(part.lstrip("0123456789"))]
            if not leading:
                break
            parts.append(int(leading))
        if not parts:
            raise InvalidNameError(f"'{text}' is not a PostgreSQL version")
        if parts[0] >= 10:
            return cls(parts[0] * 10000 + (parts[1] if len(parts) > 1 else 0))
        padded = [*parts, 0, 0][:3]
        return cls(padded[0] * 10000 + padded[1] * 100 + padded[2])

    def __int__(self) -> int:
        return self.number

    @property
    def major(self) -> str:
        """`15`, or `9.6` below 10."""
        if self.number >= 100000:
            return str(self.number // 10000)
        return f"{self.number // 10000}.{self.number // 100 % 100}"

    def __str__(self) -> str:
        if self.number >= 100000:
            return f"{self.number // 10000}.{self.number % 10000}"
        return f"{self.major}.{self.number % 100}"

    def at_least(self, major: int) -> bool:
        """Tell whether this is `major` (10 or later) or newer."""
        return self.number >= major * 10000
