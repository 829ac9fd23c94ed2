# SPDX-License-Identifier: MIT
"""Backup manager for PostgreSQL: base backups, WAL archive, recovery."""
