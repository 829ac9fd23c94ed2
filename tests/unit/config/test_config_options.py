# SPDX-License-Identifier: MIT
"""The table of options, and what is generated from it."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

from barman.config.option import Blank, Scope
from barman.config.options import (
    CHAPTERS,
    MODEL_OPTIONS,
    OPTIONS,
    OPTIONS_BY_NAME,
    SERVER_OPTIONS,
)
from barman.config.server_config import ServerConfig
from barman.model.frozen import fields_of
from tests.fakes.config import configuration, server_config

ROOT = Path(__file__).parents[3]


def test_there_is_one_row_an_option():
    assert len(OPTIONS) == len(OPTIONS_BY_NAME)
    assert len(SERVER_OPTIONS) == 120


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.name)
def test_defaults_and_samples_can_be_parsed(option):
    for text in (option.default, option.sample):
        if text is not None and "<" not in text:
            option.grammar.parse(text)


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.name)
def test_what_can_be_unset_may_be_none(option):
    if option.grammar.blank is Blank.NULL:
        assert option.type.endswith("| None")


def test_models_may_set_everything_but_directories_and_hooks():
    left_out = sorted(set(SERVER_OPTIONS) - set(MODEL_OPTIONS))
    assert len([name for name in left_out if name.endswith("_script")]) == 20
    assert [name for name in left_out if not name.endswith("_script")] == [
        "backup_directory",
        "basebackups_directory",
        "errors_directory",
        "incoming_wals_directory",
        "streaming_wals_directory",
        "wals_directory",
        "xlogdb_directory",
    ]


def test_not_inherited():
    names = [
        option.name
        for option in OPTIONS
        if option.scope in (Scope.SERVER_OR_MODEL, Scope.MODEL)
    ]
    assert names == [
        "active",
        "description",
        "cluster",
        "model",
        "conninfo",
        "streaming_conninfo",
        "wal_conninfo",
        "wal_streaming_conninfo",
        "primary_conninfo",
        "primary_checkpoint_timeout",
        "ssh_command",
        "snapshot_zone",
        "gcp_zone",
        "snapshot_instance",
        "snapshot_disks",
    ]


def test_a_server_has_a_field_for_every_option():
    assert set(SERVER_OPTIONS) < set(fields_of(ServerConfig))


def test_the_values_of_a_server_have_the_types_of_its_fields(tmp_path):
    samples = {
        option.name: option.sample
        for option in SERVER_OPTIONS.values()
        if option.sample is not None
    }
    for main in (server_config(tmp_path), server_config(tmp_path, **samples)):
        for option in SERVER_OPTIONS.values():
            value = getattr(main, option.name)
            kinds = [kind.split("[")[0] for kind in option.type.split(" | ")]
            name = "None" if value is None else type(value).__name__
            if name == "RecoveryWindow":
                name = "RetentionPolicy"
            assert name in kinds, option.name


def test_the_sample_works_with_every_line_uncommented(tmp_path):
    sample = (ROOT / "barman.conf.sample").read_text()
    text = re.sub(r"(?m)^;(?=[\[a-z])", "", sample)
    text = re.sub(r"(?m)^(barman_home|configuration_files_directory) = .*$", "", text)
    text = text.replace("<barman_home>", str(tmp_path))
    # Empty samples stand for options without a sensible example.
    text = re.sub(r"(?m)^\w+ =$", "", text)
    text = re.sub(r"(?m)^\w+ = <.*$", "", text)
    found = configuration(tmp_path, text.split("[barman]\n")[1])
    assert (found.warnings, found.notes, found.errors) == ((), (), ())
    assert list(found.servers) == ["main"]


def test_every_option_is_documented():
    page = (ROOT / "doc/reference/options.rst").read_text()
    manual = (ROOT / "doc/man/barman.5").read_text()
    sample = (ROOT / "barman.conf.sample").read_text()
    for chapter in CHAPTERS:
        assert f"\n{chapter.title}\n---" in page
        for option in chapter.options:
            assert f"\n``{option.name}``\n" in page
            assert f"\n.B {option.name}\n" in manual
            hidden = option.deprecated or option.scope is Scope.MODEL
            assert (f"{option.name} =" in sample) == (not hidden), option.name


def test_generated_files_are_fresh():
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts/generate"), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_generator_writes_what_is_stale_and_no_more(tmp_path, monkeypatch, capsys):
    monkeypatch.syspath_prepend(str(ROOT / "scripts/lib"))
    generators = importlib.import_module("generators")
    root = str(tmp_path)
    assert generators.main(["--check"], root=root) == 1
    assert "barman.conf.sample is stale" in capsys.readouterr().err
    assert generators.main([], root=root) == 0
    assert generators.main(["--check"], root=root) == 0
    sample = tmp_path / "barman.conf.sample"
    before = {path: path.stat().st_ino for path in tmp_path.rglob("*")}
    sample.write_text("changed")
    assert generators.main([], root=root) == 0
    after = {path: path.stat().st_ino for path in tmp_path.rglob("*")}
    assert [path for path in after if after[path] != before[path]] == [sample]
    assert sample.read_text() == (ROOT / "barman.conf.sample").read_text()
    assert generators.main(["--help"], root=root) == 2


HEAVY = (
    "typing pathlib logging json subprocess socket tempfile shutil psycopg2 paramiko"
)


def test_nothing_heavy_is_imported():
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); import barman.config.load; "
        f"print(sorted(set({HEAVY!r}.split()) & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "[]\n"
