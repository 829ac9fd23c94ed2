# SPDX-License-Identifier: MIT
"""What checks say besides their lines."""

from __future__ import annotations

from barman.render.words import text
from barman.report.check import ConfigurationProblem


@text.register(ConfigurationProblem)
def _configuration_problem(message: ConfigurationProblem) -> str:
    # compat: indented below the line of its check, in JSON too.
    return f"\t\t{message.problem}"
