"""Runs the metric of a task on a commit, as often as is asked, and says what it came to."""

from __future__ import annotations

import math
import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple, Protocol

from openclaw_hooks.agent.measure.checkout import Wanted, make_checkout, remove_checkout
from openclaw_hooks.agent.measure.environment import metric_env
from openclaw_hooks.agent.measure.gain import find_centre
from openclaw_hooks.agent.measure.output import MetricReader
from openclaw_hooks.agent.model import Frozen, Measured, Reading
from openclaw_hooks.agent.removal import remove_folder
from openclaw_hooks.agent.shared import link_shared
from openclaw_hooks.errors import OpenclawError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from openclaw_hooks.git import Repo
    from openclaw_hooks.tasks.model import Measure


class Work(NamedTuple):
    """What is measured, and how.

    The files of `commit` with what is `frozen` as it is in `base`, the commit that the whole run started from; `path` is where
    the checkout is made, `repeat` how often a number is measured. `timeout_s` and `max_bytes` hold for one reading, `budget_s` for
    all of them together; `shared` are paths that get links to those in `root`. `env_names` lets variables through, as `NAME` or `PREFIX_*`.
    """

    commit: str
    base: str
    metric: str
    measure: Measure | None
    frozen: Frozen
    path: str
    log_path: str
    repeat: int = 1
    timeout_s: float = 600
    budget_s: float = math.inf
    max_bytes: int = 8_000_000
    env_names: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    root: str = ""


class Command(NamedTuple):
    """A program to be run: nothing in its environment but `env`, killed with all that it started after `timeout_s`.

    At most `max_bytes` of its output are kept in the file `log_path`.
    """

    argv: tuple[str, ...]
    cwd: str
    env: Mapping[str, str]
    timeout_s: float
    log_path: str
    max_bytes: int


class Ran(NamedTuple):
    """How a program ended: exit code (None: it was killed), seconds, and why it was killed."""

    code: int | None
    seconds: float
    killed: str = ""


class Launcher(Protocol):
    """Runs a program and hands on all that it prints, both streams, in pieces; raises OpenclawError when it cannot start."""

    def __call__(self, command: Command, take: Callable[[bytes], None]) -> Ran:
        """How it ended; nothing that it started is left."""


def measure(repo: Repo, work: Work, launcher: Launcher, environment: Mapping[str, str] | None = None) -> Measured:
    """What the metric says of `work.commit`.

    Each reading has a checkout of its own, so that all start from the same state and none finds what another left. Without a
    number to read, success is all that counts, and one reading is enough. A reading that fails or cannot be read ends it.
    """
    readings: list[Reading] = []
    began = time.monotonic()
    for _ in range(work.repeat if work.measure else 1):
        left_s = max(work.budget_s - (time.monotonic() - began), 0)
        limited = work._replace(timeout_s=min(work.timeout_s, left_s))
        readings.append(_read_once(repo, limited, launcher, os.environ if environment is None else environment))
        if readings[-1].why:
            break
    return fold_readings(work.commit, readings, work.measure)


def fold_readings(commit: str, readings: list[Reading], measure: Measure | None) -> Measured:
    """What several readings of one commit come to; the output is kept of the last one only."""
    last = readings[-1]
    kept = (*(_without_tail(reading) for reading in readings[:-1]), last)
    seconds = sum(reading.seconds for reading in readings)
    if last.why:
        passed = False if last.code else None
        which = f" (reading {len(readings)})" if len(readings) > 1 else ""
        return Measured(commit, passed, kept, why=f"{last.why}{which}", seconds=seconds)
    if measure is None:
        return Measured(commit, True, kept, seconds=seconds)
    median, noise = find_centre([reading.values[measure.name] for reading in readings])
    return Measured(commit, True, kept, median, noise, seconds=seconds)


def _without_tail(reading: Reading) -> Reading:
    from msgspec.structs import replace

    return replace(reading, tail="")


def _read_once(repo: Repo, work: Work, launcher: Launcher, environment: Mapping[str, str]) -> Reading:
    """One run of the metric in a checkout of its own, which is gone afterwards."""
    import tempfile

    if work.timeout_s <= 0:
        return Reading(None, why="there was no time left for the metric")
    temporary = tempfile.mkdtemp(prefix="openclaw-")  # short: sockets have to fit into it
    remove: Callable[[str], object] = remove_checkout
    try:
        make_checkout(repo, work.path, Wanted(work.commit, work.base, work.frozen, work.shared))
        remove = remove_folder  # it is ours, whatever the metric makes of what says so
        link_shared(work.root, work.shared, work.path)
        env = metric_env(environment, work.env_names, temporary, work.path)
        command = Command(("sh", "-c", work.metric), work.path, env, work.timeout_s, work.log_path, work.max_bytes)
        reader = MetricReader()
        ran = launcher(command, reader.take)
        reader.finish()
    except (OpenclawError, OSError) as error:
        return Reading(None, why=f"the metric could not be run: {error}")
    finally:
        with suppress(OpenclawError, OSError):
            remove_folder(temporary)
        with suppress(OpenclawError, OSError):
            remove(work.path)
    return _judge_reading(ran, reader, work)


def _judge_reading(ran: Ran, reader: MetricReader, work: Work) -> Reading:
    why = ""
    if ran.code is None:
        why = (
            f"the metric was killed: {ran.killed}"
            if ran.killed
            else f"the metric took longer than {work.timeout_s:g} s"
        )
    elif ran.code:
        why = f"the metric failed with exit code {ran.code}"
    elif work.measure is not None and work.measure.name not in reader.values:
        name = work.measure.name
        written = reader.unreadable.get(name)
        why = f"no line `METRIC {name}=NUMBER`" if written is None else f"`METRIC {name}={written}` is no number"
    return Reading(ran.code, ran.seconds, dict(reader.values), reader.tail(), why)
