# SPDX-License-Identifier: MIT
"""What it costs to start the quick commands: CPU milliseconds, printed.

    python tests/benchmark/bench_startup.py [runs]

Each run is a process of its own, as cron or a monitoring system starts it; the figure
is its user and system time.  The commands take turns, so that a busy moment hits all
of them.  Nothing is asserted: machines differ; what matters is the ratio to starting
Python alone.
"""

from __future__ import annotations

import getpass
import os
import shutil
import statistics
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SAMPLES = os.path.join(ROOT, "tests", "golden", "catalogue")
# The same words as in the script that pip installs.
PROGRAM = "import sys\nfrom barman.cli.main import main\nsys.exit(main())\n"
SERVER = """[{name}]
description = Server {name}
conninfo = host={name} user=barman dbname=postgres
streaming_conninfo = host={name} user=streaming_barman
ssh_command = ssh postgres@{name}
backup_method = rsync
backup_options = concurrent_backup
reuse_backup = link
archiver = on
streaming_archiver = on
slot_name = barman
retention_policy = RECOVERY WINDOW OF 4 WEEKS
minimum_redundancy = 2
compression = gzip
"""


def main(runs: int = 40) -> None:
    """Make two servers, one without backups and one with ten; measure the commands."""
    with tempfile.TemporaryDirectory() as home:
        config = a_home(home)
        program = os.path.join(home, "barman")
        write(program, PROGRAM)
        barman = (sys.executable, program)
        commands = {
            "python -c pass": (sys.executable, "-c", "pass"),
            "barman --version": (*barman, "--version"),
            "barman list-servers": (*barman, "-c", config, "list-servers"),
            "barman list-backups, none": (*barman, "-c", config, "list-backups", "new"),
            "barman list-backups, ten": (*barman, "-c", config, "list-backups", "main"),
        }
        times: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(runs):
            for name, command in commands.items():
                times[name].append(cpu_seconds(command))
    alone = statistics.median(times["python -c pass"])
    print(f"{'CPU ms of ' + str(runs) + ' runs':28} {'least':>7} {'median':>7}  ratio")
    for name, each in times.items():
        least, middle = min(each) * 1e3, statistics.median(each) * 1e3
        print(f"{name:28} {least:7.1f} {middle:7.1f} {middle / alone / 1e3:5.2f}x")


def cpu_seconds(command: tuple[str, ...]) -> float:
    """Run a command to its end; return the CPU time that it took."""
    environ = {**os.environ, "PYTHONPATH": ROOT}
    # Compiled modules are kept, as they are where barman is installed.
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    out = os.open(os.devnull, os.O_WRONLY)
    pid = os.posix_spawn(
        command[0], command, environ, file_actions=[(os.POSIX_SPAWN_DUP2, out, 1)]
    )
    os.close(out)
    _, status, usage = os.wait4(pid, 0)
    if status:
        raise SystemExit(f"failed: {' '.join(command)}")
    return usage.ru_utime + usage.ru_stime


def a_home(home: str) -> str:
    """Make the configuration and catalogue of two servers; return the main file."""
    included = os.path.join(home, "conf.d")
    os.mkdir(included)
    path = os.path.join(home, "barman.conf")
    write(
        path,
        f"[barman]\nbarman_home = {home}\nbarman_user = {getpass.getuser()}\n"
        f"log_file = {home}/barman.log\nconfiguration_files_directory = {included}\n",
    )
    for name in ("main", "new"):
        write(os.path.join(included, f"{name}.conf"), SERVER.format(name=name))
        os.makedirs(os.path.join(home, name, "wals"))
        os.makedirs(os.path.join(home, name, "meta"))
    for number in range(10):
        place = os.path.join(home, "main", "meta", f"202601{number + 1:02}T000000")
        sample = "postgres-plain.info" if number % 2 else "rsync.info"
        shutil.copy(os.path.join(SAMPLES, sample), f"{place}-backup.info")
    wals = "".join(
        f"00000001000000{number // 256:02X}000000{number % 256:02X}\t16777216\t"
        f"{1769000000 + number}.0\tgzip\n"
        for number in range(1000)
    )
    write(os.path.join(home, "main", "wals", "main-xlog.db"), wals)
    return path


def write(path: str, text: str) -> None:
    """Write a small file."""
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
