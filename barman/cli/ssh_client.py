# SPDX-License-Identifier: MIT
"""Names the ssh client in the errors of commands that other hosts run."""

from __future__ import annotations

from contextlib import contextmanager

from barman.errors import BarmanError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@contextmanager
def naming_ssh_client(environ: Mapping[str, str]) -> Iterator[None]:
    """Add the address of the ssh client, if there is one, to an error's message."""
    try:
        yield
    except BarmanError as error:
        address = environ.get("SSH_CONNECTION", "").split(" ")[0]
        if address:
            error.message = f"{error.message} (SSH host: {address})"
        raise
