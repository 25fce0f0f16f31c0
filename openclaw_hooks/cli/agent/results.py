"""The attempts at a task as a table of results: a line each, and before those of a run the figure that it began with."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

import typer

from openclaw_hooks.agent.measure.gain import show_number
from openclaw_hooks.agent.model import Provenance

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from openclaw_hooks.agent.records.museum import Exhibit
    from openclaw_hooks.agent.records.row import Figure

COLUMNS: Final = (
    "N",
    "RUN",
    "AGENT",
    "VERDICT",
    "CAUSE",
    "VALUE",
    "NOISE",
    "FILES",
    "ADDED",
    "REMOVED",
    "SECONDS",
    "USD",
    "SNAPSHOT",
    "WHY",
)
BASE: Final = "base"


def print_results(found: Sequence[Exhibit]) -> None:
    """Print them for people."""
    from openclaw_hooks.cli.agent.words import COLOURS
    from openclaw_hooks.cli.output import print_table

    print_table(COLUMNS, list(make_results(found)), COLOURS, unwrapped=7)


def print_tsv(found: Sequence[Exhibit]) -> None:
    """Print them for a spreadsheet: columns between tabs, names first."""
    from openclaw_hooks.checks.report import one_line

    lines = [COLUMNS, *make_results(found)]
    typer.echo("\n".join("\t".join(one_line(cell) for cell in line) for line in lines))


def make_results(found: Sequence[Exhibit]) -> Iterator[tuple[str, ...]]:
    """The lines of the table, as COLUMNS has them."""
    for _, exhibits in groupby(found, lambda one: (one.node, one.run)):
        shown = list(exhibits)
        if shown[0].baseline:
            yield _base_line(shown[0], shown[0].baseline)
        yield from map(_line, shown)


def _line(one: Exhibit) -> tuple[str, ...]:
    trial = one.trial
    return (
        f"{trial.n}*" if one.interrupted else str(trial.n),
        one.run,
        _agent(one),
        trial.verdict or one.outcome,
        trial.cause,
        *_show_figure(trial.figure),
        str(trial.stat.files),
        str(trial.stat.added),
        str(trial.stat.removed),
        f"{trial.seconds:.1f}",
        "" if trial.cost_usd is None else f"{trial.cost_usd:.4f}",
        trial.snapshot[:10],
        trial.why,
    )


def _base_line(one: Exhibit, baseline: Figure) -> tuple[str, ...]:
    """The line of the commit that a run began at."""
    rest = ("", "", "", f"{baseline.seconds:.1f}", "", one.trial.base[:10], "before the first attempt")
    return (BASE, one.run, _agent(one), "", "", *_show_figure(baseline), *rest)


def _agent(one: Exhibit) -> str:
    mock = f" ({one.provenance})" if one.provenance not in (None, Provenance.REAL) else ""
    return f"{one.agent}{mock}"


def _show_figure(figure: Figure | None) -> tuple[str, str]:
    if figure is None:
        return ("", "")
    if figure.value is None:
        return ({True: "passed", False: "failed", None: "unknown"}[figure.passed], "")
    return (show_number(figure.value), show_number(figure.noise))
