"""What was tried for a task before a run, for the prompts of that run: from logs with all that they say, else from rows."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from openclaw_hooks.agent.model import Attempt, Cause, Judgement, Measured, Report, Snapshot, Verdict
from openclaw_hooks.agent.records.local import read_runs
from openclaw_hooks.agent.records.museum import attempts_of

if TYPE_CHECKING:
    from openclaw_hooks.agent.records.row import Figure, Trial
    from openclaw_hooks.git import Repo


def earlier_attempts(repo: Repo, task: str, run: str = "") -> tuple[Attempt, ...]:
    """The attempts at a task that were judged, oldest first; those of `run` are left out, which knows its own."""
    histories = read_runs(repo).histories
    told = [
        (attempt.began, attempt)
        for history in histories.values()
        if history.began.task == task and history.began.run != run
        for attempt in history.attempts
        if attempt.judgement is not None
    ]
    here = {(history.began.node, history.began.run) for history in histories.values()}
    told += [
        (attempt.began, attempt)
        for exhibit in attempts_of(repo, task)
        if (exhibit.node, exhibit.run) not in here and (attempt := _from_trial(exhibit.trial))
    ]
    return tuple(attempt for _, attempt in sorted(told, key=lambda pair: (pair[0], pair[1].number)))


def _from_trial(trial: Trial) -> Attempt | None:
    """An attempt of another machine, as far as its row tells; None for one that was not judged."""
    judgement = None
    with suppress(ValueError):  # words of a version to come
        judgement = Judgement(Verdict(trial.verdict), Cause(trial.cause), trial.why)
    if judgement is None:
        return None
    return Attempt(
        number=trial.n,
        base=trial.base,
        began=trial.began,
        report=Report(code=trial.code, killed=trial.killed, seconds=trial.seconds),
        snapshot=Snapshot(trial.snapshot, "", trial.base, stat=trial.stat),
        findings=trial.findings,
        measured=_from_figure(trial.snapshot, trial.figure) if trial.figure else None,
        judgement=judgement,
        kept=trial.kept,
    )


def _from_figure(commit: str, figure: Figure) -> Measured:
    return Measured(
        commit, figure.passed, value=figure.value, noise=figure.noise, why=figure.why, seconds=figure.seconds
    )
