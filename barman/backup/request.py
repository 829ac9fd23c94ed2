# SPDX-License-Identifier: MIT
"""What is asked of one base backup: configuration, and command line over it."""

from __future__ import annotations

from barman.model.frozen import frozen


@frozen(kw_only=True)
class BackupRequest:
    """Options of one backup; times in seconds, `bandwidth_limit` in kB/s.

    `bandwidth_limit` None is unlimited; `wait_timeout` None waits for ever and
    counts only with `wait`; `reuse` is `link`, `copy` or None.  With
    `external_configuration` the user sees to configuration files that are not copied.
    """

    name: str | None = None
    wait: bool = False
    wait_timeout: int | None = None
    jobs: int = 1
    jobs_start_batch_size: int = 10
    jobs_start_batch_period: int = 1
    immediate_checkpoint: bool = False
    reuse: str | None = None
    retry_times: int = 0
    retry_sleep: int = 30
    bandwidth_limit: int | None = None
    keepalive_interval: int = 60
    manifest: bool = False
    external_configuration: bool = False
