# SPDX-License-Identifier: MIT
"""What is said about streaming WAL: the receiver and its replication slot."""

from __future__ import annotations

from barman.model.frozen import frozen
from barman.report.report import Message


@frozen()
class ReceiverStarted(Message):
    """Streaming begins."""

    server_name: str


@frozen()
class ReceiverLine(Message):
    """What the streaming program says."""

    server_name: str
    line: str


@frozen()
class ReceiverInterrupted(Message):
    """A signal ended the streaming, as it should."""


@frozen()
class PartialTruncated(Message):
    """The newest partial file had a size that no partial file has."""

    path: str
    size: int
    expected: int


@frozen()
class OtherConnectionUsed(Message):
    """WAL is streamed from where the options for WAL say."""

    server_name: str


@frozen()
class SlotCreating(Message):
    """A slot is about to be made."""

    server_name: str
    slot_name: str


@frozen()
class SlotCreated(Message):
    """A slot was made."""

    slot_name: str


@frozen()
class SlotKept(Message):
    """The slot was there, and that is as good."""

    slot_name: str


@frozen()
class SlotMadeForStreaming(Message):
    """The receiver makes its own slot."""

    slot_name: str


@frozen()
class SlotDropping(Message):
    """A slot is about to be removed."""

    server_name: str
    slot_name: str


@frozen()
class SlotDropped(Message):
    """A slot was removed."""

    slot_name: str
