# SPDX-License-Identifier: MIT
"""Throw-away PostgreSQL clusters, an sshd and a workload, for tests.

    lab = Lab.open()                      the session fixture `lab`
    lab.cluster(16)                       shared by the session, started when asked for
    lab.new_cluster(16, name="primary")   one of your own
    cluster.dsn(user="barman_min")        how to reach it
    lab.sshd.command                      an ssh_command that reaches this host
    lab.directory("restored")             a fresh folder that the lab's account owns
    with Workload(cluster) as work: ...   rows; work.entries when it has ended
    barman = lab.barman()                 a Barman home and its configuration
    barman.serve("main", cluster); barman.run("check main").ok()    the real program
    judge(lab, data_directory, major=16, expected=work.until(time))

Everything runs as one account: `postgres` when root runs the tests, else who runs them.
A watchdog ends every process and removes the folder when the session ends, however.
"""

from tests.lab.account import Account
from tests.lab.barman import Barman, Outcome
from tests.lab.cluster import Cluster
from tests.lab.installation import Installation, installations
from tests.lab.judge import Judgement, judge
from tests.lab.lab import Lab
from tests.lab.sshd import Sshd
from tests.lab.workload import Entry, Workload

__all__ = [
    "Account",
    "Barman",
    "Cluster",
    "Entry",
    "Installation",
    "Judgement",
    "Lab",
    "Outcome",
    "Sshd",
    "Workload",
    "installations",
    "judge",
]
