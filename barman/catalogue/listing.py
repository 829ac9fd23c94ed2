# SPDX-License-Identifier: MIT
"""What a directory holds; one that is not there yet holds nothing."""

from __future__ import annotations

import os

from barman.system.files import file_error


def names_in(directory: str) -> list[str]:
    """Return the sorted names in a directory; raise `FileError` if it is unreadable."""
    try:
        return sorted(os.listdir(directory))
    except FileNotFoundError:
        return []
    except OSError as error:
        raise file_error("read directory", directory, error) from error
