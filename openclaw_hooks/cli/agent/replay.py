"""`openclaw agent replay`: the metric run once more on what a run kept, by the evaluator that the run recorded."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple

import typer

from openclaw_hooks.cli.agent.options import complete_run
from openclaw_hooks.cli.task.options import Json  # noqa: TC001 - Typer reads it
from openclaw_hooks.errors import EXIT_FINDINGS, RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from openclaw_hooks.agent.measure.metric import Command, Launcher, Ran
    from openclaw_hooks.agent.model import Attempt, Measured
    from openclaw_hooks.agent.run.state import RunState
    from openclaw_hooks.git import Repo
    from openclaw_hooks.tasks.model import Measure

MEGABYTE: Final = 1_000_000
ROUNDING: Final = 1e-9  # of a value, between two ways to add up the same


class Compared(NamedTuple):
    """Whether two measurements agree, and by what that was decided."""

    agree: bool
    why: str


def replay(
    run: Annotated[
        str, typer.Argument(metavar="RUN", help="Its id; the first characters do.", autocompletion=complete_run)
    ],
    attempt: Annotated[
        int, typer.Option(metavar="N", min=0, help="This attempt, kept or not; 0: the last that was kept.")
    ] = 0,
    metric_repeat: Annotated[
        int, typer.Option(metavar="K", min=0, max=100, help="Measure a number K times; 0: as often as the run did.")
    ] = 0,
    as_json: Json = False,
) -> None:
    """Measure kept work of a run once more, in a clean checkout with the evaluator as it was then, and compare.

    Exit code 1 when the two disagree by more than noise.

    Example: openclaw agent replay R-4k2m9x
    """
    from openclaw_hooks.agent.run.folders import find_run, read_run, run_folder
    from openclaw_hooks.git import open_repo

    repo = open_repo()
    state = read_run(run_folder(repo, find_run(repo, run)))
    chosen, recorded = find_measured(state, attempt)
    again = measure_again(repo, state, chosen, metric_repeat)
    found = compare(recorded, again, state.began.measure)
    _show(state, chosen, (recorded, again, found), as_json)
    if not found.agree:
        raise typer.Exit(EXIT_FINDINGS)


def find_measured(state: RunState, number: int) -> tuple[Attempt, Measured]:
    """The attempt of that number, or the last one that was kept, and its measurement; raises RefusedError without one."""
    tried = f"see `openclaw agent attempts {state.task}`"
    if not state.began.metric:
        raise RefusedError(f"{state.task} had no metric in {state.run}: there is nothing to measure again", tried)
    found = [attempt for attempt in state.attempts if attempt.number == number] if number else list(state.kept)
    if not found:
        hint = f"--attempt N measures one that was discarded; {tried}"
        raise RefusedError(f"{state.run} has no attempt {number}" if number else f"{state.run} has kept nothing", hint)
    chosen = found[-1]
    if chosen.measured is None:
        raise RefusedError(f"attempt {chosen.number} of {state.run} was not measured", tried)
    return chosen, chosen.measured


def measure_again(repo: Repo, state: RunState, attempt: Attempt, repeat: int = 0) -> Measured:
    """What the run's metric says of the attempt's commit now, with the files that were frozen as they were then."""
    from openclaw_hooks.agent.measure.metric import Work, measure
    from openclaw_hooks.agent.run.context import stand_in
    from openclaw_hooks.agent.run.stops import Stops, heed_signals
    from openclaw_hooks.agent.shared import find_shared
    from openclaw_hooks.agent.trees.spots import attempt_path
    from openclaw_hooks.settings import load_settings

    began = state.began
    settings = load_settings(repo.top or repo.git_dir).agent
    snapshot = attempt.snapshot.commit if attempt.snapshot else ""
    work = Work(
        commit=attempt.kept or snapshot,
        base=began.base,
        metric=began.metric,
        measure=began.measure,
        frozen=began.frozen,
        path=attempt_path(repo, state.run, attempt.number, "-replay"),
        log_path=os.path.join(state.folder, f"replay-{attempt.number}.log"),
        repeat=repeat or began.terms.metric_repeat,
        timeout_s=settings.metric_minutes * 60,
        max_bytes=settings.max_output_mb * MEGABYTE,
        env_names=settings.metric_env,
        shared=find_shared(repo.top, settings.share) if repo.top else (),
        root=repo.top,
    )
    stops = Stops()
    with stand_in(repo), heed_signals(stops):
        measured = measure(repo, work, _make_launcher(stops.ask))
    if stops.reason:
        raise KeyboardInterrupt
    return measured


def _make_launcher(should_stop: Callable[[], str]) -> Launcher:
    from openclaw_hooks.agent.launch import Launch, run_command
    from openclaw_hooks.agent.measure.metric import Ran

    def launch(command: Command, take: Callable[[bytes], None]) -> Ran:
        asked = Launch(
            command.argv, command.cwd, command.env, None, command.log_path, command.max_bytes, command.timeout_s
        )
        ran = run_command(asked, lambda line: take(line + b"\n"), should_stop)
        return Ran(ran.code, ran.seconds, "" if ran.killed == "budget" else ran.killed)

    return launch


def compare(recorded: Measured, again: Measured, measure: Measure | None) -> Compared:
    """Whether two measurements of a commit agree: both passed or failed, and numbers differ by no more than noise.

    By noise is meant what counts as no gain: twice the larger deviation, or the least gain that the task asks for.
    """
    if again.passed is None:
        return Compared(False, f"it cannot be measured now: {again.why}")
    if recorded.passed is not again.passed:
        return Compared(False, again.why or f"the metric {'succeeds' if again.passed else 'fails'} now")
    if measure is None or recorded.value is None or again.value is None:
        agree = recorded.value is again.value or measure is None
        return Compared(agree, "both are the same" if agree else "one of the two is no number")
    allowed = max(measure.min_gain, 2 * max(recorded.noise, again.noise), ROUNDING * abs(recorded.value))
    apart = abs(recorded.value - again.value)
    return Compared(apart <= allowed, f"they are {apart:.6g} apart, of {allowed:.6g} that are noise")


def _show(state: RunState, attempt: Attempt, found: tuple[Measured, Measured, Compared], as_json: bool) -> None:
    from openclaw_hooks.cli.agent.words import shorten, show_measured
    from openclaw_hooks.cli.output import all_fields, paint, print_json

    recorded, again, compared = found
    commit = attempt.kept or (attempt.snapshot.commit if attempt.snapshot else "")
    if as_json:
        values = {"run": state.run, "task": state.task, "attempt": attempt.number, "commit": commit}
        told = {"recorded": all_fields(recorded), "again": all_fields(again), **compared._asdict()}
        print_json("agent-replay", {**values, **told})
        return
    measure = state.began.measure
    typer.echo(f"{state.run}, attempt {attempt.number} of {state.task}, commit {commit[:10]}")
    typer.echo(f"  recorded  {show_measured(recorded, measure)}")
    typer.echo(f"  again     {show_measured(again, measure)}")
    word = paint("agree", "green") if compared.agree else paint("disagree", "red")
    typer.echo(f"  {word}: {shorten(compared.why)}")
