# SPDX-License-Identifier: MIT
"""Hook scripts: when they run, how often, and what they are told."""
