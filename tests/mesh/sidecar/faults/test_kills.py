"""Sidecars and servers killed at any moment while everybody is at work: nothing is lost, nothing is done twice."""

from __future__ import annotations

import os
import random
import signal
import time
from typing import TYPE_CHECKING

from tests.mesh.conftest import list_processes
from tests.mesh.sidecar.conftest import wait_until
from tests.mesh.sidecar.faults.crowd import Crowd

if TYPE_CHECKING:
    from tests.mesh.sidecar.conftest import Clone, Mesh

KILLS = int(os.environ.get("OPENCLAW_TEST_KILLS", "10"))
SEED = int(os.environ.get("OPENCLAW_TEST_SEED", "7"))


def kill_one(clones: list[Clone], dice: random.Random) -> str:
    """Kills a sidecar, which is started again, or the server, which its sidecar starts again."""
    victim = dice.choice([*clones, None, clones[0]])
    if victim is None:
        servers = list_processes(f"nats-server -c {clones[0].place.config}")
        for pid in servers[:1]:
            os.kill(pid, signal.SIGKILL)
        return "server"
    victim.stop(signal.SIGKILL)
    time.sleep(dice.random() * 0.2)
    victim.sync()
    return victim.top.name


def test_kills_at_any_moment_lose_nothing_and_do_nothing_twice(mesh: Mesh) -> None:
    boss = mesh.lead()
    clones = [boss, mesh.join(boss, "w1"), mesh.join(boss, "w2")]
    dice = random.Random(SEED)
    counts: dict[str, int] = {}
    with Crowd(clones, SEED, 5 * KILLS) as crowd:
        for _ in range(KILLS):
            time.sleep(dice.random() * 0.5)
            killed = kill_one(clones, dice)
            counts[killed] = counts.get(killed, 0) + 1
    wait_until(lambda: boss.status.get("leading"), "the lead is back")
    for _ in range(2):
        for clone in clones:
            clone.flush()
    print(counts, len(crowd.made), len(crowd.held), len(crowd.done), len(crowd.marks))
    crowd.check(boss)
