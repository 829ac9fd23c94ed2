# SPDX-License-Identifier: MIT
"""Whatever the history: deleting never costs what is kept, or the WAL that it needs."""

from __future__ import annotations

import tempfile

from hypothesis import given, settings
from hypothesis import strategies as st

from barman.errors import BarmanError
from barman.model.backup_id import BackupId
from barman.model.keep import KeepTarget
from barman.model.retention import Verdict
from tests.fakes.upkeep import Yard

HISTORIES = st.lists(
    st.fixed_dictionaries(
        {
            "gap": st.integers(1, 3),
            "length": st.integers(0, 2),
            "age": st.integers(0, 40),
            "status": st.sampled_from(["DONE"] * 4 + ["FAILED", "WAITING_FOR_WALS"]),
            "parent": st.none() | st.integers(0, 6),
            "keep": st.sampled_from([None] * 4 + list(KeepTarget)),
        }
    ),
    min_size=1,
    max_size=7,
)
POLICIES = st.sampled_from(
    ["REDUNDANCY 1", "REDUNDANCY 3", "RECOVERY WINDOW OF 10 DAYS"]
)


def furnish(home: str, history, policy: str, minimum: int) -> Yard:
    yard = Yard(home, retention_policy=policy, minimum_redundancy=str(minimum))
    segment, ids = 1, []
    for place, each in enumerate(history):
        segment += each["gap"]
        parent = each["parent"]
        id = f"202611{place + 1:02}T000000"
        backup = yard.have(
            id,
            segment=segment,
            length=each["length"],
            age=each["age"],
            status=each["status"],
            parent=ids[parent] if parent is not None and parent < place else None,
        )
        if each["keep"] and backup.is_done_and_whole:
            yard.keeps.keep(BackupId(id), each["keep"])
        ids.append(id)
        segment += each["length"]
    yard.archive(1, segment + 2)
    return yard


def assert_lawful(yard: Yard, before, *, minimum: int) -> None:
    left = {backup.id: backup for backup in yard.catalogue.list()}
    whole = sum(backup.is_done_and_whole for backup in left.values())
    assert whole >= min(minimum, sum(b.is_done_and_whole for b in before))
    archived = set(yard.segments())
    for backup in before:
        if yard.keeps.target(backup.id) is not None:
            assert backup.id in left
    for backup in left.values():
        assert yard.is_whole(str(backup.id))
        if backup.parent_id is not None:
            assert backup.parent_id in left
        if backup.status.is_usable:
            assert {str(s) for s in backup.required_segments()} <= archived
    usable = [b for b in left.values() if b.status.is_usable and b.begin_segment]
    reaching = [
        b for b in usable if yard.keeps.target(b.id) is not KeepTarget.STANDALONE
    ]
    if reaching:
        # From the oldest one that recovers to any moment on, nothing is missing.
        first = min(str(b.begin_segment) for b in reaching)
        assert {name for name in yard.all_names if name >= first} <= archived


@settings(max_examples=40, deadline=None)
@given(HISTORIES, POLICIES, st.integers(0, 3))
def test_inv_072_retention_keeps_what_it_must(history, policy, minimum):
    with tempfile.TemporaryDirectory() as home:
        yard = furnish(home, history, policy, minimum)
        yard.all_names = set(yard.segments())
        before = yard.catalogue.list()
        verdicts = yard.verdicts.judge(before)
        yard.retention.enforce()
        assert_lawful(yard, before, minimum=minimum)
        left = set(yard.ids())
        for id, verdict in verdicts.items():
            assert (str(id) in left) == (verdict is not Verdict.OBSOLETE)


@settings(max_examples=40, deadline=None)
@given(
    HISTORIES, st.integers(0, 3), st.lists(st.integers(0, 6), min_size=1, max_size=5)
)
def test_inv_069_deleting_by_hand_keeps_what_it_must(history, minimum, victims):
    with tempfile.TemporaryDirectory() as home:
        yard = furnish(home, history, "REDUNDANCY 1", minimum)
        yard.all_names = set(yard.segments())
        before = yard.catalogue.list()
        for victim in victims:
            had = yard.ids()
            try:
                yard.deletion.delete(f"202611{victim + 1:02}T000000")
            except BarmanError:
                assert yard.ids() == had
            assert_lawful(yard, before, minimum=minimum)
