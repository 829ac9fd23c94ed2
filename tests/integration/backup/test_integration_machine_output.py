# SPDX-License-Identifier: MIT
"""The JSON of every command: its keys and the types of its values never change.

Exporters, passive nodes and operators read it.  A key may be added to `shapes.json`,
and none may leave.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from tests.integration.backup.scene import ready

if TYPE_CHECKING:
    from tests.lab import Lab

pytestmark = pytest.mark.integration

GOLDEN = f"{os.path.dirname(os.path.abspath(__file__))}/../../golden/shapes.json"
NULL = "NoneType"
COMMANDS = (
    "list-servers",
    "show-servers main",
    "archive-wal main",
    "switch-wal main --force",
    "receive-wal main --create-slot",
    "receive-wal main --drop-slot",
    "backup main --wait --immediate-checkpoint --name nightly",
    "check-backup main latest",
    "list-backups main",
    "list-backups main --minimal",
    "show-backup main latest",
    "list-files main latest",
    "check main",
    "status main",
    "keep main latest --target full",
    "keep main latest --status",
    "keep main latest --release",
    "list-processes main",
    "rebuild-xlogdb main",
    "cron",
    "restore main latest {place}",
    "backup main --wait --immediate-checkpoint",
    "delete main oldest",
    "delete main nonsense",
    "lock-directory-cleanup",
)


def shape(value: Any) -> Any:
    """Return a document with each value replaced by the name of its type."""
    if isinstance(value, dict):
        return {key: shape(each) for key, each in value.items()}
    if isinstance(value, list):
        shapes = [shape(each) for each in value]
        return [each for i, each in enumerate(shapes) if each not in shapes[:i]]
    return {int: "number", float: "number"}.get(type(value), type(value).__name__)


def differences(old: Any, new: Any, where: str = "") -> list[str]:
    """Return what left or changed its type; what is null now may be anything later."""
    if isinstance(old, dict) and isinstance(new, dict):
        return [
            line
            for key, each in old.items()
            for line in differences(each, new.get(key, "nothing"), f"{where}/{key}")
        ]
    if isinstance(old, list) and isinstance(new, list):
        pairs = zip(old, new, strict=False)
        return [line for o, n in pairs for line in differences(o, n, f"{where}[]")]
    same = old == new or (NULL in (old, new) and new != "nothing")
    return [] if same else [f"{where}: {old} became {new}"]


def test_inv_127_no_field_leaves_the_machine_output(lab: Lab) -> None:
    cluster = lab.cluster(16)
    barman = ready(
        lab, cluster, backup_method="postgres", slot_name="shapes", create_slot="manual"
    )
    found = {}
    try:
        for command in COMMANDS:
            place = f"{lab.directory('restored')}/data"
            words = command.format(place=place).split()
            if words[0] == "restore":
                for (name,) in cluster.sql(
                    "SELECT spcname FROM pg_tablespace WHERE spcname !~ '^pg_'"
                ):
                    words += ["--tablespace", f"{name}:{lab.directory('moved')}/ts"]
            done = barman.run(["-f", "json", *words])
            found[command] = shape(done.json)
    finally:
        cluster.archive_plainly()
    if "BARMAN_WRITE_SHAPES" in os.environ:
        with open(GOLDEN, "w") as file:
            json.dump(found, file, indent=1, sort_keys=True)
            file.write("\n")
    with open(GOLDEN) as file:
        assert differences(json.load(file), found) == []
