# SPDX-License-Identifier: MIT
"""Compression as byte streams: in process, in bounded memory, recognised by magic."""
