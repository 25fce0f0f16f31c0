"""Runs whose process kills itself right after an event is on disk, and those who take them up."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from openclaw_hooks.agent.events import EventLog, Resumed
from openclaw_hooks.agent.run.folders import list_runs

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from openclaw_hooks.agent.events import Event
    from tests.agent.run.stage import Stage

MAX_TIMES = 9  # that a run is taken up

# The runner, as an agent can name it; not by its parents, which are others once the runner is gone.
RUNNER = "$(cat $HOME/runner)"


class Moment(NamedTuple):
    """A place in a log: the event's name, its attempt (0: none), and how often it was said by then."""

    event: str
    attempt: int
    time: int


BEFORE = Moment("", 0, 1)  # before the log has anything


def name_moments(events: Iterable[Event]) -> list[Moment]:
    """The moments of a log, but for those at which it was taken up."""
    counted: Counter[tuple[str, int]] = Counter()
    moments = []
    for event in events:
        if not isinstance(event, Resumed):
            said = (str(type(event).__struct_config__.tag), getattr(event, "n", 0))
            counted[said] += 1
            moments.append(Moment(*said, counted[said]))
    return moments


def read_log(stage: Stage, run: str) -> list[Event]:
    """The events of a run."""
    return EventLog(stage.state(run).folder).read()


def find_kills(events: list[Event]) -> set[Moment]:
    """The moments after which the run was taken up."""
    return {
        name_moments(events[:index])[-1]
        for index, event in enumerate(events)
        if isinstance(event, Resumed) and not isinstance(events[index - 1], Resumed)
    }


def in_child(act: Callable[[], object]) -> int:
    """How a process ended that did `act`: its exit code, or less than 0 when a signal ended it."""
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            with open(os.path.expanduser("~/runner"), "w", encoding="ascii") as stream:
                stream.write(str(os.getpid()))
            act()
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def kill_after(moments: Collection[Moment]) -> None:
    """Has this process kill itself as soon as one of these moments is on disk."""
    append = EventLog.append

    def append_and_die(log: EventLog, event: Event) -> Event:
        if BEFORE in moments and not os.path.exists(log.path):
            os.kill(os.getpid(), signal.SIGKILL)
        done = append(log, event)
        if not isinstance(event, Resumed) and name_moments(log.read())[-1] in moments:
            os.kill(os.getpid(), signal.SIGKILL)
        return done

    EventLog.append = append_and_die  # type: ignore  # in a process of its own that ends


def run_and_resume(stage: Stage, script: str, moments: Collection[Moment] = (), **wanted: Any) -> str:
    """The id of a run that was killed after each of `moments`, and taken up until it had ended."""

    def begin() -> None:
        kill_after(moments)
        stage.run(script, **wanted)

    def take_up() -> None:
        kill_after(moments)
        stage.resume(run)

    in_child(begin)
    found = [state for state in list_runs(stage.repo) if state.task == stage.task_id]
    if not found:  # killed before it began: there is nothing to take up
        moments = [moment for moment in moments if moment != BEFORE]
        in_child(begin)
        found = [state for state in list_runs(stage.repo) if state.task == stage.task_id]
    run = found[-1].run
    for _ in range(MAX_TIMES):
        if stage.state(run).ended:
            return run
        in_child(take_up)
    raise AssertionError(f"killed after {moments}, {run} does not come to its end: {stage.state(run).last}")
