# SPDX-License-Identifier: MIT
"""Laws of retention and of trimming, over random catalogues."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from barman.model.backup import Backup, BackupStatus
from barman.model.backup_id import BackupId
from barman.model.chain import chain, descendants, parents, root
from barman.model.keep import KeepTarget
from barman.model.retention import (
    RecoveryWindow,
    Redundancy,
    RetentionPolicy,
    Situation,
    Verdict,
    WindowUnit,
    parse_policy,
)
from barman.model.trim import what_to_trim
from tests.fakes.backups import NOW, a_backup, by_id

policies: st.SearchStrategy[RetentionPolicy] = st.one_of(
    st.builds(Redundancy, st.integers(0, 6)),
    st.builds(RecoveryWindow, st.integers(0, 9), st.sampled_from(tuple(WindowUnit))),
)
statuses = st.sampled_from(["DONE"] * 6 + [each.name for each in BackupStatus])


@st.composite
def catalogues(draw: st.DrawFn) -> dict[BackupId, Backup]:
    """Return backups whose WAL goes on, some of them incremental."""
    backups: list[Backup] = []
    segment = 0
    timeline = 1
    count = draw(st.integers(0, 9))
    for number in range(count):
        segment += draw(st.integers(0, 5))
        timeline += draw(st.sampled_from([0, 0, 0, 1]))
        parent = draw(st.none() | st.sampled_from(backups)) if backups else None
        backups.append(
            a_backup(
                f"2026010{number}T000000",
                segment=segment,
                length=draw(st.integers(0, 3)),
                timeline=timeline,
                age=draw(st.integers(0, 1)) + 3 * (count - number),
                parent=parent.id.text if parent else None,
                status=draw(statuses),
            )
        )
    return by_id(*backups)


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    backups = draw(catalogues())
    kept = draw(st.sets(st.sampled_from(list(backups)))) if backups else set()
    return Situation(
        backups=tuple(backups.values()),
        now=NOW,
        keeps={id: draw(st.sampled_from(tuple(KeepTarget))) for id in sorted(kept)},
        minimum_redundancy=draw(st.integers(0, 4)),
    )


@given(policies)
def test_a_policy_is_what_its_text_says(policy: RetentionPolicy) -> None:
    assert parse_policy(str(policy)) == policy


@given(policies, situations())
def test_inv_071_never_fewer_than_the_minimum(
    policy: RetentionPolicy, situation: Situation
) -> None:
    rulings = {each.backup.id: each for each in policy.judge(situation)}
    whole = [each for each in situation.backups if each.is_done_and_whole]
    left = [b for b in whole if rulings[b.id].verdict is not Verdict.OBSOLETE]
    assert len(left) >= min(situation.minimum_redundancy, len(whole))


@given(policies, situations())
def test_inv_075_nothing_that_is_kept_or_whose_descendant_is_kept_is_obsolete(
    policy: RetentionPolicy, situation: Situation
) -> None:
    backups = by_id(*situation.backups)
    for ruling in policy.judge(situation):
        if situation.keeps.get(ruling.backup.id):
            for each in (ruling.backup, *parents(ruling.backup, backups)):
                verdicts = {r.backup.id: r.verdict for r in policy.judge(situation)}
                assert each.is_incremental or (
                    verdicts[each.id] is not Verdict.OBSOLETE
                )


@given(policies, situations())
def test_every_backup_gets_one_ruling_whatever_the_order(
    policy: RetentionPolicy, situation: Situation
) -> None:
    rulings = policy.judge(situation)
    assert {r.backup for r in rulings} == set(situation.backups)
    mirrored = Situation(
        backups=situation.backups[::-1],
        now=situation.now,
        keeps=situation.keeps,
        minimum_redundancy=situation.minimum_redundancy,
    )
    assert policy.judge(mirrored) == rulings


@given(catalogues())
def test_parents_and_descendants_mirror_each_other(
    backups: dict[BackupId, Backup],
) -> None:
    for backup in backups.values():
        assert chain(backup, backups)[0] == root(backup, backups)
        for ancestor in parents(backup, backups):
            assert backup in descendants(ancestor, backups)


@given(situations(), st.data(), st.booleans())
def test_inv_069_072_no_segment_that_a_remaining_backup_spans_goes(
    situation: Situation, data: st.DataObject, by_retention: bool
) -> None:
    backups = by_id(*situation.backups)
    candidates = [id for id in backups if id not in situation.keeps]
    if not candidates:
        return
    deleted = backups.pop(data.draw(st.sampled_from(candidates)))
    trim = what_to_trim(deleted, backups, situation.keeps, by_retention=by_retention)
    if trim is None:
        return
    goes = trim.goes()
    for backup in backups.values():
        if backup.status.is_usable:
            names = [str(each) for each in backup.required_segments()]
            assert not any(goes(name) for name in names)
            label = f"{names[0]}.00000028.backup"
            assert not goes(label)


@given(situations(), st.data())
def test_inv_072_the_log_since_the_oldest_full_backup_stays_whole(
    situation: Situation, data: st.DataObject
) -> None:
    """All WAL of a remaining backup's timeline since it, unless it is standalone."""
    backups = by_id(*situation.backups)
    if not backups:
        return
    deleted = backups.pop(data.draw(st.sampled_from(list(backups))))
    trim = what_to_trim(deleted, backups, situation.keeps, by_retention=True)
    if trim is None:
        return
    goes = trim.goes()
    for backup in backups.values():
        standalone = situation.keeps.get(backup.id) is KeepTarget.STANDALONE
        if backup.status.is_usable and not standalone:
            since = f"{backup.begin_segment}"
            later = [f"{since[:16]}{n:08X}" for n in range(int(since[16:], 16), 256)]
            assert not any(goes(name) for name in later)
