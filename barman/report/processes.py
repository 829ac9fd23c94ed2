# SPDX-License-Identifier: MIT
"""What is said of processes that are asked to end."""

from __future__ import annotations

from barman.model.frozen import frozen
from barman.report.report import Level, Message


@frozen()
class ProcessStopped(Message):
    """A process was interrupted and has ended."""

    task: str
    pid: int


@frozen()
class ProcessNotStopped(Message):
    """A process was interrupted and goes on."""

    level = Level.ERROR
    task: str
    pid: int
