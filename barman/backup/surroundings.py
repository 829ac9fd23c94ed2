# SPDX-License-Identifier: MIT
"""What the parts of a backup share besides its method."""

from __future__ import annotations

from barman.model.frozen import frozen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barman.catalogue.backups import BackupCatalogue
    from barman.catalogue.layout import Layout
    from barman.report.report import Reporter
    from barman.system.clock import Clock
    from barman.system.locks import Locks


@frozen(kw_only=True)
class BackupSurroundings:
    """One server's catalogue and locks, the clock, and whom to tell."""

    server_name: str
    layout: Layout
    catalogue: BackupCatalogue
    locks: Locks
    clock: Clock
    reporter: Reporter
