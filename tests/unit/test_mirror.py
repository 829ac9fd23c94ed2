# SPDX-License-Identifier: MIT
"""The unit tests mirror `barman/`: room by room, module by module."""

from __future__ import annotations

import ast
import os

ROOT = os.path.dirname(os.path.abspath(__file__)).split("/tests/")[0]
# Of the modules that act, so many are named or imported by a test of their room.
SHARE = 0.95


def test_nearly_every_module_has_a_test_in_the_mirrored_room():
    modules = [module for module in _python_files("barman") if _acts(module)]
    tested = {room: _tested_in(room) for room in {_room(module) for module in modules}}
    alone = sorted(
        module
        for module in modules
        if not any(_is_named(module, what) for what in tested[_room(module)])
    )
    assert len(alone) <= (1 - SHARE) * len(modules), "\n" + "\n".join(alone)


def _acts(module: str) -> bool:
    """Whether there is something to test: tables and docstrings alone are not."""
    with open(f"{ROOT}/barman/{module}", encoding="utf-8") as file:
        return "def " in file.read()


def _room(module: str) -> str:
    return module.split("/")[0] if "/" in module else ""


def _tested_in(room: str) -> set[str]:
    """Return the modules that the tests of a room import, and the tests' own names."""
    found: set[str] = set()
    folder = f"tests/unit/{room}".rstrip("/")
    for test in _python_files(folder):
        if room == "" and "/" in test:
            continue
        found.add(os.path.basename(test)[: -len(".py")])
        with open(f"{ROOT}/{folder}/{test}", encoding="utf-8") as file:
            for node in ast.walk(ast.parse(file.read())):
                if isinstance(node, ast.Import):
                    found.update(alias.name for alias in node.names)
                elif isinstance(node, ast.ImportFrom) and node.module:
                    found.add(node.module)
                    found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def _is_named(module: str, tested: str) -> bool:
    """Whether a dotted import, or the name of a test file, means the module."""
    dotted = module[: -len(".py")].replace("/", ".").removesuffix(".__init__")
    if tested.startswith("test_"):
        return f"{tested}_".startswith(f"test_{dotted.replace('.', '_')}_")
    return tested == f"barman.{dotted}"


def _python_files(folder: str) -> list[str]:
    return [
        os.path.relpath(os.path.join(top, file), f"{ROOT}/{folder}")
        for top, _, files in os.walk(f"{ROOT}/{folder}")
        for file in files
        if file.endswith(".py")
    ]
