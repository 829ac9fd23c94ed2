# SPDX-License-Identifier: MIT
"""Whose backups these are: one catalogue never holds those of two clusters."""

from __future__ import annotations

from barman.catalogue.directories import make_directories
from barman.catalogue.identity import Identity
from barman.errors import RefusedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barman.catalogue.identity import IdentityFile
    from barman.catalogue.layout import Layout
    from barman.postgres.session import PostgresSession


def identify(
    session: PostgresSession, *, layout: Layout, identity: IdentityFile
) -> str:
    """Return the system identifier of the cluster, recorded on the first call.

    Raises:
        RefusedError: the catalogue belongs to another cluster.
    """
    make_directories(layout)
    systemid = session.systemid
    recorded = identity.record(Identity.of(systemid, session.version))
    if recorded.systemid != systemid:
        raise RefusedError(
            f"the backups of server '{layout.server_name}' are of cluster"
            f" {recorded.systemid}, PostgreSQL is cluster {systemid}",
            hint="Check conninfo, or give the new cluster a server of its own.",
        )
    return systemid
