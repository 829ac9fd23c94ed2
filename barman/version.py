# SPDX-License-Identifier: MIT
"""The version number, alone in its module so that nothing else is loaded to print it."""

VERSION = "4.0.0.dev0"
