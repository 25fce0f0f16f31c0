"""Times programs: CPU of the whole process tree and wall clock, as medians over interleaved runs."""

from __future__ import annotations

import resource
import statistics
import subprocess
import time
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


class Command(NamedTuple):
    """A program to time; `prepare` runs before each run and is not counted."""

    argv: tuple[str, ...]
    cwd: str
    env: Mapping[str, str]
    stdin: bytes = b""
    prepare: Callable[[], None] | None = None


class Cost(NamedTuple):
    """Medians in milliseconds; CPU is user and system time of the program and all that it waited for."""

    cpu_ms: float
    wall_ms: float


def measure_all(commands: Mapping[str, Command], runs: int) -> dict[str, Cost]:
    """The cost of each command: one warm-up each, then round after round, so that a busy moment hits all alike."""
    for command in commands.values():
        run_once(command)
    samples: dict[str, list[Cost]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            samples[name].append(run_once(command))
    return {name: _medians(costs) for name, costs in samples.items()}


def run_once(command: Command) -> Cost:
    """The cost of one run; raises RuntimeError when the program fails."""
    if command.prepare:
        command.prepare()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    done = subprocess.run(
        command.argv, cwd=command.cwd, env=dict(command.env), input=command.stdin, capture_output=True, check=False
    )
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        said = (done.stdout + done.stderr).decode("utf-8", "replace")
        raise RuntimeError(f"{' '.join(command.argv)} failed with {done.returncode}: {said[-2000:]}")
    cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return Cost(cpu * 1000, wall * 1000)


def _medians(costs: Sequence[Cost]) -> Cost:
    return Cost(statistics.median(cost.cpu_ms for cost in costs), statistics.median(cost.wall_ms for cost in costs))
