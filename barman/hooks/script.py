# SPDX-License-Identifier: MIT
"""Runs hook scripts around an event.

The order is: standard pre, retry pre, the event, retry post, standard post.  A
standard hook runs once and its status means nothing; a retry hook is repeated until
it says 0, 62 (give up, go on) or 63 (give up; before the event: do not do it).
"""

from __future__ import annotations

import logging

from barman.errors import BarmanError, RefusedError
from barman.model.frozen import frozen
from barman.system.command import Command, as_text
from barman.version import VERSION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from barman.config.server_config import ServerConfig
    from barman.hooks.variables import HookEvent
    from barman.system.clock import Clock
    from barman.system.command import CommandRunner

_log = logging.getLogger(__name__)

ABORT_CONTINUE = 62
ABORT_STOP = 63
BURST = 6
PAUSE_SECONDS = 3
LONG_PAUSE_SECONDS = 60


@frozen()
class HookScript:
    """One configured hook."""

    phase: str
    event: str
    retry: bool
    command: str

    @property
    def kind(self) -> str:
        """The name without the phase, as BARMAN_HOOK has it."""
        return f"{self.event}_retry_script" if self.retry else f"{self.event}_script"

    @property
    def option(self) -> str:
        """The configuration option that it stands in."""
        return f"{self.phase}_{self.kind}"


class Hooks:
    """The hooks of one server; `runner` has `path_prefix` in its PATH already."""

    def __init__(
        self,
        *,
        config: ServerConfig,
        configuration_path: str,
        runner: CommandRunner,
        clock: Clock,
    ) -> None:
        self._config = config
        self._configuration_path = configuration_path
        self._runner = runner
        self._clock = clock

    def has(self, event: HookEvent) -> bool:
        """Tell whether any hook is bound to `event`."""
        return any(
            self._find(phase, event, retry=retry)
            for phase in ("pre", "post")
            for retry in (False, True)
        )

    def run_pre(self, event: HookEvent, variables: Mapping[str, str]) -> None:
        """Run the hooks before the event; raise `RefusedError` when one vetoes it."""
        if script := self._find("pre", event, retry=False):
            self._run_once(script, variables)
        if (script := self._find("pre", event, retry=True)) is None:
            return
        if self._run_until_answered(script, variables) == ABORT_STOP:
            raise RefusedError(
                f"Abort '{script.option}' retry hook script"
                f" ({script.command}, exit code: {ABORT_STOP})"
            )

    def run_post(self, event: HookEvent, variables: Mapping[str, str]) -> None:
        """Run the hooks after the event; none of them can undo it."""
        script = self._find("post", event, retry=True)
        if script and self._run_until_answered(script, variables) == ABORT_STOP:
            _log.warning(
                "ignoring stop request of '%s' (%s): the operation is done already",
                script.option,
                script.command,
            )
        if script := self._find("post", event, retry=False):
            self._run_once(script, variables)

    def _find(self, phase: str, event: HookEvent, *, retry: bool) -> HookScript | None:
        script = HookScript(phase, event.value, retry, "")
        command = getattr(self._config, script.option)
        if not command:
            return None
        return HookScript(phase, event.value, retry, command)

    def _run_until_answered(
        self, script: HookScript, variables: Mapping[str, str]
    ) -> int:
        for pause in pauses():
            status = self._run_once(script, variables)
            if status in (0, ABORT_CONTINUE, ABORT_STOP):
                break
            self._clock.sleep(pause)
        if status == ABORT_CONTINUE:
            _log.warning("'%s' gave up with status 62: going on", script.option)
        if status == ABORT_STOP:
            _log.error("'%s' gave up with status 63", script.option)
        assert status is not None
        return status

    def _run_once(self, script: HookScript, variables: Mapping[str, str]) -> int | None:
        """Return the exit status, None when the script could not be started."""
        command = Command(
            argv=("/bin/sh", "-c", script.command),
            accept=None,
            stdin=b"",
            env={**self._common(script), **variables},
        )
        try:
            completed = self._runner.run(
                command,
                on_stdout=lambda line: _log.debug("%s: %s", script.option, line),
                on_stderr=lambda line: _log.warning("%s: %s", script.option, line),
            )
        except (BarmanError, OSError):
            _log.exception("'%s' could not be run", script.option)
            return None
        if completed.status != 0:
            _log.warning(
                "'%s' (%s) ended with status %s: %s",
                script.option,
                script.command,
                completed.status,
                as_text(completed.stdout + completed.stderr),
            )
        return completed.status

    def _common(self, script: HookScript) -> dict[str, str]:
        return {
            "BARMAN_VERSION": VERSION,
            "BARMAN_SERVER": self._config.name,
            "BARMAN_CONFIGURATION": self._configuration_path,
            "BARMAN_HOOK": script.kind,
            "BARMAN_PHASE": script.phase,
            "BARMAN_RETRY": "1" if script.retry else "0",
            "BARMAN_ERROR": "",
        }


def pauses() -> Iterator[int]:
    """Yield the seconds to wait after each failed attempt, for ever.

    Six attempts three seconds apart, then a minute, then six again.
    """
    while True:
        yield from [PAUSE_SECONDS] * (BURST - 1)
        yield LONG_PAUSE_SECONDS
