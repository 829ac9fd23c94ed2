# SPDX-License-Identifier: MIT
"""Which backups an operator keeps beyond their retention policy, and how.

The text is the word and nothing more: with a line feed after it, `standalone` means
what any other text means, to keep everything.
"""

from __future__ import annotations

from barman.catalogue.annotation import Annotations
from barman.catalogue.layout import KEEP_SUFFIX
from barman.model.keep import KeepTarget

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from barman.catalogue.layout import Layout
    from barman.model.backup_id import BackupId


class Keeps:
    """The keep annotations of one server."""

    def __init__(self, layout: Layout) -> None:
        self._annotations = Annotations(
            layout,
            suffix=KEEP_SUFFIX,
            path=layout.keep_path,
            old_path=layout.old_keep_path,
        )

    def text(self, id: BackupId) -> str | None:
        """Return what the file says, to the letter; None if there is none.

        Even an empty one, which means nothing to retention, forbids a manual delete.
        """
        return self._annotations.read(id)

    def target(self, id: BackupId) -> KeepTarget | None:
        """Return how a backup is kept; None if it is not."""
        text = self.text(id)
        return None if text is None else KeepTarget.read(text)

    def targets(self, ids: Iterable[BackupId]) -> Mapping[BackupId, KeepTarget]:
        """Return those of these backups that are kept, and how."""
        annotated = set(self._annotations.ids())
        found = {id: self.target(id) for id in ids if id in annotated}
        return {id: target for id, target in found.items() if target is not None}

    def keep(self, id: BackupId, target: KeepTarget) -> None:
        """Keep a backup from now on."""
        self._annotations.write(id, target.value)

    def release(self, id: BackupId) -> bool:
        """Keep it no longer; tell whether it was kept."""
        return self._annotations.remove(id)
