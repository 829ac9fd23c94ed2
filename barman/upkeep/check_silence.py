# SPDX-License-Identifier: MIT
"""A reporter for parts that work for a check: their words would spoil its output.

What these parts tell is of the area `wal`, whose words are loaded here.
"""

from __future__ import annotations

import logging

import barman.render.words.wal  # noqa: F401  registers words
from barman.render.words import text
from barman.report.report import Level, Message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barman.report.report import Report

logger = logging.getLogger(__name__)


class LoggingReporter:
    """Writes into the log alone what it is told."""

    def tell(self, report: Report) -> None:
        """Log a message in the words in which it would be shown."""
        if isinstance(report, Message):
            grave = report.level in (Level.WARNING, Level.ERROR, Level.EXCEPTION)
            logger.log(logging.WARNING if grave else logging.INFO, "%s", text(report))
