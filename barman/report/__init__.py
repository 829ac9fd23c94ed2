# SPDX-License-Identifier: MIT
"""What can be said to a person or a program: facts, without text or layout."""
