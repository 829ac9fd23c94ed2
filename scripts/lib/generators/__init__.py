# SPDX-License-Identifier: MIT
"""The generated files of the tree: one row each, one module a kind.

A generator returns the whole content of its file from the tables in `barman/`; it
reads no clock and no environment, so the same tables give the same bytes.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from generators import config_man, config_reference, config_sample, server_config

GENERATORS: dict[str, Callable[[], str]] = {
    "barman.conf.sample": config_sample.render,
    "barman/config/server_config.py": server_config.render,
    "doc/man/barman.5": config_man.render,
    "doc/reference/options.rst": config_reference.render,
}


_ROOT = os.path.abspath(__file__).rsplit("/scripts/", 1)[0]


def main(arguments: list[str], *, root: str = _ROOT) -> int:
    """Write what is stale; with `--check` only name it. Return the exit status."""
    if arguments not in ([], ["--check"]):
        print("usage: scripts/generate [--check]", file=sys.stderr)
        return 2
    stale = [path for path in sorted(GENERATORS) if _is_stale(root, path)]
    if arguments:
        for path in stale:
            print(f"{path} is stale; run scripts/generate", file=sys.stderr)
        return 1 if stale else 0
    for path in stale:
        _write(os.path.join(root, path), GENERATORS[path]())
        print(f"wrote {path}")
    return 0


def _is_stale(root: str, path: str) -> bool:
    try:
        with open(os.path.join(root, path), encoding="utf-8") as file:
            return file.read() != GENERATORS[path]()
    except FileNotFoundError:
        return True


def _write(path: str, content: str) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(f"{path}.tmp", "w", encoding="utf-8") as file:
        file.write(content)
    os.replace(f"{path}.tmp", path)
