# SPDX-License-Identifier: MIT
"""What is said of configured servers before or instead of working on them."""

from __future__ import annotations

from barman.model.enumeration import Enum, unique
from barman.model.frozen import frozen
from barman.report.report import Level, Message


@unique
class Skip(Enum):
    """Why a server is left out."""

    INACTIVE = "inactive"
    PASSIVE = "passive"
    DISABLED = "disabled"


@frozen()
class ServerSkipped(Message):
    """A server is left out because of its state."""

    server_name: str
    skip: Skip


@frozen()
class ServerUnknown(Message):
    """The configuration has no such server."""

    level = Level.ERROR
    server_name: str


@frozen()
class ServerInactive(Message):
    """The command cannot be used on an inactive server."""

    level = Level.ERROR
    server_name: str


@frozen()
class ServerRefusedAsPassive(Message):
    """The command makes no sense on a passive node."""

    level = Level.ERROR
    server_name: str
    command: str


@frozen()
class AllIsNotOne(Message):
    """The word `all` where exactly one server is asked for."""

    level = Level.ERROR


@frozen()
class AllWithOthers(Message):
    """The word `all` together with names of servers."""

    level = Level.ERROR
