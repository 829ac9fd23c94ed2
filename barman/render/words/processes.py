# SPDX-License-Identifier: MIT
"""Words about processes that are asked to end."""

from __future__ import annotations

from barman.render.words import text
from barman.report.processes import ProcessNotStopped, ProcessStopped


@text.register(ProcessStopped)
def _process_stopped(message: ProcessStopped) -> str:
    return f"Stopped process {message.task}({message.pid})"


@text.register(ProcessNotStopped)
def _process_not_stopped(message: ProcessNotStopped) -> str:
    return f"Cannot terminate process {message.task}({message.pid})"
