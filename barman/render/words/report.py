# SPDX-License-Identifier: MIT
"""Words of what any command may say."""

from __future__ import annotations

from barman.render.words import text
from barman.report.report import (
    ConfigurationWarning,
    Interrupted,
    Problem,
    UnexpectedError,
)


@text.register(Problem)
def _problem(message: Problem) -> str:
    if message.hint is None:
        return message.message
    return f"{message.message}\nHINT: {message.hint}"


@text.register(ConfigurationWarning)
def _configuration_warning(message: ConfigurationWarning) -> str:
    return message.message


@text.register(Interrupted)
def _interrupted(message: Interrupted) -> str:
    return "Process interrupted by user (KeyboardInterrupt)"


@text.register(UnexpectedError)
def _unexpected_error(message: UnexpectedError) -> str:
    where = f" on server '{message.server_name}'" if message.server_name else ""
    return f"{message.text}\nSee the log file for more details{where}"
