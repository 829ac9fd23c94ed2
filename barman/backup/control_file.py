# SPDX-License-Identifier: MIT
"""`global/pg_control`: whose it is, and copying it until the copy is whole."""

from __future__ import annotations

from barman.errors import DataError
from barman.model.control_file import control_file_is_whole, system_identifier
from barman.system.files import file_error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barman.backup.tree_copy import TreeCopier

ATTEMPTS = 10


def copy_control_file(
    copier: TreeCopier, source: str, destination: str, *, systemid: str | None
) -> None:
    """Copy the control file; raise `DataError` when no copy of it is whole.

    PostgreSQL may be writing it while it is read.
    """
    for _ in range(ATTEMPTS):
        copier.copy_file("pg_control", source, destination)
        data = _read(destination)
        if control_file_is_whole(data):
            break
    else:
        raise DataError(f'"{source}" is damaged: its checksum is wrong')
    refuse_other_cluster(data, source, systemid)


def refuse_other_cluster(data: bytes, source: str, systemid: str | None) -> None:
    """Raise `DataError` unless a control file is of the cluster that PostgreSQL is."""
    if systemid is not None and system_identifier(data) != systemid:
        raise DataError(
            f'"{source}" belongs to cluster {system_identifier(data)},'
            f" PostgreSQL says {systemid}",
            hint="Do ssh_command and conninfo lead to the same server?",
        )


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as copy:
            return copy.read()
    except OSError as error:
        raise file_error("read", path, error) from error
