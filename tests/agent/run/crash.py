"""Runs whose process kills itself right after an event is on disk, and those who take them up."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from typing import TYPE_CHECKING, Any

from openclaw_hooks.agent.events import EventLog
from openclaw_hooks.agent.run.folders import list_runs

if TYPE_CHECKING:
    from collections.abc import Callable

    from openclaw_hooks.agent.events import Event
    from tests.agent.run.stage import Stage

MAX_TIMES = 6  # that a run is taken up

# The runner, as the agent sees it: what started the guardian that started the agent.
RUNNER = "$(sed 's/.*) [A-Z] //;s/ .*//' /proc/$PPID/stat)"


def in_child(act: Callable[[], object]) -> int:
    """How a process ended that did `act`: its exit code, or less than 0 when a signal ended it."""
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            act()
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def kill_after(line: int) -> None:
    """Has this process kill itself as soon as its run's log has that many lines, 0: before there is one."""
    append = EventLog.append

    def append_and_die(log: EventLog, event: Event) -> Event:
        if line == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        done = append(log, event)
        with open(log.path, "rb") as stream:
            if stream.read().count(b"\n") == line:
                os.kill(os.getpid(), signal.SIGKILL)
        return done

    EventLog.append = append_and_die  # type: ignore[method-assign]  # in a process of its own that ends


def run_and_resume(stage: Stage, script: str, line: int, **wanted: Any) -> str:
    """The id of a run that was killed after that many lines of its log, and taken up until it had ended."""

    def begin() -> None:
        kill_after(line)
        stage.run(script, **wanted)

    in_child(begin)
    found = [state for state in list_runs(stage.repo) if state.task == stage.task_id]
    if not found:  # killed before it began
        in_child(lambda: stage.run(script, **wanted))
        found = [state for state in list_runs(stage.repo) if state.task == stage.task_id]
    run = found[-1].run
    for _ in range(MAX_TIMES):
        if stage.state(run).ended:
            return run
        in_child(lambda: (kill_after(line), stage.resume(run)))
    raise AssertionError(f"killed after line {line}, {run} does not come to its end: {stage.state(run).last}")


def count_lines(stage: Stage, run: str) -> int:
    """How many lines the log of a run has."""
    with open(os.path.join(stage.state(run).folder, "events.jsonl"), "rb") as stream:
        return stream.read().count(b"\n")
