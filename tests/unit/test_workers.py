# SPDX-License-Identifier: MIT
"""Workers are threads and programs: no way to start Python processes matters."""

from __future__ import annotations

import ast
import multiprocessing
import os
import threading

import pytest

from barman.system.command import Command
from barman.system.locks import Locks
from barman.system.runner import LocalRunner

ROOT = os.path.dirname(os.path.abspath(__file__)).split("/tests/")[0]
FORKING = {"multiprocessing", "ProcessPoolExecutor", "fork", "forkpty", "preexec_fn"}


def test_inv_135_nothing_forks_or_spawns_workers_of_its_own() -> None:
    found = []
    for top, _, files in os.walk(f"{ROOT}/barman"):
        for name in files:
            if name.endswith(".py"):
                with open(f"{top}/{name}", encoding="utf-8") as file:
                    words = _words(ast.parse(file.read())) & FORKING
                found += [f"{top}/{name}: {word}" for word in sorted(words)]
    assert found == []


def _words(tree: ast.AST) -> set[str]:
    """Return the names that a module imports, calls and passes."""
    words: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            words |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            words |= {(node.module or "").split(".")[0]}
            words |= {alias.name for alias in node.names}
        elif isinstance(node, ast.Attribute):
            words.add(node.attr)
        elif isinstance(node, ast.keyword) and node.arg:
            words.add(node.arg)
    return words


def work(home: str) -> None:
    """What workers do, in a thread: run a program and hold a lock."""
    failures: list[BaseException] = []

    def act() -> None:
        try:
            with Locks(home, "main").backup():
                done = LocalRunner().run(Command(("echo", "done")))
                assert done.stdout == b"done\n"
        except BaseException as error:  # told to the parent by the status
            failures.append(error)

    thread = threading.Thread(target=act)
    thread.start()
    thread.join()
    if failures:
        raise SystemExit(1)


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_inv_135_the_way_that_our_process_was_started_does_not_matter(
    tmp_path, method: str
) -> None:
    process = multiprocessing.get_context(method).Process(
        target=work, args=(str(tmp_path),)
    )
    process.start()
    process.join(60)
    assert process.exitcode == 0
