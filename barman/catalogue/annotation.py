# SPDX-License-Identifier: MIT
"""Annotations: small files that say one thing of one backup.

They lie in `meta/`; old versions of Barman kept them below the backup's own directory.
Both places are read and cleaned, the new one alone is written.  An annotation that
cannot be read is an error, never the same as none: deletions hang on it.
"""

from __future__ import annotations

import os

from barman.catalogue.listing import names_in
from barman.model.backup_id import BackupId
from barman.system.files import (
    file_error,
    make_directory,
    open_regular,
    remove_file,
    write_atomically,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from barman.catalogue.layout import Layout


class Annotations:
    """One kind of annotation, for all backups of a server.

    `path` and `old_path` are its places, `suffix` ends its file names in `meta/`.
    """

    def __init__(
        self,
        layout: Layout,
        *,
        suffix: str,
        path: Callable[[BackupId], str],
        old_path: Callable[[BackupId], str],
    ) -> None:
        self._layout = layout
        self._suffix = suffix
        self._path = path
        self._old_path = old_path

    def read(self, id: BackupId) -> str | None:
        """Return the text to the letter; None if there is no annotation."""
        for path in (self._path(id), self._old_path(id)):
            text = _content(path)
            if text is not None:
                return text
        return None

    def write(self, id: BackupId, text: str) -> None:
        """Put down the annotation durably."""
        path = self._path(id)
        make_directory(os.path.dirname(path))
        write_atomically(path, text.encode())
        _removed(self._old_path(id))

    def remove(self, id: BackupId) -> bool:
        """Remove the annotation from both places; tell whether there was one."""
        # The old place first: while the new one is there, the annotation is in force.
        old = _removed(self._old_path(id))
        return _removed(self._path(id)) or old

    def ids(self) -> tuple[BackupId, ...]:
        """Return the backups that carry the annotation, whether or not they exist."""
        found = {
            BackupId(name[: -len(self._suffix)])
            for name in names_in(self._layout.meta)
            if name.endswith(self._suffix) and not name.startswith((".", self._suffix))
        }
        for name in names_in(self._layout.base):
            if not name.startswith(".") and os.path.lexists(
                self._old_path(BackupId(name))
            ):
                found.add(BackupId(name))
        return tuple(sorted(found))


def _removed(path: str) -> bool:
    if not os.path.lexists(path):
        return False
    remove_file(path)
    return True


def _content(path: str) -> str | None:
    try:
        with open_regular(path) as file:
            return file.read().decode("utf-8", "surrogateescape")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise file_error("read", path, error) from error
