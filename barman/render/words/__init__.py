# SPDX-License-Identifier: MIT
"""The words of messages: `text(message)`; each area registers its own.

Lines after the first belong to the same message.  Prefixes such as `ERROR: `, colours
and redaction are the renderers'.
"""

from __future__ import annotations

from barman.render.by_type import by_type

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barman.report.report import Message


@by_type
def text(message: Message) -> str:
    """Return what `message` says."""
    raise LookupError(f"no words for {type(message).__name__}")
