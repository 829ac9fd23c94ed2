# SPDX-License-Identifier: MIT
"""The directories of a server, made before anything is put into them."""

from __future__ import annotations

from barman.system.files import make_directory

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barman.catalogue.layout import Layout


def make_directories(layout: Layout) -> None:
    """Make those that are missing; raise `FileError` on the first that cannot be."""
    for path in (
        layout.root,
        layout.base,
        layout.wals,
        layout.incoming,
        layout.streaming,
        layout.errors,
        layout.meta,
    ):
        make_directory(path)
