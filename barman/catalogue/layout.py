# SPDX-License-Identifier: MIT
"""Where the files of one server lie.

Every path of the catalogue is made here.  The old places of a file are made here too,
under names that say so: they are read and cleaned away, never written.
"""

from __future__ import annotations

import os

from barman.model.frozen import frozen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barman.config.server_config import ServerConfig
    from barman.model.backup_id import BackupId
    from barman.model.wal_file import WalFile

INFO_SUFFIX = "-backup.info"
KEEP_SUFFIX = "-keep"
DELETE_MARKER_SUFFIX = "-delete_this"


@frozen(kw_only=True)
class Layout:
    """The directories of one server, and the paths below them."""

    server_name: str
    root: str
    base: str
    wals: str
    incoming: str
    streaming: str
    errors: str
    meta: str
    xlogdb_path: str

    @classmethod
    def of(cls, config: ServerConfig) -> Layout:
        """Return the layout that the configuration of a server asks for."""
        return cls(
            server_name=config.name,
            root=config.backup_directory,
            base=config.basebackups_directory,
            wals=config.wals_directory,
            incoming=config.incoming_wals_directory,
            streaming=config.streaming_wals_directory,
            errors=config.errors_directory,
            meta=config.meta_directory,
            xlogdb_path=config.xlogdb_path,
        )

    @property
    def identity_path(self) -> str:
        """The file that remembers which cluster this is."""
        return os.path.join(self.root, "identity.json")

    @property
    def old_xlogdb_path(self) -> str:
        """Where Barman before 3.13 kept the WAL index; its content is never read."""
        return os.path.join(self.wals, "xlog.db")

    def backup_directory(self, id: BackupId) -> str:
        """Return the directory that holds everything copied for a backup."""
        return os.path.join(self.base, id.text)

    def data_directory(self, id: BackupId) -> str:
        """Return the copy of PGDATA: `data`, or `pgdata` if an old Barman made it."""
        old = self._old_data_directory(id)
        return old if os.path.isdir(old) else os.path.join(self.base, id.text, "data")

    def tablespace_directory(self, id: BackupId, oid: int) -> str:
        """Return the copy of a tablespace; an old Barman kept it below `pgdata`."""
        old = self._old_data_directory(id)
        if os.path.isdir(old):
            return os.path.join(old, "pg_tblspc", str(oid))
        return os.path.join(self.base, id.text, str(oid))

    def info_path(self, id: BackupId) -> str:
        """Return where backup.info is written."""
        return os.path.join(self.meta, id.text + INFO_SUFFIX)

    def old_info_path(self, id: BackupId) -> str:
        """Return where Barman before 3.13.2 kept backup.info."""
        return os.path.join(self.base, id.text, "backup.info")

    def keep_path(self, id: BackupId) -> str:
        """Return the file that tells how a backup is kept."""
        return os.path.join(self.meta, id.text + KEEP_SUFFIX)

    def old_keep_path(self, id: BackupId) -> str:
        """Return where Barman before 3.13.3 told how a backup is kept."""
        return os.path.join(self.base, id.text, "annotations", "keep")

    def delete_marker_path(self, id: BackupId) -> str:
        """Return the file that tells that a backup is being deleted."""
        return os.path.join(self.meta, id.text + DELETE_MARKER_SUFFIX)

    def old_delete_marker_path(self, id: BackupId) -> str:
        """Return where Barman 3.12 told that a backup is being deleted."""
        return os.path.join(self.base, id.text, "annotations", "delete_this")

    def wal_path(self, wal: WalFile) -> str:
        """Return where an archived WAL file of any kind lies."""
        return os.path.join(self.wals, wal.relative_path)

    def _old_data_directory(self, id: BackupId) -> str:
        return os.path.join(self.base, id.text, "pgdata")
