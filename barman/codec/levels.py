# SPDX-License-Identifier: MIT
"""Compression levels: words and numbers, by algorithm."""

from __future__ import annotations

from barman.errors import ConfigError
from barman.model.frozen import frozen


@frozen()
class LevelRange:
    """The levels of an algorithm: the limits, and what the three words mean."""

    least: int
    most: int
    low: int
    medium: int
    high: int


_GZIP = LevelRange(1, 9, 1, 6, 9)
_BZIP2 = LevelRange(1, 9, 1, 5, 9)
LEVELS = {
    "gzip": _GZIP,
    "pygzip": _GZIP,
    "pigz": _GZIP,
    "bzip2": _BZIP2,
    "pybzip2": _BZIP2,
    "xz": LevelRange(1, 9, 1, 3, 5),
    "zstd": LevelRange(-22, 22, 1, 4, 9),
    "lz4": LevelRange(0, 16, 0, 6, 10),
}


def level_number(name: str, level: str | int | None) -> int:
    """Return the number for a word or number, kept within the algorithm's limits."""
    known = LEVELS.get(name)
    if known is None:
        return 0
    if level is None:
        return known.medium
    if isinstance(level, str):
        word = level.strip().lower()
        if word in ("low", "medium", "high"):
            return int(getattr(known, word))
        try:
            level = int(word)
        except ValueError:
            raise ConfigError(
                f"'{level}' is not a compression level",
                hint="A level is an integer, or low, medium or high.",
            ) from None
    return min(max(level, known.least), known.most)
