# SPDX-License-Identifier: MIT
"""Checks one server: can it be backed up, and are its backups as they should be?

The checks run in a thread of their own, because what hangs (a host, a disk, libpq)
cannot be interrupted: at the time limit the thread is left to itself, with the
connections that it uses, and its results are heard no more.
"""

from __future__ import annotations

import logging
import queue
import threading

from barman.errors import BarmanError, RefusedError
from barman.report.check import CheckBegun, CheckDone
from barman.report.listing import ListedServer
from barman.upkeep.check_finding import Finding, failed
from barman.upkeep.check_setup import directories
from barman.upkeep.check_subject import Subject
from barman.upkeep.check_table import CHECKS, Check

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from barman.config.server_config import ServerConfig
    from barman.report.report import Reporter
    from barman.upkeep.check_subject import CheckTools

    Result = tuple[Check, Finding]
    Found = queue.SimpleQueue[Result | BaseException | None]

logger = logging.getLogger(__name__)

GRACE_SECONDS = 0.2
TIMED_OUT = Check(
    label="check timeout",
    find=lambda _: failed("barman check command timed out"),
)


class Checks:
    """Makes the checks of one server, aloud or silently.

    `abandon` gives up the connections that a check may still be using.
    """

    def __init__(
        self,
        *,
        config: ServerConfig,
        tools: CheckTools,
        reporter: Reporter,
        abandon: Callable[[], None],
        checks: tuple[Check, ...] = CHECKS,
    ) -> None:
        self._config = config
        self._tools = tools
        self._reporter = reporter
        self._abandon = abandon
        self._checks = checks

    def run(self, *, timeout: int | None = None) -> None:
        """Tell every result as soon as it is there; `timeout` 0 means no limit."""
        config, tell = self._config, self._reporter.tell
        server = ListedServer(
            name=config.name,
            inactive=not config.active,
            disabled=config.disabled,
            passive=config.passive,
        )
        tell(CheckBegun(server=server))
        for check, finding in self._results(timeout):
            tell(_done(config, check, finding))
            for detail in finding.details:
                tell(detail)

    def refuse_backup(self, *, timeout: int | None = None) -> None:
        """Raise `RefusedError` unless a backup may start."""
        name, refused = self._config.name, False
        for check, finding in self._results(timeout):
            if finding.is_ok:
                continue
            refused = refused or check.blocks
            logger.log(
                logging.ERROR if check.blocks else logging.WARNING,
                "check '%s' failed for server '%s'%s",
                finding.label or check.label,
                name,
                f": {finding.hint}" if finding.hint else "",
            )
        if refused:
            raise RefusedError(
                "Impossible to start the backup. Check the log for more details, or"
                f" run 'barman check {name}'"
            )

    def _results(self, timeout: int | None) -> Iterator[Result]:
        limit = self._config.check_timeout if timeout is None else timeout
        subject = Subject(self._config, self._tools, limit=limit)
        if not limit:
            yield from self._find(subject)
            return
        found: Found = queue.SimpleQueue()
        thread = threading.Thread(
            target=_feed, args=(found, self._find(subject)), daemon=True
        )
        thread.start()
        try:
            yield from _heard(found, self._deadline(limit))
        finally:
            thread.join(GRACE_SECONDS)
            if thread.is_alive():
                self._abandon()

    def _deadline(self, limit: float) -> Callable[[], float]:
        """Return what tells how many seconds are left."""
        end = self._tools.clock.monotonic() + limit
        return lambda: end - self._tools.clock.monotonic()

    def _find(self, subject: Subject) -> Iterator[Result]:
        if not self._config.disabled:
            # WAL needs a place to arrive before the first check looks for it.
            directories(subject)
        for check in self._checks:
            finding = _find(check, subject)
            if finding is not None:
                yield check, finding


def _find(check: Check, subject: Subject) -> Finding | None:
    """Make one check; what keeps it from being made is a failure of it."""
    try:
        return check.find(subject) if check.applies(subject) else None
    except BarmanError as error:
        return failed(error.message)


def _feed(found: Found, results: Iterator[Result]) -> None:
    try:
        for result in results:
            found.put(result)
        found.put(None)
    except BaseException as error:  # raised where the results are heard
        found.put(error)


def _heard(
    found: Found,
    left: Callable[[], float],
) -> Iterator[Result]:
    """Yield results as they come; after the time limit, that it has passed."""
    while True:
        try:
            result = found.get(timeout=max(left(), 0))
        except queue.Empty:
            yield TIMED_OUT, failed("barman check command timed out")
            return
        if result is None:
            return
        if isinstance(result, BaseException):
            raise result
        yield result


def _done(config: ServerConfig, check: Check, finding: Finding) -> CheckDone:
    performance = finding.performance
    return CheckDone(
        server_name=config.name,
        label=finding.label or check.label,
        ok=finding.is_ok,
        hint=finding.hint or None,
        counts=config.active,
        performance=performance and (config.name + performance[0], performance[1]),
    )
