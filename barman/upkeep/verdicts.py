# SPDX-License-Identifier: MIT
"""What the retention policy of a server says of its backups, now."""

from __future__ import annotations

from barman.model.retention import Situation, Verdict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from barman.catalogue.keeps import Keeps
    from barman.model.backup import Backup
    from barman.model.backup_id import BackupId
    from barman.model.retention import RetentionPolicy
    from barman.system.clock import Clock


class Verdicts:
    """Asks the policy, if one is enforced."""

    def __init__(
        self,
        *,
        policy: RetentionPolicy | None,
        minimum_redundancy: int,
        keeps: Keeps,
        clock: Clock,
    ) -> None:
        self._policy = policy
        self._minimum_redundancy = minimum_redundancy
        self._keeps = keeps
        self._clock = clock

    def judge(self, backups: tuple[Backup, ...]) -> Mapping[BackupId, Verdict] | None:
        """Return the verdict on each backup; None where no policy is enforced."""
        if self._policy is None:
            return None
        verdicts = {backup.id: Verdict.NONE for backup in backups}
        situation = Situation(
            backups=backups,
            now=self._clock.now(),
            keeps=self._keeps.targets(verdicts),
            minimum_redundancy=self._minimum_redundancy,
        )
        for ruling in self._policy.judge(situation):
            verdicts[ruling.backup.id] = ruling.verdict
        return verdicts
