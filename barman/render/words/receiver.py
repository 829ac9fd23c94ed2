# SPDX-License-Identifier: MIT
"""Words about streaming WAL."""

from __future__ import annotations

from barman.render.words import text
from barman.report.receiver import (
    OtherConnectionUsed,
    PartialTruncated,
    ReceiverInterrupted,
    ReceiverLine,
    ReceiverStarted,
    SlotCreated,
    SlotCreating,
    SlotDropped,
    SlotDropping,
    SlotKept,
    SlotMadeForStreaming,
)


@text.register(ReceiverStarted)
def _receiver_started(message: ReceiverStarted) -> str:
    return f"Starting receive-wal for server {message.server_name}"


@text.register(ReceiverLine)
def _receiver_line(message: ReceiverLine) -> str:
    return f"{message.server_name}: {message.line}"


@text.register(ReceiverInterrupted)
def _receiver_interrupted(message: ReceiverInterrupted) -> str:
    return "SIGINT received. Terminate gracefully."


@text.register(PartialTruncated)
def _partial_truncated(message: PartialTruncated) -> str:
    return (
        f"Truncating partial file {message.path} that has wrong size {message.size}"
        f" while {message.expected} was expected."
    )


@text.register(OtherConnectionUsed)
def _other_connection_used(message: OtherConnectionUsed) -> str:
    return (
        f"Using the WAL connection options of server {message.server_name}"
        " in place of conninfo and streaming_conninfo"
    )


@text.register(SlotCreating)
def _slot_creating(message: SlotCreating) -> str:
    return (
        f"Creating physical replication slot '{message.slot_name}'"
        f" on server '{message.server_name}'"
    )


@text.register(SlotCreated)
def _slot_created(message: SlotCreated) -> str:
    return f"Replication slot '{message.slot_name}' created"


@text.register(SlotKept)
def _slot_kept(message: SlotKept) -> str:
    return (
        f"Replication slot '{message.slot_name}' already exists and --if-not-exists"
        " was specified. Skipping creation"
    )


@text.register(SlotMadeForStreaming)
def _slot_made_for_streaming(message: SlotMadeForStreaming) -> str:
    return f"Creating replication slot '{message.slot_name}'"


@text.register(SlotDropping)
def _slot_dropping(message: SlotDropping) -> str:
    return (
        f"Dropping physical replication slot '{message.slot_name}'"
        f" on server '{message.server_name}'"
    )


@text.register(SlotDropped)
def _slot_dropped(message: SlotDropped) -> str:
    return f"Replication slot '{message.slot_name}' dropped"
