# SPDX-License-Identifier: MIT
"""Where programs are looked for: `path_prefix` comes before the PATH of the user."""

from __future__ import annotations

from barman.model.frozen import frozen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


@frozen()
class ProgramPath:
    """The directories of `path_prefix`, if any."""

    path_prefix: str | None = None

    def search_path(self, path: str | None) -> str:
        """Return PATH with the prefix before it."""
        return ":".join(part for part in (self.path_prefix, path) if part)

    def environment(self, environ: Mapping[str, str]) -> dict[str, str]:
        """Return the environment in which commands of this server run."""
        return {**environ, "PATH": self.search_path(environ.get("PATH"))}
