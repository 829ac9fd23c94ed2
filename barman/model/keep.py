# SPDX-License-Identifier: MIT
"""An operator's wish to keep a backup beyond its retention policy.

The annotation is read without trimming: `standalone` with a line feed after it is not
the word `standalone`, and therefore keeps everything, as any other text does.
"""

from __future__ import annotations

from barman.model.enumeration import Enum, unique


@unique
class KeepTarget(Enum):
    """How much WAL is kept: all from the backup on, or only what it spans."""

    FULL = "full"
    STANDALONE = "standalone"

    @classmethod
    def read(cls, text: str) -> KeepTarget | None:
        """Return what a stored annotation means; an empty one means nothing."""
        if not text:
            return None
        return cls.STANDALONE if text == cls.STANDALONE.value else cls.FULL
