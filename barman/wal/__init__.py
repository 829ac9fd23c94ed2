# SPDX-License-Identifier: MIT
"""WAL on its way: taken in, archived, streamed, handed out, trimmed."""
