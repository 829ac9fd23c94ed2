# SPDX-License-Identifier: MIT
"""identity.json: which cluster a server's backups are of.

Written at the first backup and never again, so that a server whose configuration is
pointed at another cluster is noticed.
"""

from __future__ import annotations

import json

from barman.errors import DataError
from barman.model.frozen import frozen
from barman.system.files import (
    file_error,
    make_directory,
    open_regular,
    write_atomically,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barman.catalogue.layout import Layout
    from barman.model.postgres_version import PostgresVersion


@frozen()
class Identity:
    """The system identifier of a cluster and its major version, as text."""

    systemid: str
    major: str

    @classmethod
    def of(cls, systemid: str, version: PostgresVersion) -> Identity:
        """Return the identity of a cluster as PostgreSQL tells it."""
        return cls(systemid, version.major)

    @classmethod
    def parse(cls, content: bytes, *, path: str) -> Identity:
        """Read the file's content; raise `DataError`, which names `path`."""
        try:
            match json.loads(content):
                case {"systemid": str() as systemid, "version": str() as version}:
                    return cls(systemid, version)
        except (ValueError, RecursionError) as error:
            raise DataError(f'"{path}" is not valid JSON') from error
        raise DataError(f'"{path}" does not tell systemid and version')

    def render(self) -> str:
        """Return the text of the file."""
        fields = {"systemid": self.systemid, "version": self.major}
        return json.dumps(fields, indent=4, sort_keys=True) + "\n"


class IdentityFile:
    """The identity.json of one server."""

    def __init__(self, layout: Layout) -> None:
        self._root = layout.root
        self._path = layout.identity_path

    def find(self) -> Identity | None:
        """Return what was recorded; None before the first backup."""
        try:
            with open_regular(self._path) as file:
                content = file.read()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise file_error("read", self._path, error) from error
        return Identity.parse(content, path=self._path)

    def record(self, identity: Identity) -> Identity:
        """Write the identity unless there is one; return the one that is in force."""
        recorded = self.find()
        if recorded is not None:
            return recorded
        make_directory(self._root)
        write_atomically(self._path, identity.render().encode())
        return identity
