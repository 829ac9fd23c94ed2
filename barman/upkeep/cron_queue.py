# SPDX-License-Identifier: MIT
"""The queue of configuration changes: looked at, and left to who can apply it."""

from __future__ import annotations

import json
import os

from barman.errors import BusyError
from barman.report.cron import ConfigQueueBusy, ConfigQueueIgnored
from barman.system.files import file_error
from barman.system.locks import config_update

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barman.report.report import Reporter


def look_at_queue(path: str, *, lock_directory: str, reporter: Reporter) -> None:
    """Warn of changes that wait, without touching them."""
    if not os.path.lexists(path):
        return
    lock = config_update(lock_directory)
    try:
        with lock:
            if _has_entries(path):
                reporter.tell(ConfigQueueIgnored(path))
    except BusyError:
        reporter.tell(ConfigQueueBusy(lock.path))


def _has_entries(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            content = file.read()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise file_error("read", path, error) from error
    try:
        return bool(content.strip() and json.loads(content))
    except ValueError:
        return True  # Whatever it is, nobody has applied it.
