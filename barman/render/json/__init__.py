# SPDX-License-Identifier: MIT
"""Reports as one JSON object, written on one line when the program ends.

Each area registers `put(report, document)` for its results: it adds keys to the
document, which is a mapping of server names to results.  Messages are collected in
arrays of strings.  Secrets are redacted in every string.
"""

from __future__ import annotations

import json

from barman.model.conninfo import redact
from barman.render.by_type import by_type
from barman.render.words import text
from barman.report.report import Level, Message, Progress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TextIO

    from barman.report.report import Report

    Document = dict[str, Any]

_KEY = {level: f"_{level.name}" for level in Level}
_MANGLED = str.maketrans({" ": "_", "-": "_", ".": None})


@by_type
def put(report: Report, document: Document) -> None:
    """Add what `report` says to `document`."""
    raise LookupError(f"no JSON for {type(report).__name__}")


@put.register(Progress)
def _progress(report: Progress, document: Document) -> None:
    pass


def key(label: str) -> str:
    """Return the key that a label of the console becomes."""
    return label.lower().translate(_MANGLED)


class JsonReporter:
    """Collects what it is told, and writes it at the end."""

    def __init__(
        self, out: TextIO, *, quiet: bool = False, debug: bool = False
    ) -> None:
        self._out = out
        self._quiet = quiet
        self._debug = debug
        self._document: Document = {}

    def tell(self, report: Report) -> None:
        """Add `report` to the document."""
        if not isinstance(report, Message):
            put(report, self._document)
        elif report.level is not Level.DEBUG or self._debug:
            self._document.setdefault(_KEY[report.level], []).append(text(report))

    def finish(self, status: int) -> int:
        """Write the document and return the exit status."""
        if not self._quiet:
            self._out.write(json.dumps(_redacted(self._document), sort_keys=True))
            self._out.flush()
        return status


def _redacted(value: Any) -> Any:
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, dict):
        return {name: _redacted(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_redacted(item) for item in value]
    return value
