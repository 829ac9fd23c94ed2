# SPDX-License-Identifier: MIT
"""Programs that PostgreSQL runs: they import next to nothing, for each segment."""
