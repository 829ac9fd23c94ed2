# SPDX-License-Identifier: MIT
"""A Barman home, its configuration, and the real program run on it."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Mapping

    from tests.lab.cluster import Cluster
    from tests.lab.lab import Lab


@dataclass(frozen=True)
class Outcome:
    """How a program ended."""

    status: int
    stdout: str
    stderr: str

    @property
    def json(self) -> Any:
        """What it printed, as a document."""
        return json.loads(self.stdout)

    def ok(self) -> Outcome:
        """Fail unless it succeeded."""
        assert self.status == 0, f"status {self.status}\n{self.stdout}{self.stderr}"
        assert "Traceback" not in self.stderr, self.stderr
        return self


class Barman:
    """`barman_home`, a configuration file, and the program.

    barman = lab.barman()
    barman.serve("main", cluster, backup_method="postgres", archiver="on")
    barman.run("check main").ok()
    """

    def __init__(self, lab: Lab, **options: object) -> None:
        self.lab = lab
        self.home = lab.directory("home")
        self.config = f"{self.home}/barman.conf"
        self._sections: dict[str, dict[str, object]] = {
            "barman": {
                "barman_home": self.home,
                "barman_user": lab.account.name,
                "log_file": f"{self.home}/barman.log",
                "log_level": "DEBUG",
                **options,
            }
        }
        self._write()

    def section(self, name: str, options: Mapping[str, object]) -> None:
        """Add or change a section as it stands; `None` removes an option."""
        merged = {**self._sections.get(name, {}), **options}
        self._sections[name] = {k: v for k, v in merged.items() if v is not None}
        self._write()

    def serve(self, server: str, cluster: Cluster, **options: object) -> None:
        """Add a server for a cluster: conninfos, and ssh when the method is rsync."""
        defaults: dict[str, object] = {
            "description": f"PostgreSQL {cluster.major}",
            "conninfo": cluster.dsn(),
            "streaming_conninfo": cluster.dsn(user="streaming_barman"),
            "backup_method": "rsync",
            "backup_options": "concurrent_backup",
            "archiver": "on",
            "path_prefix": cluster.installation.bin,
        }
        if options.get("backup_method", "rsync") == "rsync":
            defaults["ssh_command"] = self.lab.sshd.command
        self.section(server, {**defaults, **options})

    def archive_command(self, server: str) -> str:
        """Return an archive_command that hands segments to `put-wal` over SSH."""
        self.lab.programs  # noqa: B018  (writes the scripts)
        sshd = self.lab.sshd
        return (
            f"barman-wal-archive -c {shlex.quote(self.config)} -U {sshd.user}"
            f" 127.0.0.1 {server} %p"
        )

    def incoming_command(self, server: str) -> str:
        """Return an archive_command that copies into `incoming`, safely named."""
        incoming = f"{self.home}/{server}/incoming"
        return f"cp %p {incoming}/.%f && mv {incoming}/.%f {incoming}/%f"

    def run(
        self, command: str | list[str], *, timeout: float = 120, stdin: str = ""
    ) -> Outcome:
        """Run `barman -c CONFIG COMMAND` to the end."""
        done = self.lab.run(
            self.argv(command), check=False, timeout=timeout, input=stdin
        )
        return Outcome(done.returncode, done.stdout, done.stderr)

    def start(self, command: str | list[str], **options: Any) -> subprocess.Popen[Any]:
        """Start it and return the process, to be killed at will."""
        return self.lab.start(self.argv(command), **options)

    def argv(self, command: str | list[str]) -> list[str]:
        """Return the whole command line."""
        words = shlex.split(command) if isinstance(command, str) else command
        program = f"{self.lab.programs.directory}/barman"
        return [program, "-c", self.config, *words]

    def log_text(self) -> str:
        """Return the log file."""
        with open(f"{self.home}/barman.log", errors="replace") as file:
            return file.read()

    def _write(self) -> None:
        text = "".join(
            f"[{name}]\n" + "".join(f"{k} = {v}\n" for k, v in options.items()) + "\n"
            for name, options in self._sections.items()
        )
        self.lab.account.write(self.config, text)
