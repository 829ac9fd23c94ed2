# SPDX-License-Identifier: MIT
"""The signal file says what a restored cluster is for, in each version's way."""

from __future__ import annotations

import pytest

from barman.model.postgres_version import PostgresVersion
from barman.model.target import RecoveryTarget
from barman.recovery.configuration import configure
from barman.recovery.settings import WalDelivery, WalSupply, recovery_settings
from tests.fakes.catalogue import read

SUPPLIES = {
    "copied": WalSupply(delivery=WalDelivery.IN_PLACE),
    "staged": WalSupply(delivery=WalDelivery.STAGED, directory="/wal"),
    "fetched": WalSupply(delivery=WalDelivery.FETCHED, command="get %f > %p"),
}
NOW, THEN = RecoveryTarget(), RecoveryTarget(xid="7")
INTENTS = [
    # how WAL comes, the target, a standby?, what PostgreSQL 12 and later looks for
    ("copied", NOW, False, None),
    ("fetched", NOW, False, "recovery.signal"),
    ("staged", THEN, False, "recovery.signal"),
    ("fetched", THEN, False, "recovery.signal"),
    ("copied", NOW, True, "standby.signal"),
    ("staged", THEN, True, "standby.signal"),
    ("fetched", NOW, True, "standby.signal"),
]
SIGNALS = ("recovery.signal", "standby.signal", "recovery.conf")


@pytest.mark.parametrize("major", [11, 12, 13, 14, 15, 16, 17, 18, 19])
@pytest.mark.parametrize(("supply", "target", "standby", "signal"), INTENTS)
def test_inv_092_signal_files_match_the_intent(
    tmp_path, supply, target, standby, signal, major
) -> None:
    settings = recovery_settings(
        target,
        SUPPLIES[supply],
        standby=standby,
        version=PostgresVersion(major * 10000 + 2),
    )
    configure(str(tmp_path), settings)
    written = [name for name in SIGNALS if (tmp_path / name).exists()]
    if signal is None:
        assert written == []
    elif major >= 12:
        assert written == [signal]
        assert b"standby_mode" not in read(f"{tmp_path}/postgresql.auto.conf")
    else:
        assert written == ["recovery.conf"]
        text = read(f"{tmp_path}/recovery.conf")
        assert (b"\nstandby_mode = 'on'\n" in text) is standby
