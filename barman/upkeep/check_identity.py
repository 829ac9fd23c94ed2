# SPDX-License-Identifier: MIT
"""Checks that every connection, and the catalogue, mean one and the same cluster."""

from __future__ import annotations

from barman.catalogue.identity import IdentityFile
from barman.upkeep.check_finding import Finding, failed, ok, verdict
from barman.upkeep.check_subject import streams

TYPE_CHECKING = False
if TYPE_CHECKING:
    from barman.upkeep.check_subject import Subject


def coherence(subject: Subject) -> Finding:
    """See whether the live cluster is the one that the catalogue belongs to."""
    session = subject.postgres
    live = None if session is None else session.systemid
    if subject.is_reached and streams(subject.config):
        streamed = subject.streaming_identity.value
        if streamed is not None and live is not None and streamed.systemid != live:
            return failed(
                "conninfo leads to system identifier"
                f" {live}, streaming_conninfo to {streamed.systemid}"
            )
        if live is None and streamed is not None:
            live = streamed.systemid
    return _against_stored(subject, live)


def _against_stored(subject: Subject, live: str | None) -> Finding:
    if live is None:
        return ok("no system Id available")
    stored = IdentityFile(subject.tools.layout).find()
    if stored is None:
        return ok("no system Id stored on disk")
    return verdict(
        stored.systemid == live,
        f"the live cluster has system identifier {live}, the catalogue belongs to"
        f" {stored.systemid}",
    )


def wal_coherence(subject: Subject) -> Finding:
    """See whether WAL is streamed from the cluster that is backed up."""
    session, streamed = subject.postgres, subject.wal_streaming_identity.value
    if session is None or streamed is None:
        return failed("no system Id available")
    live = session.systemid
    return verdict(
        streamed.systemid == live,
        f"conninfo leads to system identifier {live}, the WAL streaming connection to"
        f" {streamed.systemid}",
    )
