# SPDX-License-Identifier: MIT
"""Tests of barman."""
