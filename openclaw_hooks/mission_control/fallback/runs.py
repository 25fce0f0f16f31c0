"""The runs of agents without JavaScript: a table of runs, and one of the attempts of the newest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from openclaw_hooks.mission_control.fallback.board import broken_html
from openclaw_hooks.mission_control.fallback.table import command, heading, paragraph, table
from openclaw_hooks.mission_control.moments import show_moment
from openclaw_hooks.mission_control.texts import text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openclaw_hooks.agent.records.row import Figure, Row, Trial
    from openclaw_hooks.mission_control.reading.runs import RunFacts
    from openclaw_hooks.mission_control.views.runs import RunRow, RunsView
    from openclaw_hooks.tasks.model import Measure

MAX_ROWS: Final = 200
WHOLE: Final = 1_000
MAX_TOLD: Final = 20  # runs with their attempts
RUN_HEADS: Final = ("run", "task", "outcome", "agent", "provenance", "attempts", "metric", "minutes", "cost", "began")
ATTEMPT_HEADS: Final = ("run", "attempt", "verdict", "why", "figure", "diff", "findings", "snapshot")


def runs_html(facts: RunFacts, view: RunsView) -> str:
    """The newest runs, and the attempts of some of them."""
    if not view.runs:
        start = paragraph(text("runs.empty")) + paragraph(text("runs.empty-text")) + command(text("runs.command-first"))
        return broken_html(view.broken) + start
    more = len(view.runs) - MAX_ROWS
    newest = [*(run.row for run in facts.open), *reversed(facts.rows)][:MAX_TOLD]
    return "".join(
        (
            broken_html(view.broken),
            table(_heads(RUN_HEADS), map(_run_cells, view.runs[:MAX_ROWS]), text("runs.count", n=view.total)),
            paragraph(text("runs.more-rows", n=more)) if more > 0 else "",
            heading(text("runs.attempts")),
            table(_heads(ATTEMPT_HEADS), (cells for row in newest for cells in _attempt_cells(row))),
        )
    )


def _heads(names: tuple[str, ...]) -> list[str]:
    return [text(f"runs.head-{name}") for name in names]


def _run_cells(run: RunRow) -> tuple[str, ...]:
    gain = run.gain
    return (
        run.id,
        f"{run.task} {run.title}",
        text(f"run.outcome-{run.outcome}"),
        " ".join(filter(None, (run.agent, run.model))),
        text(f"run.provenance-{run.provenance}"),
        str(run.tried),
        f"{gain.name} {show_number(gain.baseline)} \u2192 {show_number(gain.best)} {gain.unit}".rstrip()
        if gain
        else "",
        show_number(run.minutes),
        "" if run.cost_usd is None else f"${run.cost_usd:.2f}",
        show_moment(run.began),
    )


def _attempt_cells(row: Row) -> Iterator[tuple[str, ...]]:
    for trial in row.trials:
        yield (
            row.run,
            str(trial.n),
            text(f"run.verdict-{trial.verdict or 'open'}"),
            " ".join(filter(None, (f"{trial.cause}:" if trial.cause else "", trial.why))),
            _show_figure(trial.figure, row.measure),
            text("runs.diff", n=trial.stat.files, added=trial.stat.added, removed=trial.stat.removed),
            _show_findings(trial),
            trial.snapshot[:12],
        )


def _show_figure(figure: Figure | None, measure: Measure | None) -> str:
    if figure is None:
        return ""
    if measure is None or figure.value is None:
        return text(f"runs.metric-{_PASSED[figure.passed]}")
    return f"{show_number(figure.value)} \u00b1 {show_number(figure.noise)} {measure.unit}".rstrip()


_PASSED: Final = {True: "passed", False: "failed", None: "unknown"}


def _show_findings(trial: Trial) -> str:
    lines = [f"{found.path}:{found.line} {found.check}: {found.message}" for found in trial.findings[:5]]
    rest = trial.found - len(lines)
    return "; ".join([*lines, text("runs.more-findings", n=rest)] if rest > 0 else lines)


def show_number(value: float | None) -> str:
    """Four digits, whole from a thousand on; `?` for none. The same as run_figures.js shows."""
    if value is None:
        return "?"
    return str(round(value)) if abs(value) >= WHOLE else f"{value:.4g}"
