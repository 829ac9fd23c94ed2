# SPDX-License-Identifier: MIT
"""Marks on backups whose deletion has begun, so that a crash can be mended.

The mark is put down durably before anything is removed, and goes last.
"""

from __future__ import annotations

from barman.catalogue.annotation import Annotations
from barman.catalogue.layout import DELETE_MARKER_SUFFIX

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barman.catalogue.layout import Layout
    from barman.model.backup_id import BackupId

_TEXT = "delete"


class DeleteMarkers:
    """The delete markers of one server."""

    def __init__(self, layout: Layout) -> None:
        self._annotations = Annotations(
            layout,
            suffix=DELETE_MARKER_SUFFIX,
            path=layout.delete_marker_path,
            old_path=layout.old_delete_marker_path,
        )

    def place(self, id: BackupId) -> None:
        """Mark a backup as being deleted."""
        self._annotations.write(id, _TEXT)

    def is_placed(self, id: BackupId) -> bool:
        """Tell whether a backup is being deleted."""
        return self._annotations.read(id) is not None

    def remove(self, id: BackupId) -> bool:
        """Take the mark away; tell whether there was one."""
        return self._annotations.remove(id)

    def ids(self) -> tuple[BackupId, ...]:
        """Return the marked backups by id, whether they still exist or not."""
        return self._annotations.ids()
