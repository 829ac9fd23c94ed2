# SPDX-License-Identifier: MIT
"""The files that belong to a backup: its copy, and the WAL that it needs.

Paths are told in parts while the directories are walked, so that memory stays flat.
"""

from __future__ import annotations

import os

from barman.model.selector import select
from barman.model.wal_file import WalFile, WalFileKind
from barman.report.listing import FilesListed
from barman.system.files import file_error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from barman.catalogue.backups import BackupCatalogue
    from barman.catalogue.layout import Layout
    from barman.catalogue.wal_index import WalIndex
    from barman.catalogue.wal_tree import WalTree
    from barman.model.backup import Backup
    from barman.report.report import Reporter

_PART = 1000
_WITH_DATA = ("data", "standalone", "full")


class BackupFiles:
    """Tells the files of the backups of one server."""

    def __init__(
        self,
        *,
        layout: Layout,
        catalogue: BackupCatalogue,
        wal_index: WalIndex,
        wal_tree: WalTree,
        reporter: Reporter,
    ) -> None:
        self._layout = layout
        self._catalogue = catalogue
        self._wal_index = wal_index
        self._wal_tree = wal_tree
        self._reporter = reporter

    def list(
        self, selector: str, *, target: str, empty_directories: bool = False
    ) -> None:
        """Tell the paths of one backup: `data`, `wal`, `standalone` or `full`."""
        backups = self._catalogue.list()
        by_id = {backup.id: backup for backup in backups}
        backup = select(selector, by_id, server=self._layout.server_name)
        if target in _WITH_DATA:
            directory = self._layout.backup_directory(backup.id)
            self._tell(_walk(directory, empty_directories=empty_directories))
        if target == "standalone":
            # Which segments are required follows from the backup; a backup without
            # an end has none.
            self._tell(
                self._wal_tree.path(str(segment))
                for segment in backup.required_segments()
            )
        elif target in ("wal", "full"):
            self._tell(self._wal_paths(backup, backups))

    def _wal_paths(self, backup: Backup, backups: tuple[Backup, ...]) -> Iterator[str]:
        if backup.begin_segment is None:
            return
        begin = str(backup.begin_segment)
        last = _last_wal(backup, backups)
        for name in self._wal_index.names():
            file = WalFile(name)
            wanted = file.is_segment and begin <= name.upper() <= last
            if wanted or file.kind is WalFileKind.HISTORY:
                yield self._layout.wal_path(file)

    def _tell(self, paths: Iterable[str]) -> None:
        part: list[str] = []
        for path in paths:
            part.append(path)
            if len(part) == _PART:
                self._reporter.tell(FilesListed(paths=tuple(part)))
                part.clear()
        if part:
            self._reporter.tell(FilesListed(paths=tuple(part)))


def _last_wal(backup: Backup, backups: tuple[Backup, ...]) -> str:
    """Return the end of the next backup on this timeline, or the timeline's own."""
    end_of_timeline = f"{backup.begin_segment}"[:8] + "F" * 16
    for following in backups:
        if following.id > backup.id and following.status.is_usable:
            return min(str(following.end_segment or end_of_timeline), end_of_timeline)
    return end_of_timeline


def _walk(directory: str, *, empty_directories: bool) -> Iterator[str]:
    """Yield the files below `directory`; raise `FileError` for what cannot be read."""

    def refuse(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError):
            raise file_error("read directory", str(error.filename), error) from error

    for where, directories, names in os.walk(directory, onerror=refuse):
        directories.sort()
        if empty_directories and not directories and not names:
            yield where
        for name in sorted(names):
            yield os.path.join(where, name)
