# SPDX-License-Identifier: MIT
"""The table of all options: the one place that says which there are.

`disabled` is no row: in a server section it is accepted and ignored, because it is
worked out; in a model it is honoured (`models.py`).
"""

from __future__ import annotations

from barman.config.options_backup import BACKUP, RESTORE
from barman.config.options_cloud import CLOUD
from barman.config.options_directories import DIRECTORIES
from barman.config.options_general import GENERAL
from barman.config.options_global import GLOBAL
from barman.config.options_retention import HOOKS, RETENTION
from barman.config.options_wal import WAL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barman.config.option import Option

CHAPTERS = (
    GLOBAL,
    GENERAL,
    DIRECTORIES,
    WAL,
    BACKUP,
    RESTORE,
    RETENTION,
    HOOKS,
    CLOUD,
)

OPTIONS: tuple[Option, ...] = tuple(
    option for chapter in CHAPTERS for option in chapter.options
)
OPTIONS_BY_NAME = {option.name: option for option in OPTIONS}

GLOBAL_OPTIONS = {option.name: option for option in GLOBAL.options}
SERVER_OPTIONS = {option.name: option for option in OPTIONS if option.scope.in_server}
MODEL_OPTIONS = {option.name: option for option in OPTIONS if option.scope.in_model}
