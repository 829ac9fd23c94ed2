# SPDX-License-Identifier: MIT
"""The version number, alone in its module: nothing else is loaded to print it."""

VERSION = "4.0.0.dev0"
