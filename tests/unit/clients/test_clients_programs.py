# SPDX-License-Identifier: MIT
"""The client programs, run for real against a stand-in for ssh."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile

import pytest

from tests.fakes.wal import segment_bytes, segment_name

ROOT = os.path.dirname(os.path.abspath(__file__)).rpartition("/tests/")[0]
ONE, TWO, THREE = (segment_name(number) for number in (1, 2, 3))
_PUT = ["put-wal", "main"]
_GET = f"get-wal --partial 'main' '{ONE}'"
STAND_IN = f"""#!{sys.executable}
import json, os, sys
home = os.path.dirname(os.path.abspath(__file__))
with open(home + "/argv", "a") as log:
    log.write(json.dumps(sys.argv[1:]) + "\\n")
plan = json.load(open(home + "/plan"))
words = sys.argv[-1].split()
if "put-wal" in sys.argv:
    data = sys.stdin.buffer.read() if plan.get("read", True) else b""
    open(home + "/stdin", "wb").write(data)
elif "--peek" in words:
    print("\\n".join(plan["peek"]))
    sys.exit(0)
else:
    name = words[-1].strip("'")
    path = home + "/server/" + name
    if os.path.exists(path):
        sys.stdout.buffer.write(open(path, "rb").read())
        sys.stdout.buffer.flush()
        sys.exit(plan.get("after", 0))
    if "--test" not in words:
        sys.exit(plan.get("status", 1))
if "say" in plan:
    print(plan["say"])
