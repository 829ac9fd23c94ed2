# SPDX-License-Identifier: MIT
"""Taking base backups: the frame that all share, and a module for each method."""
