# SPDX-License-Identifier: MIT
"""The rules of AWS about locks of snapshots, one at a time and together."""

from __future__ import annotations

import pytest

from barman.config.lock_checks import lock_problems

NOTHING = {
    "aws_snapshot_lock_mode": None,
    "aws_snapshot_lock_duration": None,
    "aws_snapshot_lock_expiration_date": None,
    "aws_snapshot_lock_cool_off_period": None,
}
END = "2030-01-31T23:59:59.000Z"


def problems(**options: object) -> list[str]:
    given = {f"aws_snapshot_lock_{name}": value for name, value in options.items()}
    return list(lock_problems({**NOTHING, **given}))


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"mode": "governance", "duration": 1},
        {"mode": "GOVERNANCE", "expiration_date": END},
        {"mode": "compliance", "duration": 36500, "cool_off_period": 72},
        {"mode": "compliance", "duration": 1, "cool_off_period": 1},
    ],
)
def test_what_aws_takes(options: dict[str, object]) -> None:
    assert problems(**options) == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"mode": "soft", "duration": 1}, "'soft' is not one of"),
        ({"mode": "compliance"}, "requires either"),
        ({"mode": "compliance", "duration": 1, "expiration_date": END}, "not both"),
        (
            {"mode": "governance", "duration": 1, "cool_off_period": 5},
            "not supported by aws_snapshot_lock_mode governance",
        ),
        ({"duration": 0}, "aws_snapshot_lock_duration 0 is not from 1 to 36500"),
        ({"duration": 36501}, "duration 36501 is not"),
        ({"cool_off_period": 0}, "cool_off_period 0 is not from 1 to 72"),
        ({"cool_off_period": 73}, "cool_off_period 73 is not"),
        ({"expiration_date": "2030-01-31"}, "'2030-01-31' is not of the form"),
        ({"expiration_date": f"{END}x"}, "is not of the form"),
        ({"expiration_date": END.replace("2", "٢")}, "is not of the form"),
    ],
)
def test_what_aws_refuses(options: dict[str, object], words: str) -> None:
    [problem] = problems(**options)
    assert words in problem


def test_everything_wrong_is_said() -> None:
    assert len(problems(mode="soft", duration=0, cool_off_period=0)) == 3
