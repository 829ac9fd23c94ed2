# SPDX-License-Identifier: MIT
import pytest

from barman.model.keep import KeepTarget


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("full", KeepTarget.FULL),
        ("standalone", KeepTarget.STANDALONE),
        ("standalone\n", KeepTarget.FULL),
        ("anything", KeepTarget.FULL),
        ("", None),
    ],
)
def test_annotations_are_read_to_the_letter(
    text: str, target: KeepTarget | None
) -> None:
    assert KeepTarget.read(text) is target
