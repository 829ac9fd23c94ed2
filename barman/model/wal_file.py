# SPDX-License-Identifier: MIT
"""The four kinds of WAL file and their names.

    segment       24 digits                    000000010000000000000003
    partial       segment + .partial           000000010000000000000003.partial
    backup label  segment + . + 8 digits + .backup
    history       8 digits + .history          00000002.history

Digits are hexadecimal, of either case.  Everything else is not a WAL file.
"""

from __future__ import annotations

from barman.model.enumeration import Enum, unique
from barman.model.frozen import frozen
from barman.model.segment import InvalidWalName, WalSegment

_DIGITS = "0123456789ABCDEFabcdef"


@unique
class WalFileKind(Enum):
    """What a WAL file is."""

    SEGMENT = "segment"
    PARTIAL = "partial"
    LABEL = "label"
    HISTORY = "history"


def is_wal_file_name(name: str) -> bool:
    """Tell whether `name` is the name of a WAL file of any kind."""
    first, dot, rest = name.partition(".")
    # What is left when digits are taken off both ends is empty if all are digits.
    if first.strip(_DIGITS):
        return False
    if len(first) == 24:
        return not dot or rest == "partial" or _is_label_suffix(rest)
    return len(first) == 8 and rest == "history"


def _is_label_suffix(text: str) -> bool:
    offset, _, rest = text.partition(".")
    return len(offset) == 8 and not offset.strip(_DIGITS) and rest == "backup"


@frozen(order=True)
class WalFile:
    """A WAL file, known by its name, which is kept as it was written."""

    name: str

    def check(self) -> None:
        """Refuse what is no WAL file name."""
        if not is_wal_file_name(self.name):
            raise InvalidWalName(f"'{self.name}' is not a valid wal file name")

    def __str__(self) -> str:
        return self.name

    @property
    def kind(self) -> WalFileKind:
        """Which of the four kinds it is."""
        if len(self.name) == 24:
            return WalFileKind.SEGMENT
        if self.name.endswith(".partial"):
            return WalFileKind.PARTIAL
        if self.name.endswith(".backup"):
            return WalFileKind.LABEL
        return WalFileKind.HISTORY

    @property
    def is_segment(self) -> bool:
        """Whether it is a whole segment."""
        return len(self.name) == 24

    @property
    def timeline(self) -> int:
        """The timeline in its name: for a history file the branch that it describes."""
        return int(self.name[:8], 16)

    @property
    def segment(self) -> WalSegment | None:
        """The segment it is or belongs to; None for a history file."""
        return (
            None
            if self.kind is WalFileKind.HISTORY
            else WalSegment.parse(self.name[:24])
        )

    @property
    def hash_directory(self) -> str:
        """The directory below `wals/` that holds it: empty for a history file."""
        return "" if self.name.endswith(".history") else self.name[:16]

    @property
    def relative_path(self) -> str:
        """Its path below `wals/`."""
        directory = self.hash_directory
        return f"{directory}/{self.name}" if directory else self.name
