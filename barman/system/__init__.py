# SPDX-License-Identifier: MIT
"""The operating system, here and behind SSH: hosts, commands, files, locks, clock."""
