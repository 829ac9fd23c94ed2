# SPDX-License-Identifier: MIT
"""Restored clusters hold exactly what was committed before the target."""

from __future__ import annotations

import os
import shlex
import shutil
import time
from typing import TYPE_CHECKING, ClassVar

import pytest

from tests.integration.recovery.scene import make_scene

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.integration.recovery.scene import Scene
    from tests.lab import Lab

pytestmark = pytest.mark.integration

PROMOTE = ("--target-action", "promote")


class Essentials:
    """A few kinds of restore of one lost cluster.

    PostgreSQL is down throughout, and the server is marked as inactive.
    """

    MAJOR: ClassVar[int]
    OPTIONS: ClassVar[dict[str, object]]

    @pytest.fixture(scope="class")
    @classmethod
    def lost(cls, lab: Lab) -> Scene:
        from tests.lab import installations

        if cls.MAJOR not in installations():
            pytest.skip(f"PostgreSQL {cls.MAJOR} is not installed")
        scene = make_scene(lab, cls.MAJOR, **cls.OPTIONS)
        # Invariant 88: neither the old server nor its host is needed.
        scene.barman.section(
            "main", {"active": "false", "conninfo": None, "streaming_conninfo": None}
        )
        return scene

    @pytest.fixture
    def scene(self, lost: Scene) -> Iterator[Scene]:
        yield lost
        lost.forget()

    def test_inv_088_no_target_gives_the_end_of_the_own_timeline(
        self, scene: Scene
    ) -> None:
        done = scene.restore()
        assert scene.setting_lines() == []
        assert not os.path.exists(f"{scene.destination}/recovery.signal")
        judged = scene.judge(scene.first.ids())
        assert (judged.state, judged.timeline) == ("primary", 1)
        assert done.stdout.splitlines()[:3] == [
            f"Starting local restore for server main using backup {scene.backup_id}",
            f"Destination directory: {scene.destination}",
            "Copying the base backup.",
        ]
        assert "postgresql.conf line" in done.stdout
        assert ": archive_command = false\n" in done.stdout
        assert done.stdout.endswith(
            "\nYour PostgreSQL server has been successfully prepared for recovery!\n"
        )

    @pytest.mark.parametrize("exclusive", [False, True])
    def test_time(self, scene: Scene, exclusive: bool) -> None:
        moment = scene.middle.committed
        assert moment
        options = ["--target-time", str(moment), *PROMOTE]
        scene.restore(*options, *(["--exclusive"] if exclusive else []))
        expected = scene.first.until(moment)
        judged = scene.judge(expected - {scene.middle.id} if exclusive else expected)
        assert judged.timeline == 3
        assert not os.path.exists(f"{scene.destination}/barman_wal")

    def test_inv_062_a_target_after_the_switchover(self, scene: Scene) -> None:
        """No timeline is named and nothing is fetched: the new one is copied too."""
        xid = scene.second.entries[-2].xid
        scene.restore("--target-xid", str(xid), *PROMOTE)
        expected = scene.first.ids() | scene.second.until_xid(xid)
        assert scene.judge(expected).timeline == 3

    def test_original_places(self, scene: Scene) -> None:
        scene.barman.run(scene.command(move=False)).ok()
        scene.destination = scene.primary.data
        judged = scene.judge(scene.first.ids(), keep=True)
        try:
            found = judged.cluster.sql(
                "SELECT spcname, pg_tablespace_location(oid) FROM pg_tablespace"
                " WHERE pg_tablespace_location(oid) <> ''"
            )
            assert dict(found) == scene.places
        finally:
            judged.cluster.stop()
        # Another one into the same tablespaces is refused.
        again = scene.barman.run(
            [*("restore", "main", "latest"), f"{scene.lab.directory('other')}/data"]
        )
        assert again.status == 1
        assert "is not empty. To prevent accidental data loss" in again.stderr
        for place in scene.places.values():
            shutil.rmtree(place)


