# SPDX-License-Identifier: MIT
"""A server with backups and WAL on disk, and the program that is asked about them."""

from __future__ import annotations

import getpass
import os
import subprocess
import sys

from barman.catalogue.backups import BackupCatalogue
from barman.catalogue.keeps import Keeps
from barman.catalogue.layout import Layout
from barman.catalogue.wal_entry import WalEntry
from barman.catalogue.wal_tree import WalTree
from barman.model.backup import Backup
from barman.system.locks import Locks
from tests.fakes.catalogue import an_index, put_wal
from tests.fakes.config import configuration

ROOT = os.path.dirname(os.path.abspath(__file__)).rpartition("/tests/")[0]


class Store:
    """One server, `main`, below `home`; `options` are those of its section."""

    def __init__(self, home: str | os.PathLike[str], **options: str) -> None:
        self.home = os.fspath(home)
        usual = {
            "conninfo": "host=/nowhere user=barman",
            "ssh_command": "ssh postgres@pg",
            "archiver": "on",
            "backup_options": "concurrent_backup",
        }
        lines = (f"{key} = {text}\n" for key, text in {**usual, **options}.items())
        self.configuration = configuration(
            home,
            f"barman_user = {getpass.getuser()}\nlog_file = {self.home}/log\n"
            f"[main]\n{''.join(lines)}",
        )
        self.config = self.configuration.servers["main"]
        self.layout = Layout.of(self.config)
        self.locks = Locks(self.home, "main")
        self.catalogue = BackupCatalogue(layout=self.layout, server_name="main")
        self.index = an_index(self.layout, self.locks.xlogdb)
        self.tree = WalTree(self.layout)
        self.keeps = Keeps(self.layout)
        for directory in (self.layout.base, self.layout.wals):
            os.makedirs(directory, exist_ok=True)

    def take(self, *backups: Backup) -> None:
        """Put backups into the catalogue."""
        for backup in backups:
            os.makedirs(self.layout.data_directory(backup.id), exist_ok=True)
            self.catalogue.save(backup)

    def archive(self, name: str, content: bytes = b"wal", mtime: float = 1e9) -> str:
        """Put a WAL file into archive and index; return its path."""
        path = put_wal(self.layout, name, content, mtime)
        self.index.append([WalEntry(name, len(content), mtime, None, None)])
        return path

    def barman(self, *words: str) -> tuple[int, str, str]:
        """Run the program; return status, output and errors."""
        done = subprocess.run(
            [
                *(sys.executable, "-m", "barman.cli.main"),
                *("-c", f"{self.home}/barman.conf", *words),
            ],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "TZ": "UTC", "PYTHONPATH": ROOT, "HOME": self.home},
        )
        return done.returncode, done.stdout, done.stderr