sys.exit(plan.get("status", 0))
"""


class Client:
    def __init__(self, home) -> None:
        self.home = home
        (home / "server").mkdir()
        ssh = home / "ssh"
        ssh.write_text(STAND_IN)
        ssh.chmod(0o755)
        self.plan()

    def plan(self, **plan) -> None:
        (self.home / "plan").write_text(json.dumps(plan))

    def serve(self, name: str, data: bytes) -> None:
        (self.home / "server" / name).write_bytes(data)

    def run(self, program: str, *argv: str, cwd=None):
        return subprocess.run(
            [sys.executable, "-m", f"barman.clients.{program}", *argv],
            env={"PATH": str(self.home), "PYTHONPATH": ROOT, "TMPDIR": str(self.home)},
            capture_output=True,
            text=True,
            cwd=cwd or self.home,
        )

    def argv(self) -> list[list[str]]:
        lines = (self.home / "argv").read_text().splitlines()
        return [json.loads(line) for line in lines]


@pytest.fixture
def client(tmp_path) -> Client:
    return Client(tmp_path)


def received(client: Client) -> tuple[tarfile.TarInfo, bytes, str, str]:
    data = (client.home / "stdin").read_bytes()
    assert len(data) % 10240 == 0
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        wal, sums = archive.getmembers()
        content = archive.extractfile(wal).read()
        assert (sums.mode, sums.uid, sums.gid, sums.mtime) == (0o644, 0, 0, 0)
        return wal, content, sums.name, archive.extractfile(sums).read().decode()


def test_archive_sends_file_and_checksum(client) -> None:
    path = client.home / ONE
    path.write_bytes(segment_bytes(ONE))
    path.chmod(0o640)
    os.utime(path, ns=(0, 1_763_826_611_384_116_400))
    done = client.run(
        *("wal_archive", "-U", "me", "--port", "22", "-c", "/e/b c.conf"),
        *("host", "main", str(path)),
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert client.argv() == [
        [
            "-p",
            "22",
            "-q",
            "-T",
            "me@host",
            "barman",
            "--config='/e/b c.conf'",
            "put-wal",
            "main",
        ]
    ]
    wal, content, name, sums = received(client)
    assert (wal.name, wal.mode, wal.size) == (ONE, 0o640, 1 << 20)
    assert (wal.uid, wal.gid) == (os.getuid(), os.getgid())
    assert wal.mtime == pytest.approx(1763826611.3841164, abs=1e-6)
    assert content == segment_bytes(ONE)
    assert name == "SHA256SUMS"
    assert sums == f"{hashlib.sha256(content).hexdigest()} *{ONE}\n"


def test_archive_compresses_and_hashes_as_asked(client) -> None:
    path = client.home / ONE
    path.write_bytes(segment_bytes(ONE))
    argv = ("--md5", "--xz", "-z", "--compression-level", "low", "h", "main", str(path))
    assert client.run("wal_archive", *argv).returncode == 0
    wal, content, name, sums = received(client)
    assert wal.name == ONE
    assert gzip.decompress(content) == segment_bytes(ONE)
    assert name == "MD5SUMS"
    assert sums == f"{hashlib.md5(content).hexdigest()} *{ONE}\n"


@pytest.mark.parametrize(
    ("plan", "status", "text"),
    [
        ({"status": 255}, 3, "ERROR: Connection problem with ssh"),
        ({"status": 255, "read": False}, 3, "ERROR: Connection problem with ssh"),
        ({"status": 7}, 7, "ERROR: Remote 'barman put-wal' command has failed!"),
        ({"status": 1, "read": False}, 1, "command has failed!"),
    ],
)
def test_archive_failures(client, plan, status, text) -> None:
    path = client.home / ONE
    path.write_bytes(segment_bytes(ONE))
    client.plan(**plan)
    done = client.run("wal_archive", "host", "main", str(path))
    assert done.returncode == status
    assert text in done.stderr
    assert "Traceback" not in done.stderr


def test_archive_refuses_what_is_no_file(client) -> None:
    done = client.run("wal_archive", "host", "main", str(client.home))
    assert done.returncode == 2
    assert f"ERROR: WAL_PATH cannot be a directory: {client.home}" in done.stderr
    done = client.run("wal_archive", "host", "main", "missing")
    assert (done.returncode, "Error executing ssh" in done.stderr) == (2, True)
    (client.home / ONE).write_bytes(b"x")
    (client.home / "ssh").unlink()
    done = client.run("wal_archive", "host", "main", str(client.home / ONE))
    assert (done.returncode, "Error executing ssh" in done.stderr) == (2, True)
    assert client.run("wal_archive", "host", "main").returncode == 2
    argv = ("--compression-level", "much", "h", "s", "w")
    assert client.run("wal_archive", *argv).returncode == 2


@pytest.mark.parametrize("program", ["wal_archive", "wal_restore"])
def test_tests_show_what_the_other_side_says(client, program) -> None:
    client.plan(say="Ready", status=255)
    extra = ["dest"] if program == "wal_restore" else []
    done = client.run(program, "-t", "host", "main", "wal", *extra)
    assert (done.returncode, done.stdout) == (255, "Ready\n\n")


def test_restore_fetches_a_file(client) -> None:
    client.serve(ONE, segment_bytes(ONE))
    done = client.run("wal_restore", "-c", "/b.conf", "-P", "h", "main", ONE, "dest")
    assert (done.returncode, done.stderr) == (0, "")
    assert (client.home / "dest").read_bytes() == segment_bytes(ONE)
    assert client.argv() == [
        [
            "-q",
            "-T",
            "barman@h",
            "barman",
            "--config /b.conf",
            f"get-wal --partial 'main' '{ONE}'",
        ]
    ]


@pytest.mark.parametrize("option", ["-z", "-j", "--keep-compression", None])
def test_restore_decompresses_whatever_comes(client, option) -> None:
    client.serve(ONE, gzip.compress(segment_bytes(ONE)))
    options = [option] if option else []
    done = client.run("wal_restore", *options, "h", "main", ONE, "dest")
    assert done.returncode == 0
    assert (client.home / "dest").read_bytes() == segment_bytes(ONE)
    assert ("deprecated" in done.stdout) == (option in ("-z", "-j"))


@pytest.mark.parametrize(
    ("plan", "served", "status", "text"),
    [
        ({}, None, 1, "Remote 'barman get-wal' command has failed!"),
        ({"status": 255}, None, 2, "Connection problem with ssh"),
        ({"after": 255}, segment_bytes(ONE), 2, "Connection problem with ssh"),
        ({"after": 3}, b"half", 3, "has failed!"),
        ({}, gzip.compress(segment_bytes(ONE))[:-9], 2, "truncated gzip"),
    ],
)
def test_inv_051_089_restore_failures_leave_nothing(
    client, plan, served, status, text
) -> None:
    client.plan(**plan)
    if served is not None:
        client.serve(ONE, served)
    done = client.run("wal_restore", "h", "main", ONE, "dest")
    assert (done.returncode, text in done.stderr) == (status, True)
    assert not (client.home / "dest").exists()
    assert "Traceback" not in done.stderr


def test_restore_checks_its_destination_first(client) -> None:
    done = client.run("wal_restore", "h", "main", ONE, ".")
    assert (done.returncode, done.stderr) == (
        3,
        "ERROR: WAL_DEST cannot be a directory: .\n",
    )
    done = client.run("wal_restore", "h", "main", ONE, "no/dest")
    assert done.returncode == 3
    assert "ERROR: Cannot open 'no/dest' (WAL_DEST) for writing" in done.stderr
    assert not (client.home / "argv").exists()


def test_restore_sleeps_after_a_failure(client) -> None:
    done = client.run("wal_restore", "-s", "1", "h", "main", ONE, "dest")
    assert (done.returncode, done.stdout) == (1, "Sleeping for 1 seconds.\n")


def test_restore_fetches_ahead_and_takes_from_the_spool(client) -> None:
    for name in (ONE, TWO):
        client.serve(name, gzip.compress(segment_bytes(name)))
    client.plan(peek=[ONE, TWO, THREE, "../x"])
    spool = client.home / "spool"
    common = ("--spool-dir", str(spool), "-p", "4", "h", "main")
    assert client.run("wal_restore", *common, ONE, "dest").returncode == 0
    assert [p.name for p in spool.iterdir()] == [TWO]
    assert (spool / TWO).read_bytes() == segment_bytes(TWO)
    calls = len(client.argv())
    assert client.run("wal_restore", *common, TWO, "dest").returncode == 0
    assert len(client.argv()) == calls
    assert (client.home / "dest").read_bytes() == segment_bytes(TWO)
    assert list(spool.iterdir()) == []


@pytest.mark.parametrize(
    "planted",
    [
        b"",
        segment_bytes(TWO),
        segment_bytes(ONE)[:-1],
        segment_bytes(ONE, systemid="5"),
    ],
)
def test_inv_051_a_foreign_or_half_spool_file_is_never_used(client, planted) -> None:
    client.serve(ONE, segment_bytes(ONE))
    spool, data = client.home / "spool", client.home / "data"
    spool.mkdir()
    (spool / ONE).write_bytes(planted)
    (data / "global").mkdir(parents=True)
    systemid = 7711038385040644407
    control = systemid.to_bytes(8, sys.byteorder) + bytes(100)
    (data / "global" / "pg_control").write_bytes(control)
    done = client.run(
        *("wal_restore", "--spool-dir", str(spool), "h", "main", ONE, "dest"), cwd=data
    )
    assert done.returncode == 0
    assert (data / "dest").read_bytes() == segment_bytes(ONE)


def test_restore_needs_the_peeked_name(client) -> None:
    client.plan(peek=[])
    argv = ("--spool-dir", str(client.home / "s"), "-p", "2", "h", "main", ONE, "dest")
    done = client.run("wal_restore", *argv)
    assert (done.returncode, done.stderr) == (
        2,
        f"ERROR: The required file is not available: {ONE}\n",
    )


def test_versions_and_exclusions(client) -> None:
    done = client.run("wal_archive", "-V")
    assert done.stdout == "barman-wal-archive 4.0.0.dev0\n"
    assert client.run("wal_restore", "-z", "-j", "h", "s", ONE, "d").returncode == 2


@pytest.mark.parametrize("program", ["wal_archive", "wal_restore"])
def test_the_clients_import_next_to_nothing(program) -> None:
    code = (
        f"import sys; before = set(sys.modules); import barman.clients.{program};"
        "print(*sorted({n.partition('.')[0] for n in set(sys.modules) - before}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": ROOT},
        capture_output=True,
        text=True,
        check=True,
    )
    heavy = {"psycopg2", "paramiko", "tarfile", "tempfile", "logging", "rich", "json"}
    assert not heavy & set(done.stdout.split())
    assert "zstandard" not in done.stdout
