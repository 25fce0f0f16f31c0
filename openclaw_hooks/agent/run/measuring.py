"""The metric of a run, with its budget and under its guard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from openclaw_hooks.agent import events as said
from openclaw_hooks.agent.launch import Launch, end_guardian, run_command
from openclaw_hooks.agent.measure.metric import Ran, Work, measure
from openclaw_hooks.agent.model import Measured
from openclaw_hooks.agent.run.decide import remaining_s
from openclaw_hooks.agent.run.papers import metric_log
from openclaw_hooks.agent.shared import find_shared
from openclaw_hooks.agent.trees.spots import attempt_path
from openclaw_hooks.errors import OpenclawError

if TYPE_CHECKING:
    from collections.abc import Callable

    from openclaw_hooks.agent.measure.metric import Command
    from openclaw_hooks.agent.run.context import Run

LEAST_S: Final = 30.0  # an attempt that was just in time is measured all the same
MEGABYTE: Final = 1_000_000


def measure_base(run: Run) -> None:
    """Says what the metric says of the base."""
    if not isinstance(run.state.last, said.BaselineMeasuring):
        run.tell(said.BaselineMeasuring())
    run.tell(said.BaselineMeasured(measured=measure_commit(run, run.state.began.base)))


def measure_commit(run: Run, commit: str) -> Measured:
    """What the metric of the run says of `commit`; what a killed runner had started of it is ended first."""
    end_guardian(metric_log(run))
    try:
        return measure(run.repo, _make_work(run, commit), lambda command, take: _launch(run, command, take))
    except OpenclawError as error:
        return Measured(commit, None, why=f"the metric could not be run: {error}")


def _make_work(run: Run, commit: str) -> Work:
    began, settings = run.state.began, run.settings.agent
    return Work(
        commit=commit,
        base=began.base,
        metric=began.metric,
        measure=began.measure,
        frozen=began.frozen,
        path=metric_path(run),
        log_path=metric_log(run),
        repeat=began.terms.metric_repeat,
        timeout_s=settings.metric_minutes * 60,
        budget_s=max(remaining_s(run.state), LEAST_S),
        max_bytes=settings.max_output_mb * MEGABYTE,
        env_names=settings.metric_env,
        shared=find_shared(run.repo.top, settings.share) if run.repo.top else (),
        root=run.repo.top,
    )


def metric_path(run: Run) -> str:
    """Where the metric's checkout lies, of the attempt or of the base."""
    number = run.state.attempt.number if run.state.attempts else 0
    return attempt_path(run.repo, run.state.run, number, "-metric")


def _launch(run: Run, command: Command, take: Callable[[bytes], None]) -> Ran:
    launch = Launch(
        argv=command.argv,
        cwd=command.cwd,
        env=command.env,
        stdin=None,
        log_path=command.log_path,
        max_bytes=command.max_bytes,
        timeout_s=command.timeout_s,
    )
    ran = run_command(launch, lambda line: take(line + b"\n"), run.stops.ask)
    return Ran(ran.code, ran.seconds, "" if ran.killed == "budget" else ran.killed)
