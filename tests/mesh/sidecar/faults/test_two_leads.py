"""Two machines that may lead: one is stopped in the middle of its writes, the other takes over, the first wakes up."""

from __future__ import annotations

import os
import random
import signal
import time
from typing import TYPE_CHECKING

from tests.mesh.sidecar.conftest import wait_until
from tests.mesh.sidecar.faults.crowd import Crowd

if TYPE_CHECKING:
    from tests.mesh.sidecar.conftest import Clone, Mesh

ROUNDS = int(os.environ.get("OPENCLAW_TEST_ROUNDS", "2"))
SEED = int(os.environ.get("OPENCLAW_TEST_SEED", "7"))


def stop_lead(leads: list[Clone], dice: random.Random) -> None:
    """Has the one that leads stand still until the other leads, and for a moment more."""
    old = next(clone for clone in leads if clone.status.get("leading"))
    new = next(clone for clone in leads if clone is not old)
    assert old.process is not None
    old.process.send_signal(signal.SIGSTOP)
    wait_until(lambda: new.status.get("leading"), f"{new.top.name} takes over: {new.log}")
    time.sleep(dice.random())
    old.process.send_signal(signal.SIGCONT)
    wait_until(lambda: old.status and not old.status["leading"], f"{old.top.name} leads no more")


def test_a_lead_that_stood_still_writes_over_nothing_of_the_one_that_took_over(mesh: Mesh) -> None:
    boss = mesh.lead()
    leads = [boss, mesh.join(boss, "other", "lead")]
    clones = [*leads, mesh.join(boss, "w1")]
    dice = random.Random(SEED)
    with Crowd(clones, SEED, 40 * ROUNDS) as crowd:
        for _ in range(ROUNDS):
            time.sleep(0.5 + dice.random() * 0.5)
            stop_lead(leads, dice)
        time.sleep(0.5)
    for _ in range(2):
        for clone in clones:
            clone.flush()
    print(len(crowd.made), len(crowd.held), len(crowd.done), len(crowd.marks))
    crowd.check(boss)
    assert '"text":"boss leads no more: ' in boss.log
    assert '"text":"other leads, term 2' in leads[1].log
