# SPDX-License-Identifier: MIT
"""Makes and removes the replication slot of a server."""

from __future__ import annotations

from barman.errors import ConfigError, PostgresError, RefusedError
from barman.postgres.replication import (
    NoFreeSlotError,
    SlotExistsError,
    SlotInUseError,
    SlotMissingError,
)
from barman.report.receiver import (
    SlotCreated,
    SlotCreating,
    SlotDropped,
    SlotDropping,
    SlotKept,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from barman.report.report import Reporter

    class SlotSession(Protocol):
        """What a replication session offers for slots."""

        def create_slot(self, name: str) -> None:
            """Make a physical slot."""

        def drop_slot(self, name: str) -> None:
            """Remove a slot."""


class Slots:
    """The replication slot `slot_name` of one server."""

    def __init__(
        self,
        *,
        server_name: str,
        slot_name: str | None,
        session: SlotSession,
        reporter: Reporter,
    ) -> None:
        self._server_name = server_name
        self._slot_name = slot_name
        self._session = session
        self._reporter = reporter

    def create(self, *, if_not_exists: bool = False) -> None:
        """Make the slot; raise if it is there, unless that is said to be right."""
        name = self._name()
        self._reporter.tell(SlotCreating(self._server_name, name))
        try:
            self._session.create_slot(name)
        except SlotExistsError:
            if not if_not_exists:
                raise
            self._reporter.tell(SlotKept(name))
            return
        except NoFreeSlotError as error:
            raise PostgresError(
                f"All replication slots for server '{self._server_name}' are in use\n"
                "Free one or increase the max_replication_slots value on your"
                " PostgreSQL server."
            ) from error
        self._reporter.tell(SlotCreated(name))

    def drop(self) -> None:
        """Remove the slot; raise if it is not there or in use."""
        name = self._name()
        self._reporter.tell(SlotDropping(self._server_name, name))
        try:
            self._session.drop_slot(name)
        except SlotMissingError as error:
            raise PostgresError(f"Replication slot '{name}' does not exist") from error
        except SlotInUseError as error:
            raise RefusedError(
                f"Cannot drop replication slot '{name}' on server"
                f" '{self._server_name}' because it is in use."
            ) from error
        self._reporter.tell(SlotDropped(name))

    def _name(self) -> str:
        if not self._slot_name:
            raise ConfigError(
                f"'slot_name' is not set for server '{self._server_name}'",
                hint="Set 'slot_name' in the configuration of the server.",
            )
        return self._slot_name
