# SPDX-License-Identifier: MIT
"""Directories that two options share, after symbolic links are resolved.

Only equality counts: a directory inside another one is no conflict.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_OPTIONS = (
    "backup_directory",
    "basebackups_directory",
    "errors_directory",
    "incoming_wals_directory",
    "streaming_wals_directory",
    "wals_directory",
)


def find_conflicts(
    servers: Mapping[str, Mapping[str, object]],
) -> tuple[list[str], dict[str, list[str]]]:
    """Return what stops every command, and what disables single servers."""
    owners: dict[str, tuple[str, str]] = {}
    parents: dict[str, str] = {}
    errors: list[str] = []
    problems: dict[str, list[str]] = {}
    for server in sorted(servers):
        for option in _OPTIONS:
            written = str(servers[server][option])
            if "://" in written:
                continue
            path = _resolved(written, parents)
            owner, other = owners.setdefault(path, (server, option))
            if (owner, other) == (server, option):
                continue
            if owner == server:
                problems.setdefault(server, []).append(
                    f"'{option}' and '{other}' of server '{server}' are the same "
                    f"directory '{path}'"
                )
            else:
                errors.append(
                    f"'{option}' of server '{server}' and '{other}' of server "
                    f"'{owner}' are the same directory '{path}'"
                )
    return errors, problems


def _resolved(path: str, parents: dict[str, str]) -> str:
    """Return the real path; the parents of many servers are resolved once."""
    head, name = os.path.split(path)
    if name in ("", ".", "..") or os.path.islink(path):
        return os.path.realpath(path)
    parent = parents.get(head)
    if parent is None:
        parent = parents[head] = os.path.realpath(head)
    return os.path.join(parent, name)
