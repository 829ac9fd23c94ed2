# SPDX-License-Identifier: MIT
"""Options about retention and hook scripts, as a server gets them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from barman.config.options_retention import HOOKS, RETENTION
from barman.model.retention import Redundancy
from tests.fakes.config import server_config

EVENTS = ("backup", "archive", "delete", "wal_delete", "recovery")


def test_there_are_four_scripts_for_each_event() -> None:
    assert [option.name for option in HOOKS.options] == [
        f"{moment}_{event}_{script}"
        for event in EVENTS
        for moment in ("pre", "post")
        for script in ("script", "retry_script")
    ]


@pytest.mark.parametrize("option", HOOKS.options, ids=lambda option: option.name)
def test_a_script_is_unset_unless_configured(tmp_path, option) -> None:
    assert getattr(server_config(tmp_path), option.name) is None
    config = server_config(tmp_path, **{option.name: "/bin/hook --now"})
    assert getattr(config, option.name) == "/bin/hook --now"


def test_only_a_retried_script_before_the_event_can_stop_it() -> None:
    stopping = [option.name for option in HOOKS.options if "stops" in option.detail]
    assert stopping == [f"pre_{event}_retry_script" for event in EVENTS]


def test_nothing_is_ever_obsolete_by_default(tmp_path) -> None:
    config = server_config(tmp_path)
    assert (config.retention_policy, config.retention_policy_invalid) == (None, False)
    assert (config.last_backup_maximum_age, config.last_backup_minimum_size) == (
        None,
        None,
    )


def test_values_become_what_they_mean(tmp_path) -> None:
    config = server_config(
        tmp_path,
        retention_policy="redundancy 3",
        last_backup_maximum_age="4 DAYS",
        last_backup_minimum_size="1Gi",
    )
    assert config.retention_policy == Redundancy(3)
    assert config.last_backup_maximum_age == timedelta(days=4)
    assert config.last_backup_minimum_size == 1 << 30


def test_a_policy_that_cannot_be_read_enforces_nothing(tmp_path) -> None:
    config = server_config(tmp_path, retention_policy="as long as you like")
    assert (config.retention_policy, config.retention_policy_invalid) == (None, True)


def test_every_option_is_explained() -> None:
    for option in (*RETENTION.options, *HOOKS.options):
        assert option.summary
        assert not option.summary.endswith(".")
