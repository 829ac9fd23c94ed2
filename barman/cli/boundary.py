# SPDX-License-Identifier: MIT
"""Where errors end: each becomes a message and an exit status."""

from __future__ import annotations

from barman.cli.journal import ERROR
from barman.cli.servers import CommandOver
from barman.errors import BarmanError, Terminated
from barman.report.report import Interrupted, Problem, UnexpectedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from barman.cli.journal import Journal
    from barman.cli.telling import Teller
    from barman.errors import ExitTable


def guarded(
    act: Callable[[], object],
    teller: Teller,
    journal: Journal,
    table: ExitTable,
) -> int:
    """Do `act` and return the exit status; everything that went wrong is told."""
    try:
        act()
    except CommandOver:
        return 0
    except BarmanError as error:
        teller.tell(Problem(error.message, error.hint))
        return table.status(error)
    except BrokenPipeError:
        raise
    except KeyboardInterrupt as interruption:
        teller.tell(Interrupted())
        # compat: Ctrl-C is an error like others; signals end as programs do.
        return interruption.status if isinstance(interruption, Terminated) else 1
    except Exception as error:  # a bug: the one place that may meet any exception
        journal.write(ERROR, str(error), trace=error)
        teller.tell(UnexpectedError(str(error) or type(error).__name__))
        return table.status(error)
    return 0
