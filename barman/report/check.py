# SPDX-License-Identifier: MIT
"""What a check of a server finds: a header, then each result as soon as it is known."""

from __future__ import annotations

from barman.model.frozen import frozen
from barman.report.report import Message, Report

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barman.report.listing import ListedServer


@frozen(kw_only=True)
class CheckBegun(Report):
    """The checks of a server begin."""

    server: ListedServer


@frozen(kw_only=True)
class CheckDone(Report):
    """The result of one check, told when its line is to be shown.

    `counts` is False where a failure does not make the command fail: the server is
    inactive.  `performance` names a number for monitoring, and its bytes.
    """

    server_name: str
    label: str
    ok: bool
    hint: str | None = None
    counts: bool = True
    performance: tuple[str, int] | None = None

    @property
    def failed(self) -> bool:
        """Whether it failed, of a server whose failures count."""
        return self.counts and not self.ok


@frozen()
class ConfigurationProblem(Message):
    """One reason why a server is disabled, told below the check that found it."""

    server_name: str
    problem: str
