# SPDX-License-Identifier: MIT
"""PostgreSQL: sessions, replication sessions, and its own programs."""
