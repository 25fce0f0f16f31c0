"""A run's row of telemetry, made from its log."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from openclaw_hooks.agent.model import Found, Stat
from openclaw_hooks.agent.records.flags import find_flags
from openclaw_hooks.agent.records.history import fold_history
from openclaw_hooks.agent.records.row import Figure, Row, Trial
from openclaw_hooks.errors import OpenclawError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from openclaw_hooks.agent.events import Event
    from openclaw_hooks.agent.model import Attempt, Measured, Outcome
    from openclaw_hooks.agent.records.history import History

MAX_FINDINGS: Final = 20  # of an attempt
MAX_PATHS: Final = 20
MAX_TEXT: Final = 300  # characters of a message or a reason
MAX_READINGS: Final = 20
MAX_TAMPERED: Final = 5
MAX_COMMAND: Final = 2_000  # characters: whoever ends the task compares it with the task's own


def make_row(events: Iterable[Event], outcome: Outcome, why: str, ended: str, earlier: Sequence[Row] = ()) -> Row:
    """The row of the run that `events` tell of and that came to `outcome` at the time `ended`.

    `earlier` are rows of the board, by which a pattern over several tasks is seen. The same events give the same row.
    """
    history = fold_history(events)
    if history is None:
        raise OpenclawError("the log of the run does not say what it is about", "it cannot be told of")
    trials = tuple(make_trial(attempt) for attempt in history.attempts)
    row = _make_head(history, outcome, why, ended)
    row = replace(row, **_add_up(history, trials), trials=trials)
    return replace(row, flags=find_flags(row, earlier))


def make_trial(attempt: Attempt) -> Trial:
    """An attempt as the board keeps it."""
    report, judged, snapshot = attempt.report, attempt.judgement, attempt.snapshot
    stat = snapshot.stat if snapshot else Stat()
    trial = Trial(
        n=attempt.number,
        verdict=str(judged.verdict) if judged else "",
        cause=str(judged.cause) if judged else "",
        why=shorten(judged.why) if judged else "",
        began=attempt.began,
        stat=replace(stat, paths=tuple(path[:MAX_TEXT] for path in stat.paths[:MAX_PATHS])),
        approach=_name_approach(stat),
        figure=make_figure(attempt.measured) if attempt.measured else None,
        found=len(attempt.findings),
        findings=tuple(_shorten_finding(found) for found in _by_weight(attempt.findings)[:MAX_FINDINGS]),
        tampered=tuple(map(shorten, attempt.tampered[:MAX_TAMPERED])),
        prompt_sha256=attempt.prompt_sha256,
        base=attempt.base,
        snapshot=snapshot.commit if snapshot else "",
        kept=attempt.kept,
        interrupted=len(attempt.interrupted),
    )
    if report is None:
        return trial
    return replace(
        trial,
        seconds=round(report.seconds, 3),
        turns=report.turns,
        cost_usd=report.cost_usd,
        tokens_in=report.tokens_in,
        tokens_out=report.tokens_out,
        code=report.code,
        killed=report.killed,
        denied=len(report.denied),
        words=None if report.killed else len(report.text.strip()),
    )


def make_figure(measured: Measured) -> Figure:
    """What the metric said, without its output; `measured.value` is the median of the readings."""
    name = _find_name(measured)
    readings = tuple(reading.values[name] for reading in measured.readings if name in reading.values)
    return Figure(
        passed=measured.passed,
        value=measured.value,
        noise=measured.noise,
        readings=readings[:MAX_READINGS],
        why=shorten(measured.why),
        seconds=round(measured.seconds, 3),
    )


def shorten(text: str) -> str:
    """`text` in one line of bounded length."""
    line = " ".join(text.split())
    return line if len(line) <= MAX_TEXT else f"{line[: MAX_TEXT - 3]}..."


def _make_head(history: History, outcome: Outcome, why: str, ended: str) -> Row:
    began = history.began
    kept = [attempt.kept for attempt in history.attempts if attempt.kept]
    merged = history.merged
    return Row(
        run=began.run,
        task=began.task,
        title=began.title,
        node=began.node,
        agent=began.agent,
        provenance=began.provenance,
        outcome=outcome,
        began=began.at,
        ended=ended,
        why=shorten(why),
        role=began.role,
        version=began.version[:MAX_TEXT],
        base=began.base,
        target=began.target,
        branch=history.keeping.branch if history.keeping and kept else "",
        kept=kept[-1] if kept else "",
        merged=merged.done if merged else None,
        merge_why=shorten(merged.why) if merged else "",
        terms=began.terms,
        metric=began.metric[:MAX_COMMAND],
        measure=began.measure,
        baseline=make_figure(history.baseline) if history.baseline else None,
        minutes=_count_minutes(began.at, ended),
    )


def _add_up(history: History, trials: Sequence[Trial]) -> dict[str, object]:
    reports = [attempt.report for attempt in history.attempts if attempt.report]
    found = Counter(finding.check for attempt in history.attempts for finding in attempt.findings)
    kept = [trial.figure for trial in trials if trial.kept and trial.figure]
    costs = [report.cost_usd for report in reports]
    return {
        "tried": len(trials),
        "version": next((report.version for report in reports if report.version), history.began.version)[:MAX_TEXT],
        "model": next((report.model for report in reversed(reports) if report.model), "")[:MAX_TEXT],
        "cost_usd": round(total, 6) if (total := _sum(costs)) is not None else None,
        "tokens_in": _sum([report.tokens_in for report in reports]),
        "tokens_out": _sum([report.tokens_out for report in reports]),
        "findings": dict(sorted(found.items())),
        "best": kept[-1] if kept else None,
    }


def _sum(values: Sequence[float | None]) -> float | None:
    """The sum of what was told; None where nothing was."""
    told = [value for value in values if value is not None]
    return sum(told) if told else None


def _name_approach(stat: Stat) -> str:
    """A name for the files that were changed: the same files, the same name."""
    if not stat.files:
        return ""
    import hashlib

    text = "\0".join((str(stat.files), *sorted(stat.paths)))
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:12]


def _by_weight(findings: Sequence[Found]) -> list[Found]:
    return sorted(findings, key=lambda found: not found.is_error)


def _shorten_finding(found: Found) -> Found:
    return replace(found, path=found.path[:MAX_TEXT], message=shorten(found.message), hint="")


def _find_name(measured: Measured) -> str:
    """The name of the number that the value is the median of, where a metric prints several."""
    names = [name for reading in measured.readings for name in reading.values]
    for name in dict.fromkeys(names):
        values = [reading.values[name] for reading in measured.readings if name in reading.values]
        if measured.value is not None and min(values) <= measured.value <= max(values):
            return name
    return names[0] if names and measured.value is not None else ""


def _count_minutes(began: str, ended: str) -> float:
    """The minutes between two times, as far as they are some."""
    try:
        seconds = (datetime.fromisoformat(ended) - datetime.fromisoformat(began)).total_seconds()
    except ValueError:
        return 0
    return round(max(seconds, 0) / 60, 3)
