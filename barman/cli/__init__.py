# SPDX-License-Identifier: MIT
"""The command line: a dispatcher and one thin module a command."""
