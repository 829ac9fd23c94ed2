# SPDX-License-Identifier: MIT
"""The configuration: INI files in, one typed and frozen `ServerConfig` a server out.

Every option is one row of one table (`options.py`).  The typed classes, the sample
file, the reference and the man page are generated from it by `scripts/generate`.
"""
