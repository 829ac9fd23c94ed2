# SPDX-License-Identifier: MIT
"""A psycopg2 connection in memory: answers by what the statement contains."""

from __future__ import annotations

from typing import Any

import psycopg2


class LinkFake:
    """`answers` maps a part of a statement to rows, or to an error to raise.

    An error named `lost` closes the link too.
    """

    def __init__(self, answers: dict[str, Any], server_version: int = 150000) -> None:
        self.answers = answers
        self.server_version = server_version
        self.closed = 0
        self.autocommit = False
        self.sent: list[str] = []
        self.description: object = None
        self._rows: list[Any] = []

    def cursor(self) -> LinkFake:
        return self

    def __enter__(self) -> LinkFake:
        return self

    def __exit__(self, *_: object) -> None:
        """As a cursor."""

    def execute(self, text: str, parameters: object = None) -> None:
        self.sent.append(text)
        self.description, self._rows = None, []
        for part, answer in self.answers.items():
            if part in text:
                if isinstance(answer, Exception):
                    self.closed = 2 if isinstance(answer, Lost) else 0
                    raise answer
                self.description, self._rows = "there", answer
                return

    def fetchall(self) -> list[Any]:
        return self._rows

    def fileno(self) -> int:
        raise psycopg2.InterfaceError("no socket")

    def close(self) -> None:
        self.closed = 1


class Lost(psycopg2.OperationalError):
    """The server is gone."""


class Server:
    """Gives out links, one after the other, and remembers what was asked for."""

    def __init__(self, *links: LinkFake | Exception) -> None:
        self.links = list(links)
        self.given: list[str] = []

    def __call__(self, dsn: str, **_: object) -> LinkFake:
        self.given.append(dsn)
        link = self.links.pop(0)
        if isinstance(link, Exception):
            raise link
        return link
