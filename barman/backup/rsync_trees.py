# SPDX-License-Identifier: MIT
"""Which trees and single files a copy of a cluster by rsync consists of.  Pure.

A configuration file outside the data directory is copied into the copy's root.  Then
the file of that name in the data directory, which PostgreSQL does not read, is left
out: it could share its bytes with another backup, and would be written over.
"""

from __future__ import annotations

from barman.backup.cluster_facts import outside
from barman.backup.exclusions import literal, of_data_directory, of_tablespace
from barman.backup.tree_copy import Tree
from barman.model.frozen import frozen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from barman.catalogue.layout import Layout
    from barman.model.backup import Backup, Tablespace


@frozen()
class ExternalFile:
    """A configuration file outside the data directory, known by its setting."""

    setting: str
    path: str

    @property
    def name(self) -> str:
        """Its name in the copy."""
        return self.path.rpartition("/")[2]


@frozen(kw_only=True)
class Sharing:
    """How trees are copied: limits in kB/s, and what they may share files with.

    `tablespace_limits` hold for tablespaces by name instead of `limit`.
    """

    limit: int | None = None
    tablespace_limits: Mapping[str, int]
    reused: Backup | None = None


def external_files(backup: Backup) -> tuple[ExternalFile, ...]:
    """Return the main configuration files that lie outside the data directory."""
    settings = {
        "config_file": backup.config_file,
        "hba_file": backup.hba_file,
        "ident_file": backup.ident_file,
    }
    return tuple(
        ExternalFile(setting, path)
        for setting, path in settings.items()
        if path and outside([path], backup.pgdata)
    )


def trees(
    backup: Backup,
    layout: Layout,
    sharing: Sharing,
    external: Iterable[ExternalFile] = (),
) -> tuple[Tree, ...]:
    """Return the tablespaces and then the data directory, as trees to copy."""
    assert backup.pgdata is not None
    reused = sharing.reused
    tablespaces = tuple(
        _tablespace(backup, each, layout, sharing) for each in backup.tablespaces
    )
    data_directory = Tree(
        label="pgdata",
        source=_root(backup.pgdata),
        destination=_root(layout.data_directory(backup.id)),
        excludes=(
            *(f"/{literal(each.name)}" for each in external),
            *of_data_directory(
                backup.pgdata,
                [(each.oid, each.location) for each in backup.tablespaces],
            ),
        ),
        reference=layout.data_directory(reused.id) if reused else None,
        bandwidth_limit=sharing.limit,
    )
    return (*tablespaces, data_directory)


def _tablespace(
    backup: Backup, tablespace: Tablespace, layout: Layout, sharing: Sharing
) -> Tree:
    assert backup.version is not None
    includes, excludes = of_tablespace(backup.version.major)
    reference = None
    if sharing.reused and tablespace.oid in {t.oid for t in sharing.reused.tablespaces}:
        reference = layout.tablespace_directory(sharing.reused.id, tablespace.oid)
    return Tree(
        label=tablespace.name,
        source=_root(tablespace.location),
        destination=_root(layout.tablespace_directory(backup.id, tablespace.oid)),
        includes=includes,
        excludes=excludes,
        reference=reference,
        bandwidth_limit=sharing.tablespace_limits.get(tablespace.name, sharing.limit),
    )


def _root(path: str) -> str:
    return path.rstrip("/") + "/"
