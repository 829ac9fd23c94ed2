# SPDX-License-Identifier: MIT
"""The backups of one server: read from and written to their backup.info files.

The id is the name of the file, never its content.  One damaged file must neither hide
the other backups nor let anybody plan a deletion as if the damaged one were not there:
`survey` tells both sides, `list` refuses.
"""

from __future__ import annotations

import os

from barman.catalogue import backup_info
from barman.catalogue.layout import INFO_SUFFIX
from barman.catalogue.listing import names_in
from barman.errors import BarmanError, NotFoundError
from barman.model.backup_id import BackupId
from barman.model.frozen import frozen, replace
from barman.system.files import (
    file_error,
    make_directory,
    open_regular,
    remove_file,
    write_atomically,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import tzinfo

    from barman.catalogue.layout import Layout
    from barman.model.backup import Backup


@frozen()
class Unreadable:
    """A backup.info that cannot be read, and why; the error names the file."""

    path: str
    error: BarmanError


@frozen()
class Survey:
    """All backups that can be read, in the order of their ids, and all that cannot."""

    backups: tuple[Backup, ...]
    unreadable: tuple[Unreadable, ...]


class BackupCatalogue:
    """The repository of one server's backups.

    `zone` is that of times written without one; None means the system's local time.
    """

    def __init__(
        self, *, layout: Layout, server_name: str, zone: tzinfo | None = None
    ) -> None:
        self._layout = layout
        self._server_name = server_name
        self._zone = zone

    def survey(self) -> Survey:
        """Read every backup.info; raise only where not even their names can be read."""
        backups: list[Backup] = []
        unreadable: list[Unreadable] = []
        for name, path in sorted(self._paths().items()):
            try:
                backup = self._read(BackupId(name), path)
            except BarmanError as error:
                unreadable.append(Unreadable(path, error))
                continue
            # One that vanished since the names were read has just been deleted.
            if backup is not None:
                backups.append(backup)
        return Survey(tuple(backups), tuple(unreadable))

    def list(self) -> tuple[Backup, ...]:
        """Return every backup by ascending id; raise the error of one unreadable.

        Whoever decides what may be deleted must use this, not `survey`.
        """
        survey = self.survey()
        for problem in survey.unreadable:
            raise problem.error
        return survey.backups

    def find(self, id: BackupId) -> Backup | None:
        """Return the backup, None if there is none; raise if it cannot be read."""
        return self._read(id, self.info_path(id))

    def get(self, id: BackupId) -> Backup:
        """Return the backup; raise `NotFoundError` if there is none."""
        backup = self.find(id)
        if backup is None:
            raise self._unknown(id)
        return backup

    def save(self, backup: Backup) -> None:
        """Write backup.info so that a crash leaves the old one or the new one."""
        text = backup_info.render(replace(backup, server_name=self._server_name))
        make_directory(self._layout.meta)
        write_atomically(
            self._layout.info_path(backup.id), text.encode("utf-8", "surrogateescape")
        )

    def remove(self, id: BackupId) -> None:
        """Remove backup.info wherever it lies; raise `NotFoundError` if it is nowhere.

        The old place goes first: were it last, a crash between would bring an outdated
        description back to life.
        """
        paths = [self._layout.old_info_path(id), self._layout.info_path(id)]
        present = [path for path in paths if os.path.lexists(path)]
        if not present:
            raise self._unknown(id)
        for path in present:
            remove_file(path)

    def info_path(self, id: BackupId) -> str:
        """Return the file that a backup is read from: the old place if only that is."""
        path, old = self._layout.info_path(id), self._layout.old_info_path(id)
        return old if os.path.lexists(old) and not os.path.lexists(path) else path

    def _paths(self) -> dict[str, str]:
        """Return the file of each backup by id; `meta` wins over the old place."""
        paths = {}
        for name in names_in(self._layout.base):
            path = os.path.join(self._layout.base, name, "backup.info")
            if not name.startswith(".") and os.path.lexists(path):
                paths[name] = path
        for name in names_in(self._layout.meta):
            if name.endswith(INFO_SUFFIX) and not name.startswith((".", INFO_SUFFIX)):
                id = name[: -len(INFO_SUFFIX)]
                paths[id] = os.path.join(self._layout.meta, name)
        return paths

    def _read(self, id: BackupId, path: str) -> Backup | None:
        try:
            with open_regular(path) as file:
                content = file.read()
        except OSError as error:
            # A link to nowhere is there, and cannot be read.
            if isinstance(error, FileNotFoundError) and not os.path.lexists(path):
                return None
            raise file_error("read", path, error) from error
        # Paths of a server may be in any encoding: their bytes survive as surrogates.
        text = content.decode("utf-8", "surrogateescape")
        backup = backup_info.parse(text, id=id, path=path, zone=self._zone)
        if backup.server_name == self._server_name:
            return backup
        return replace(backup, server_name=self._server_name)

    def _unknown(self, id: BackupId) -> NotFoundError:
        return NotFoundError(f"Unknown backup '{id}' for server '{self._server_name}'")
