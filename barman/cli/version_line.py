# SPDX-License-Identifier: MIT
"""What `barman --version` prints; scripts take the first word."""

from barman.version import VERSION

VERSION_LINE = f"{VERSION} Barman for PostgreSQL (https://www.postgresql.org)"
