# SPDX-License-Identifier: MIT
"""Which cluster the connections lead to, and whose the catalogue is."""

from __future__ import annotations

import pytest

from barman.catalogue.identity import Identity, IdentityFile
from barman.model.lsn import Lsn
from barman.model.postgres_version import PostgresVersion
from barman.postgres.values import SystemIdentity
from tests.fakes.checks import Checked
from tests.fakes.postgres import SYSTEMID

STREAMING = {"backup_method": "postgres", "streaming_conninfo": "host=pg"}


@pytest.mark.parametrize(
    "stored, streamed, expected",
    [
        (None, SYSTEMID, (True, "no system Id stored on disk")),
        (SYSTEMID, SYSTEMID, (True, None)),
        (
            "1",
            SYSTEMID,
            (
                False,
                f"the live cluster has system identifier {SYSTEMID}, the catalogue"
                " belongs to 1",
            ),
        ),
        (
            SYSTEMID,
            "2",
            (
                False,
                f"conninfo leads to system identifier {SYSTEMID}, streaming_conninfo to"
                " 2",
            ),
        ),
    ],
)
def test_which_cluster_it_is(tmp_path, stored, streamed, expected):
    checked = Checked(tmp_path, **STREAMING)
    if stored:
        IdentityFile(checked.layout).record(
            Identity.of(stored, PostgresVersion(150000))
        )
    checked.streaming.identity = SystemIdentity(streamed, 1, Lsn(0))
    assert checked.check()["systemid coherence"] == expected


def test_without_a_connection_nothing_is_known_of_the_cluster(tmp_path):
    checked = Checked(tmp_path)
    checked.postgres = None
    assert checked.check()["systemid coherence"] == (True, "no system Id available")
