# SPDX-License-Identifier: MIT
"""Restores that are killed, that find no room, that lack what they need."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from tests.integration.recovery.scene import make_scene

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.integration.recovery.scene import Scene
    from tests.lab import Lab

pytestmark = pytest.mark.integration

KILLS = 12


@pytest.fixture(scope="module")
def lost(lab: Lab) -> Scene:
    return make_scene(lab, 16, compression="gzip")


@pytest.fixture
def scene(lost: Scene) -> Iterator[Scene]:
    yield lost
    lost.forget()


def refuses_to_start(scene: Scene) -> bool:
    """Whether PostgreSQL itself ends at once, before it touches anything."""
    program = scene.primary.installation.program("postgres")
    port = ["-c", f"port={scene.lab.free_port()}", "-c", "listen_addresses=127.0.0.1"]
    process = scene.lab.start(
        [program, "-D", scene.destination, *port, "-k", scene.lab.root],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        return process.wait(timeout=10) != 0
    except subprocess.TimeoutExpired:
        process.terminate()
        process.wait(timeout=30)
        return False


def test_inv_090_killed_at_any_moment_and_run_again(scene: Scene) -> None:
    xid = str(scene.middle.xid)
    command = scene.command("--target-xid", xid, "--target-action", "promote")
    began = time.monotonic()
    scene.barman.run(command).ok()
    length = time.monotonic() - began
    shutil.rmtree(scene.destination)
    for word in command:
        if f":{scene.lab.root}" in word:  # a tablespace's new place
            shutil.rmtree(word.partition(":")[2])
    rng = random.Random(7)
    killed = 0
    for number in range(KILLS):
        process = scene.barman.start(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        # The first quarter is start-up: nothing has happened by then.
        time.sleep(length * (0.2 + 0.8 * (number + rng.random()) / KILLS))
        process.send_signal(signal.SIGKILL)
        if process.wait() == 0:
            break  # it was done
        killed += 1
        complete = os.path.exists(f"{scene.destination}/global/pg_control")
        if os.path.isdir(scene.destination) and not complete:
            assert refuses_to_start(scene)
    # How many fit in depends on what else the machine does; one proves nothing.
    assert killed >= KILLS // 4
    if process.returncode:
        scene.barman.run(command).ok()
    marks = [n for n in os.listdir(scene.destination) if "incomplete" in n]
    assert marks == []
    scene.judge(scene.first.until_xid(scene.middle.xid))


def line_of_failure(scene: Scene, command: list[str]) -> str:
    """Return the one error of a restore that must fail."""
    done = scene.barman.run(command)
    assert done.status == 1, done.stdout
    assert "Traceback" not in done.stderr
    errors = [x for x in done.stderr.splitlines() if x.startswith("ERROR: ")]
    assert len(errors) == 1, done.stderr
    return errors[0]


def test_inv_083_foreign_files_stay(scene: Scene) -> None:
    command = scene.command()
    scene.lab.account.make_directory(scene.destination)
    scene.lab.account.write(f"{scene.destination}/mine", "precious")
    assert line_of_failure(scene, command).startswith(
        "ERROR: The restore operation cannot proceed because the destination folder"
        f" '{scene.destination}' is not empty."
    )
    assert os.listdir(scene.destination) == ["mine"]


@pytest.fixture
def hidden(scene: Scene) -> Iterator[Callable[[str, bytes | None], None]]:
    """Replace a file below the server's directory for the length of a test."""
    root = f"{scene.barman.home}/main"
    saved: list[str] = []

    def hide(path: str, content: bytes | None) -> None:
        name = f"{root}/{path}"
        os.rename(name, f"{name}~")
        saved.append(name)
        if content is not None:
            with open(name, "wb") as file:
                file.write(content)
            scene.lab.account.own(name)

    yield hide
    for name in saved:
        os.rename(f"{name}~", name)


def test_an_unreadable_catalogue_file(scene: Scene, hidden) -> None:
    path = next(
        p
        for p in (
            f"meta/{scene.backup_id}-backup.info",
            f"base/{scene.backup_id}/backup.info",
        )
        if os.path.exists(f"{scene.barman.home}/main/{p}")
    )
    hidden(path, b"\xff\xfe nonsense")
    for selector in ("latest", scene.backup_id):
        command = scene.command(selector=selector)
        assert "backup.info" in line_of_failure(scene, command)
        assert not os.path.exists(scene.destination)


def wal_files(scene: Scene) -> list[str]:
    root = f"{scene.barman.home}/main"
    return sorted(
        os.path.relpath(f"{top}/{name}", root)
        for top, _, names in os.walk(f"{root}/wals/0000000100000000")
        for name in names
        if len(name) == 24
    )


def test_a_wal_file_that_is_missing(scene: Scene, hidden) -> None:
    path = wal_files(scene)[-1]
    hidden(path, None)
    message = line_of_failure(scene, scene.command())
    assert f"WAL file '{os.path.basename(path)}' is in the WAL index" in message
    assert refuses_to_start(scene)


def test_a_wal_file_that_is_damaged(scene: Scene, hidden) -> None:
    path = wal_files(scene)[-1]
    with open(f"{scene.barman.home}/main/{path}", "rb") as file:
        content = file.read()
    hidden(path, content[: len(content) // 2])
    line_of_failure(scene, scene.command())
    assert refuses_to_start(scene)


@pytest.mark.parametrize("name", ["backup_label", "global/pg_control"])
def test_inv_009_a_copy_without_its_label_is_not_restored(
    scene: Scene, hidden, name: str
) -> None:
    hidden(f"base/{scene.backup_id}/data/{name}", None)
    assert line_of_failure(scene, scene.command()).endswith(
        f'{name}": No such file or directory'
    )
    assert not os.path.exists(scene.destination)


def test_inv_017_a_full_disk(scene: Scene) -> None:
    """The room is a small file system in memory, where the tests may mount one."""
    place = scene.lab.directory("small")
    mount = ["mount", "-t", "tmpfs", "-o", "size=12m,mode=777", "tmpfs", place]
    if os.geteuid() or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("no file system can be mounted here")
    try:
        scene.lab.account.make_directory(f"{place}/pg")
        command = scene.command()
        command[-1] = scene.destination = f"{place}/pg"
        assert "No space left on device" in line_of_failure(scene, command)
        assert refuses_to_start(scene)
    finally:
        subprocess.run(["umount", place], check=True)
