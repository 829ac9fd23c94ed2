# SPDX-License-Identifier: MIT
"""Backup ids, and the words that stand for a backup on the command line.

The id is the local wall clock at creation, `YYYYMMDDTHHMMSS`; backups are ordered by
the text of their id.  A catalogue may hold other names (the id is the file's name), so
the type accepts any text that is a plain file name; only `is_canonical` ids are made.
"""

from __future__ import annotations

from barman.errors import InvalidNameError
from barman.model.enumeration import Enum, unique
from barman.model.frozen import frozen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime


class InvalidBackupId(InvalidNameError):
    """The text cannot be the id of a backup."""


@frozen(order=True)
class BackupId:
    """The name of a backup within its server; ordered as text."""

    text: str

    def check(self) -> None:
        """Refuse what is not a plain file name."""
        if (
            not self.text
            or self.text in (".", "..")
            or set(self.text) & {"/", "\0", "\n"}
        ):
            raise InvalidBackupId(f"'{self.text}' is not a backup id")

    @classmethod
    def at(cls, moment: datetime) -> BackupId:
        """Return the id of a backup begun at `moment`, in that datetime's own zone."""
        return cls(moment.strftime("%Y%m%dT%H%M%S"))

    @property
    def is_canonical(self) -> bool:
        """Whether it looks like an id that a backup is given."""
        return looks_like_id(self.text)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"BackupId('{self.text}')"


def looks_like_id(text: str) -> bool:
    """Tell whether a selector is taken for an id, and never for a friendly name."""
    digits = text[:8] + text[9:]
    return (
        len(text) == 15 and text[8] == "T" and digits.isascii() and digits.isdecimal()
    )


@unique
class Shortcut(Enum):
    """What a reserved word stands for."""

    LATEST = "latest"
    OLDEST = "oldest"
    LATEST_FULL = "latest-full"
    LAST_FAILED = "last-failed"
    AUTO = "auto"


SHORTCUTS = {
    "latest": Shortcut.LATEST,
    "last": Shortcut.LATEST,
    "oldest": Shortcut.OLDEST,
    "first": Shortcut.OLDEST,
    "latest-full": Shortcut.LATEST_FULL,
    "last-full": Shortcut.LATEST_FULL,
    "last-failed": Shortcut.LAST_FAILED,
    "auto": Shortcut.AUTO,
}