class Targets(Essentials):
    """Every kind of target."""

    @pytest.mark.parametrize("exclusive", [False, True])
    def test_transaction(self, scene: Scene, exclusive: bool) -> None:
        options = ["--target-xid", str(scene.middle.xid), *PROMOTE]
        scene.restore(*options, *(["--exclusive"] if exclusive else []))
        scene.judge(scene.first.until_xid(scene.middle.xid, inclusive=not exclusive))

    @pytest.mark.parametrize("exclusive", [False, True])
    def test_lsn_at_the_end_of_a_segment(self, scene: Scene, exclusive: bool) -> None:
        """Right after this transaction the segment was switched."""
        value = scene.middle.after_lsn
        options = ["--target-lsn", f"{value >> 32:X}/{value & 0xFFFFFFFF:X}", *PROMOTE]
        scene.restore(*options, *(["--exclusive"] if exclusive else []))
        scene.judge(scene.first.until_lsn(value))

    def test_restore_point_and_pause(self, scene: Scene) -> None:
        scene.restore("--target-name", "here")
        assert scene.judge(scene.named).state == "paused"

    def test_inv_102_immediate_ends_on_the_own_timeline(self, scene: Scene) -> None:
        scene.restore("--target-immediate", *PROMOTE)
        assert "recovery_target_timeline = 1" in scene.setting_lines()
        shown = scene.barman.run(f"-f json show-backup main {scene.backup_id}").json
        base = shown["main"]["base_backup_information"]
        judged = scene.judge(None)
        assert scene.first.until_lsn(lsn(base["begin_lsn"])) <= judged.ids
        assert len(judged.ids - scene.first.until_lsn(lsn(base["end_lsn"]))) <= 1

    @pytest.mark.parametrize("timeline", ["current", "latest", "1", "2"])
    def test_timeline(self, scene: Scene, timeline: str) -> None:
        scene.restore("--target-tli", timeline)
        both = timeline in ("latest", "2")
        judged = scene.judge(scene.all_ids if both else scene.first.ids())
        # PostgreSQL takes the next number that nobody has used.
        assert (judged.state, judged.timeline) == ("primary", 3)

    def test_inv_087_standby_follows_to_the_latest_timeline(self, scene: Scene) -> None:
        scene.restore("--standby-mode")
        judged = scene.judge(None, keep=True)
        try:
            assert judged.state == "standby"
            until(judged.cluster.sql, scene.all_ids)
        finally:
            judged.cluster.stop()

    def test_inv_087_standby_with_a_target(self, scene: Scene) -> None:
        scene.restore("--standby-mode", "--target-xid", str(scene.middle.xid))
        judged = scene.judge(scene.first.until_xid(scene.middle.xid))
        assert judged.state == "paused"

    @pytest.mark.parametrize("aimed", [False, True])
    def test_inv_087_wal_is_fetched(self, scene: Scene, aimed: bool) -> None:
        options = ["--target-xid", str(scene.middle.xid), *PROMOTE] if aimed else []
        shutil.copy(scene.barman.config, f"{scene.lab.root}/home/.barman.conf")
        scene.lab.account.own(f"{scene.lab.root}/home/.barman.conf")
        done = scene.restore("--get-wal", *options)
        assert scene.setting_lines()[:3] == [
            "",
            "# The 'barman get-wal' command must run as"
            f" '{scene.lab.account.name}' user",
            "restore_command = 'barman get-wal -P main %f > %p'",
        ]
        assert "please review the postgresql.auto.conf file\n" in done.stdout
        scene.judge(scene.first.until_xid(scene.middle.xid) if aimed else scene.all_ids)

    def test_inv_087_a_standby_fetches_with_a_command_of_the_user(
        self, scene: Scene
    ) -> None:
        program = f"barman -c {shlex.quote(scene.barman.config)}"
        command = f"{program} get-wal main '%f' > %p"
        done = scene.restore(
            "--get-wal", "--standby-mode", "--restore-command", command
        )
        line = f"restore_command = '{command.replace(chr(39), chr(39) * 2)}'"
        assert f"Custom restore command override: {line}\n" in done.stdout
        judged = scene.judge(None, keep=True)
        try:
            assert judged.state == "standby"
            until(judged.cluster.sql, scene.all_ids)
        finally:
            judged.cluster.stop()

    @pytest.mark.parametrize("by", ["time", "lsn"])
    def test_backup_chosen_by_its_target(self, scene: Scene, by: str) -> None:
        value = scene.middle.after_lsn
        wanted = {
            "time": str(scene.middle.committed),
            "lsn": f"{value >> 32:X}/{value & 0xFFFFFFFF:X}",
        }[by]
        done = scene.restore(f"--target-{by}", wanted, *PROMOTE, selector="auto")
        assert f"Backup {scene.backup_id} is chosen: the newest that" in done.stdout


def lsn(text: str) -> int:
    high, low = text.split("/")
    return int(high, 16) << 32 | int(low, 16)


def until(sql, expected: set[int]) -> None:
    deadline = time.monotonic() + 20
    while {row[0] for row in sql("SELECT id FROM ledger")} != expected:
        assert time.monotonic() < deadline, "the standby does not get there"
        time.sleep(0.1)


class Test15ByRsync(Targets):
    MAJOR = 15
    OPTIONS: ClassVar[dict[str, object]] = {"compression": "gzip"}


class Test16ByPgBasebackup(Targets):
    MAJOR = 16
    OPTIONS: ClassVar[dict[str, object]] = {
        "backup_method": "postgres",
        "compression": "zstd",
    }


class Test18ByRsync(Targets):
    MAJOR = 18
    OPTIONS: ClassVar[dict[str, object]] = {}


class Test18ByPgBasebackup(Essentials):
    MAJOR = 18
    OPTIONS: ClassVar[dict[str, object]] = {"backup_method": "postgres"}
