# SPDX-License-Identifier: MIT
"""What one check finds."""

from __future__ import annotations

from barman.model.frozen import frozen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barman.report.report import Message


@frozen(kw_only=True)
class Finding:
    """The result of a check, as far as it knows it.

    `label` stands in for that of the check.  `performance` is a number for monitoring:
    its suffix after the server's name, and bytes.  `details` are told after the line.
    """

    is_ok: bool
    hint: str | None = None
    label: str | None = None
    performance: tuple[str, int] | None = None
    details: tuple[Message, ...] = ()


def ok(hint: str | None = None) -> Finding:
    """Return the finding that all is well."""
    return Finding(is_ok=True, hint=hint)


def failed(hint: str | None = None, *, label: str | None = None) -> Finding:
    """Return the finding that something is wrong."""
    return Finding(is_ok=False, hint=hint, label=label)


def verdict(is_ok: bool, hint: str) -> Finding:
    """Return `ok()` without a hint, or a failure with it."""
    return ok() if is_ok else failed(hint)
