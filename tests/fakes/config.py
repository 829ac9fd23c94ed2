# SPDX-License-Identifier: MIT
"""Configurations for tests, made by the real loader from a text."""

from __future__ import annotations

import os

from barman.config.configuration import Configuration
from barman.config.load import load
from barman.config.main_file import read_main
from barman.config.server_config import ServerConfig


def configuration(home: str | os.PathLike[str], text: str = "") -> Configuration:
    """Write `<home>/barman.conf`, with `barman_home` being `home`, and load it.

    `text` goes on in section [barman] and may begin others.
    """
    path = os.path.join(home, "barman.conf")
    with open(path, "w", encoding="utf-8", errors="surrogateescape") as file:
        file.write(f"[barman]\nbarman_home = {os.fspath(home)}\n{text}")
    return load(read_main(path), home=os.fspath(home))


def server_config(
    home: str | os.PathLike[str], name: str = "main", **options: str
) -> ServerConfig:
    """Return one server: as `options` say, else reachable by both archivers."""
    usual = {
        "conninfo": "host=pg user=barman",
        "ssh_command": "ssh postgres@pg",
        "archiver": "on",
        "backup_options": "concurrent_backup",
    }
    if options.get("backup_method") == "local-rsync":
        del usual["ssh_command"]
    lines = "".join(f"{key} = {text}\n" for key, text in {**usual, **options}.items())
    return configuration(home, f"[{name}]\n{lines}").servers[name]
