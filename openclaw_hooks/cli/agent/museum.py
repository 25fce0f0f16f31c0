"""The attempts at a task as people read them: run by run, each attempt with what it came to and why."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

from openclaw_hooks.agent.model import Provenance
from openclaw_hooks.agent.records.text import show_figure
from openclaw_hooks.checks.report import one_line
from openclaw_hooks.cli.agent.words import COLOURS, count, shorten, show_cost, show_duration, show_finding, show_stat
from openclaw_hooks.cli.output import paint

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from openclaw_hooks.agent.records.museum import Exhibit
    from openclaw_hooks.agent.records.row import Trial

MAX_FINDINGS: Final = 5
INDENT: Final = "     "


def describe_attempts(task: str, title: str, found: Sequence[Exhibit]) -> Iterator[str]:
    """The lines about all attempts at a task, oldest first."""
    kept = sum(bool(one.trial.kept) for one in found)
    runs = len({one.run for one in found if one.run})
    yield f"{task} {one_line(title)}".rstrip()
    yield f"{count(len(found), 'attempt')} in {count(runs, 'run')}, {kept} kept"
    for run, exhibits in groupby(found, lambda one: one.run):
        shown = list(exhibits)
        yield ""
        yield _describe_run(run, shown[-1])
        for one in shown:
            yield from _describe(one)
    if any(one.ref for one in found):
        number = next(one.trial.n for one in reversed(found) if one.ref)
        yield ""
        yield f"what one changed: openclaw agent attempts {task} --diff {number}"


def _describe_run(run: str, one: Exhibit) -> str:
    if not run:
        return "snapshots of runs that nobody knows any more"
    mock = f" ({one.provenance})" if one.provenance not in (None, Provenance.REAL) else ""
    outcome = paint(one.outcome, COLOURS.get(one.outcome, ""))
    before = f"; before it {show_figure(one.baseline)}" if one.baseline else ""
    return f"{run} {one_line(one.agent)}{mock} on {one_line(one.node)}: {outcome}{before}"


def _describe(one: Exhibit) -> Iterator[str]:
    trial = one.trial
    if one.interrupted:
        yield f"  {trial.n:>2}  cut off; what lay there is {one.interrupted}"
        return
    verdict = paint(trial.verdict, COLOURS.get(trial.verdict, "")) if trial.verdict else "not judged"
    cause = f" ({trial.cause})" if trial.cause else ""
    figures = (show_stat(trial.stat), show_figure(trial.figure), show_cost(trial.cost_usd), _show_time(trial))
    told = ", ".join(figure for figure in figures if figure)
    yield f"  {trial.n:>2}  {verdict}{cause}{f': {told}' if told else ''}"
    if trial.why:
        yield f"{INDENT} {shorten(trial.why)}"
    errors = [found for found in trial.findings if found.is_error]
    for found in errors[:MAX_FINDINGS]:
        yield f"{INDENT} {show_finding(found)}"
    if len(errors) > MAX_FINDINGS:
        yield f"{INDENT} {count(len(errors) - MAX_FINDINGS, 'more finding')}"
    if trial.snapshot:
        kept = f", kept as {trial.kept[:10]}" if trial.kept else ""
        yield f"{INDENT} {one.ref or f'snapshot {trial.snapshot[:10]}, on {one_line(one.node)} only'}{kept}"


def _show_time(trial: Trial) -> str:
    killed = f", killed ({trial.killed})" if trial.killed else ""
    return f"{show_duration(trial.seconds)}{killed}" if trial.seconds or killed else ""
