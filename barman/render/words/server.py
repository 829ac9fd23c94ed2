# SPDX-License-Identifier: MIT
"""Words about the choice of servers."""

from __future__ import annotations

from barman.render.words import text
from barman.report.server import (
    AllIsNotOne,
    AllWithOthers,
    ServerInactive,
    ServerRefusedAsPassive,
    ServerSkipped,
    ServerUnknown,
    Skip,
)

_STATE = {
    Skip.INACTIVE: "inactive",
    Skip.PASSIVE: "passive",
    Skip.DISABLED: "temporarily disabled",
}


@text.register(ServerSkipped)
def _server_skipped(message: ServerSkipped) -> str:
    return f"Skipping {_STATE[message.skip]} server '{message.server_name}'"


@text.register(ServerUnknown)
def _server_unknown(message: ServerUnknown) -> str:
    return f"Unknown server '{message.server_name}'"


@text.register(ServerInactive)
def _server_inactive(message: ServerInactive) -> str:
    return f"Inactive server: {message.server_name}"


@text.register(ServerRefusedAsPassive)
def _server_refused_as_passive(message: ServerRefusedAsPassive) -> str:
    return (
        f"'{message.command}' cannot be used on passive server '{message.server_name}'"
    )


@text.register(AllIsNotOne)
def _all_is_not_one(message: AllIsNotOne) -> str:
    return "You cannot use 'all' in a single server context"


@text.register(AllWithOthers)
def _all_with_others(message: AllWithOthers) -> str:
    return "You cannot use 'all' with other server names"
