# SPDX-License-Identifier: MIT
"""Hooks that remember when they were run, and may forbid or fail."""

from __future__ import annotations

from barman.errors import RefusedError


class HooksFake:
    """Hooks bound to every event when `bound`; `veto` names what pre hooks forbid."""

    def __init__(self, *, bound: bool = False, veto: str | None = None) -> None:
        self.bound = bound
        self.veto = veto
        self.ran: list[tuple[str, str, dict[str, str]]] = []

    def has(self, event) -> bool:
        return self.bound

    def run_pre(self, event, variables) -> None:
        self.ran.append(("pre", event.value, dict(variables)))
        if self.veto is not None and self.veto in variables.values():
            raise RefusedError("vetoed")

    def run_post(self, event, variables) -> None:
        self.ran.append(("post", event.value, dict(variables)))
