# SPDX-License-Identifier: MIT
"""Processes, signals, users, the log."""

from __future__ import annotations

import io
import logging
import os
import pwd
import signal
import subprocess
import sys
import time

import pytest

from barman.errors import CommandError, ConfigError
from barman.system.clock import SystemClock
from barman.system.log import LogSettings, open_log, read_level
from barman.system.processes import is_running, spawn_detached, stop_process
from barman.system.program_path import ProgramPath
from barman.system.signals import SignalEnd, Terminated, exit_status
from barman.system.user import become
from tests.fakes.clock import ClockFake


def test_a_detached_process_has_a_session_of_its_own(tmp_path):
    script = f"echo out; ps -o sid= -p $$ >{tmp_path}/sid; readlink /proc/$$/fd/0 >&2"
    pid = spawn_detached(["sh", "-c", script], os.environ)
    assert os.waitpid(pid, 0)[1] == 0
    assert int((tmp_path / "sid").read_text()) == pid
    with pytest.raises(CommandError, match="no-such-program"):
        spawn_detached(["no-such-program"], os.environ)


def test_stopping_interrupts_and_polls():
    clock = ClockFake()
    pid = spawn_detached(["sleep", "60"], os.environ)
    real = SystemClock()
    assert stop_process(pid, real, polls=3)
    assert not is_running(pid)
    assert stop_process(pid, clock)
    stubborn = subprocess.Popen(
        ["sh", "-c", "trap '' INT; echo; sleep 60 & wait"],
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert stubborn.stdout is not None
    stubborn.stdout.readline()
    assert not stop_process(stubborn.pid, clock)
    assert clock.sleeps == [1] * 10
    os.killpg(stubborn.pid, signal.SIGKILL)
    stubborn.communicate()


def test_inv_132_an_ending_signal_raises_once():
    end = SignalEnd()
    with pytest.raises(Terminated) as caught:
        end.handle(signal.SIGTERM, None)
    end.handle(signal.SIGTERM, None)
    assert exit_status(caught.value) == 143
    assert exit_status(KeyboardInterrupt()) == 130


def test_inv_132_a_storm_of_signals_leaves_an_orderly_end():
    script = (
        "import sys, time, logging\n"
        "from barman.system.signals import *\n"
        "SignalEnd().install()\n"
        "logging.basicConfig()\n"
        "try:\n"
        "    print('ready', flush=True)\n"
        "    while True: logging.warning('busy')\n"
        "except KeyboardInterrupt as end:\n"
        "    time.sleep(0.2)\n"
        "    print('cleaned')\n"
        "    sys.exit(exit_status(end))\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    for _ in range(50):
        process.send_signal(signal.SIGTERM)
        time.sleep(0.001)
    assert process.communicate()[0] == "cleaned\n"
    assert process.returncode == 143


def test_the_user():
    environ = {"HOME": "/elsewhere"}
    become(pwd.getpwuid(os.getuid()).pw_name, environ)
    assert environ == {"HOME": "/elsewhere"}
    with pytest.raises(ConfigError, match='"no-such-user" does not exist'):
        become("no-such-user", environ)


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user")
def test_root_becomes_the_user_for_good():
    script = (
        "import os; from barman.system.user import become\n"
        "become('nobody', os.environ); print(os.getresuid(), os.environ['HOME'])\n"
        "from barman.errors import ConfigError\n"
        "try: become('root', os.environ)\n"
        "except ConfigError as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    uid, home = pwd.getpwnam("nobody").pw_uid, pwd.getpwnam("nobody").pw_dir
    assert done.stdout == f"{(uid,) * 3} {home}\nplease run as root\n"


def test_program_path():
    environ = {"PATH": "/bin", "X": "1"}
    assert ProgramPath("/a:/b").environment(environ) == {"PATH": "/a:/b:/bin", "X": "1"}
    assert ProgramPath(None).environment(environ) == environ


@pytest.fixture
def kept_logging():
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    for handler in handlers:
        root.removeHandler(handler)
    yield
    for handler in list(root.handlers):
        root.removeHandler(handler)
        handler.close()
    for handler in handlers:
        root.addHandler(handler)
    root.setLevel(level)


@pytest.mark.usefixtures("kept_logging")
class TestLog:
    def test_a_log_is_made_redacted_and_survives_rotation(self, tmp_path):
        path = tmp_path / "log" / "barman.log"
        settings = LogSettings(file=str(path), format="%(levelname)s: %(message)s")
        stderr = io.StringIO()
        open_log(settings, stderr=stderr)
        log = logging.getLogger("barman.x")
        log.info("host=h password=s3cret \udce9 é")
        log.debug("not this")
        path.rename(tmp_path / "rotated")
        log.warning("new file")
        assert (tmp_path / "rotated").read_text().endswith("\\udce9 é\n")
        assert "s3cret" not in (tmp_path / "rotated").read_text()
        assert path.read_text() == "WARNING: new file\n"
        assert stderr.getvalue() == ""

    def test_a_log_that_cannot_be_opened_goes_to_stderr(self, tmp_path):
        (tmp_path / "f").write_text("")
        stderr = io.StringIO()
        open_log(LogSettings(file=f"{tmp_path}/f/log", level="loud"), stderr=stderr)
        first, second = stderr.getvalue().splitlines()
        assert f'WARNING: could not open the log file "{tmp_path}/f/log": ' in first
        assert second.endswith("WARNING: unknown log level 'loud', using INFO")


def test_levels():
    assert [read_level(x) for x in ("info", "DEBUG", "15", 30, "loud")] == [
        20,
        10,
        15,
        30,
        None,
    ]
