# SPDX-License-Identifier: MIT
"""The truth on disk: where everything lies, how each file is read and written."""
