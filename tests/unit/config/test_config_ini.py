# SPDX-License-Identifier: MIT
"""The INI dialect: what each line of a file means."""

from __future__ import annotations

import pytest

from barman.config.ini import expand, plain, read_ini
from barman.errors import ConfigError


@pytest.fixture
def read(tmp_path):
    def read_text(text: str, encoding: str = "utf-8") -> dict[str, dict[str, str]]:
        path = tmp_path / "x.conf"
        path.write_bytes(text.encode(encoding))
        return read_ini(str(path))

    return read_text


def test_both_delimiters_and_lower_cased_options(read):
    assert read("[main]\nArchiver = on\nSLOT_name: barman\n") == {
        "main": {"archiver": "on", "slot_name": "barman"}
    }


def test_section_names_keep_case_and_blanks(read):
    assert list(read("[Main]\n[ two ]\n[main]\n")) == ["Main", " two ", "main"]


def test_only_whole_lines_are_comments(read):
    text = "; one\n# two\n[main]\n  ; three\narchiver = on ; x\ndescription = a # b\n"
    assert read(text) == {"main": {"archiver": "on ; x", "description": "a # b"}}


def test_indented_lines_continue_also_across_blank_lines(read):
    text = "[main]\ndescription = one\n\n   two\n archiver = on\nactive = off\n"
    assert read(text) == {
        "main": {"description": "one\n\ntwo\narchiver = on", "active": "off"}
    }


def test_the_last_duplicate_wins(read):
    text = "[main]\nactive = on\nactive = off\n[b]\n[main]\ndescription = x\n"
    assert read(text) == {"main": {"active": "off", "description": "x"}, "b": {}}


def test_default_section_reaches_every_section_of_the_file(read):
    text = "[DEFAULT]\nslot_name = b\n[one]\n[two]\nslot_name = c\n"
    assert read(text) == {"one": {"slot_name": "b"}, "two": {"slot_name": "c"}}


def test_bytes_that_are_no_utf8_survive(read):
    values = read("[main]\nbackup_directory = /srv/\xe9\n", "latin-1")
    assert values["main"]["backup_directory"].encode("utf-8", "surrogateescape") == (
        b"/srv/\xe9"
    )


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ('"two words"', "two words"),
        ("'single'", "single"),
        ("\"mixed'", "\"mixed'"),
        ('a "b" c', 'a "b" c'),
        ('"', '"'),
        ('""', ""),
        ("None", ""),
        ('"None"', ""),
        ("none", "none"),
        ("", ""),
    ],
)
def test_quotes_and_none(text, meant):
    assert plain(text) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("date +%%%%s", "date +%s"),
        ("date +%%s", "date +%s"),
        ("100%%%%", "100%"),
        ("%%%%%%%%", "%%"),
        ("%%%%(asctime)s", "%(asctime)s"),
        ("%%(asctime)s", "%(asctime)s"),
        ("echo %(description)s", "echo dd"),
        ("echo %(DESCRIPTION)s!", "echo dd!"),
        ("%(nested)s", "dd 5%"),
    ],
)
def test_percent_signs(text, meant):
    assert expand(text, {"description": "dd", "nested": "%(description)s 5%%%%"}) == (
        meant
    )


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("x = 50%", "lone '%'"),
        ("x = %%%", "lone '%'"),
        ("x = %(name)s", "refers to 'name'"),
        ("x = %(barman_home)s", "refers to 'barman_home'"),
        ("x = %(x)s", "refers to itself"),
        ("x = %(y)s\ny = %(x)s", "refers to itself"),
    ],
)
def test_percent_signs_that_mean_nothing(read, tmp_path, line, words):
    with pytest.raises(ConfigError) as caught:
        read(f"[main]\n{line}\n")
    assert words in caught.value.message
    assert f"'{tmp_path}/x.conf', section [main]" in caught.value.message
    assert "\n" not in caught.value.message


@pytest.mark.parametrize(
    ("text", "line"),
    [("[main]\ncompression\n", 2), ("archiver = on\n", 1), ("[main]\n\n[x\n", 3)],
)
def test_syntax_errors_name_file_and_line(read, tmp_path, text, line):
    with pytest.raises(ConfigError) as caught:
        read(text)
    assert caught.value.message == (
        f"syntax error in configuration file '{tmp_path}/x.conf', line {line}: "
        "expected a [section] or 'option = value'"
    )


def test_an_empty_value_is_the_empty_text(read):
    assert read("[main]\ncompression =\n") == {"main": {"compression": ""}}


def test_a_file_that_cannot_be_opened(tmp_path):
    with pytest.raises(ConfigError) as caught:
        read_ini(str(tmp_path))
    assert caught.value.message == (
        f"configuration file '{tmp_path}' cannot be read: Is a directory"
    )
