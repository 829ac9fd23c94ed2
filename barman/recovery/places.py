# SPDX-License-Identifier: MIT
"""Where the directories of a restore must not lie, in relation to one another.

A restore into the wrong place can destroy what it is made from; and what PostgreSQL
removes at the end of recovery must not hold what it serves from.
"""

from __future__ import annotations

import os

from barman.errors import RefusedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from barman.catalogue.layout import Layout
    from barman.recovery.plan import RecoveryPlan

# What a data directory has at its top, in any version.
_OF_POSTGRES = frozenset(
    (
        *("base", "global"),
        *("pg_clog", "pg_commit_ts", "pg_dynshmem", "pg_logical", "pg_multixact"),
        *("pg_notify", "pg_replslot", "pg_serial", "pg_snapshots", "pg_stat"),
        *("pg_stat_tmp", "pg_subtrans", "pg_tblspc", "pg_twophase", "pg_wal"),
        *("pg_xact", "pg_xlog"),
    )
)


def check_places(plan: RecoveryPlan, layout: Layout) -> None:
    """Refuse directories that lie within one another, or in our own store."""
    root = os.path.realpath(plan.request.destination)
    others = [os.path.realpath(each.location) for each in plan.tablespaces]
    staging = plan.request.staging_wal_directory
    places = [root, *others, *([os.path.realpath(staging)] if staging else [])]
    if len(set(places)) < len(places):
        raise RefusedError("two directories of the restore are the same")
    _check_stores(places, layout)
    for each, place in zip(plan.tablespaces, others):
        if _is_within(root, place):
            raise RefusedError(
                f"the destination lies in the tablespace '{each.name}' ('{place}')"
            )
    if staging and any(_is_within(p, places[-1]) for p in (root, *others)):
        raise RefusedError(
            f"the directory '{staging}' for WAL files holds a directory of the cluster",
            hint="PostgreSQL will remove it at the end of recovery.",
        )
    data = layout.data_directory(plan.backup.id)
    _check_inside(root, places[1:], data)


def _check_stores(places: list[str], layout: Layout) -> None:
    queues = (layout.incoming, layout.streaming, layout.errors)
    for store in (layout.base, layout.wals, layout.meta, *queues):
        for place in places:
            if _is_within(place, os.path.realpath(store)):
                raise RefusedError(f"'{place}' lies among the backups in '{store}'")


def _check_inside(root: str, places: Iterable[str], data: str) -> None:
    """Refuse what would lie where the data directory has something of its own."""
    for place in places:
        if not _is_within(place, root):
            continue
        path = os.path.relpath(place, root)
        own = os.path.join(data, path)
        if path.split("/")[0] in _OF_POSTGRES or not _is_nothing(own):
            raise RefusedError(f"'{place}' belongs to the data directory")


def _is_within(place: str, outer: str) -> bool:
    return place == outer or place.startswith(outer.rstrip("/") + "/")


def _is_nothing(path: str) -> bool:
    """Tell whether there is nothing, or an empty directory."""
    if not os.path.lexists(path):
        return True
    return os.path.isdir(path) and not os.listdir(path)
