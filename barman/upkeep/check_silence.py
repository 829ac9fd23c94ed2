# SPDX-License-Identifier: MIT
"""A reporter for parts that work for a check: their words would spoil its output."""

from __future__ import annotations

import logging

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barman.report.report import Report

logger = logging.getLogger(__name__)


class LoggingReporter:
    """Writes into the log alone what it is told."""

    def tell(self, report: Report) -> None:
        """Log it."""
        logger.info("%r", report)
