# SPDX-License-Identifier: MIT
"""Becoming the user whom the catalogue belongs to."""

from __future__ import annotations

import os
import pwd

from barman.errors import ConfigError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import MutableMapping


def become(name: str, environ: MutableMapping[str, str]) -> None:
    """Go on as user `name`: nothing to do, or drop root's privileges for good.

    Raises:
        ConfigError: the user does not exist, or we are another one and not root.
    """
    try:
        user = pwd.getpwnam(name)
    except KeyError as error:
        raise ConfigError(
            f'the user "{name}" does not exist',
            hint='Create the user, or set "barman_user" in section [barman].',
        ) from error
    if os.getuid() == user.pw_uid:
        return
    if os.getuid() != 0:
        raise ConfigError(f"please run as {name}")
    try:
        os.initgroups(user.pw_name, user.pw_gid)
        os.setgid(user.pw_gid)
        os.setuid(user.pw_uid)
    except OSError as error:
        raise ConfigError(
            f'could not become user "{name}": {error.strerror}'
        ) from error
    environ["HOME"] = user.pw_dir
