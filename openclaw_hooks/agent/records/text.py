"""A run as a part of the section `## Attempts` of its task: for people, and for whoever takes the task up after it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from openclaw_hooks.agent.model import Provenance
from openclaw_hooks.tasks.attempts import HEADING

if TYPE_CHECKING:
    from openclaw_hooks.agent.records.row import Figure, Row, Trial

MAX_CELL: Final = 160  # characters
MAX_SHOWN: Final = 20  # attempts in the table
MAX_TELLING: Final = 3  # attempts whose findings are named
MAX_NAMED: Final = 5  # of their findings

TABLE: Final = ("Attempt", "Verdict", "Why", "Metric", "Change", "Snapshot")

# What would be markup, and characters that would not be seen for what they are.
_MARKUP: Final = re.compile(r"[\\`*\[\]<|]")
_UNSEEN: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


def attempts_text(row: Row) -> str:
    """What `row` tells as markdown: how it ended, a line for each attempt, and what was found in the last ones.

    All of it that an agent may have chosen (names of files, messages about them) is shown as plain text.
    """
    shown = row.trials[-MAX_SHOWN:]
    lines = [
        f"{HEADING}{row.run} of {row.task}: {row.outcome} ({row.ended[:10]})",
        "",
        _tell_run(row),
        "",
        f"| {' | '.join(TABLE)} |",
        f"|{' --- |' * len(TABLE)}",
        *(f"| {' | '.join(_tell_trial(row, trial))} |" for trial in shown),
    ]
    if not shown:
        lines = lines[:3]
    notes = [line for trial in shown[-MAX_TELLING:] for line in _tell_findings(trial)]
    return "\n".join([*lines, *(["", *notes] if notes else [])])


def plain(text: str) -> str:
    """`text` in one line of markdown that shows just its characters."""
    return _MARKUP.sub(lambda found: f"\\{found[0]}", _one_line(text))


def _as_code(text: str) -> str:
    """A name as a span of code, in which nothing is markup."""
    return f"`{_one_line(text).replace('`', 'U+0060')}`"


def _one_line(text: str) -> str:
    line = _UNSEEN.sub(lambda found: f"U+{ord(found[0]):04X}", " ".join(text.split()))
    return line if len(line) <= MAX_CELL else f"{line[: MAX_CELL - 3]}..."


def show_figure(figure: Figure | None) -> str:
    """What the metric said, in a few words; empty where it said nothing."""
    if figure is None:
        return ""
    if figure.value is None:
        return {True: "passed", False: "failed", None: "unknown"}[figure.passed]
    noise = f" ± {figure.noise:g}" if figure.noise else ""
    return f"{figure.value:g}{noise}"


def _tell_run(row: Row) -> str:
    agent = plain(" ".join(filter(None, (row.agent, row.version))))
    mark = "" if row.provenance is Provenance.REAL else f" ({row.provenance})"
    many = "1 attempt" if row.tried == 1 else f"{row.tried} attempts"
    cost = f", {row.cost_usd:.2f} USD" if row.cost_usd is not None else ""
    told = [f"{agent}{mark} on {plain(row.node)}, {many} in {_show_time(row.minutes)}{cost}."]
    if row.why:
        why = plain(row.why).rstrip(".")
        told.append(f"{why[:1].upper()}{why[1:]}.")
    if row.measure and row.baseline:
        told.append(f"Before: {plain(row.measure.name)} {show_figure(row.baseline)}.")
    if row.kept and row.kept[:12] not in row.why:
        told.append(f"Kept: `{row.kept[:12]}` on `{row.branch}`.")
    return " ".join(told)


def _show_time(minutes: float) -> str:
    return f"{minutes:.1f} min" if minutes >= 1 else f"{minutes * 60:.0f} s"


def _tell_trial(row: Row, trial: Trial) -> tuple[str, ...]:
    verdict = f"{trial.verdict}: {trial.cause}" if trial.verdict else "not judged"
    stat = trial.stat
    change = (
        f"{stat.files} {'file' if stat.files == 1 else 'files'} +{stat.added} -{stat.removed}" if stat.files else ""
    )
    snapshot = f"`{trial.snapshot[:12]}`" if trial.snapshot else ""
    return (str(trial.n), verdict, plain(trial.why), show_figure(trial.figure), change, snapshot)


def _tell_findings(trial: Trial) -> list[str]:
    """What discarded an attempt, a line each."""
    errors = [found for found in trial.findings if found.is_error]
    lines = [f"- Attempt {trial.n}: changed around it: {plain(line)}" for line in trial.tampered]
    for found in errors[:MAX_NAMED]:
        place = f"{found.path}:{found.line}" if found.line else found.path
        lines.append(f"- Attempt {trial.n}: {_as_code(place)}: {plain(found.check)}: {plain(found.message)}")
    if len(errors) > MAX_NAMED:
        lines.append(f"- Attempt {trial.n}: {len(errors) - MAX_NAMED} more findings")
    if trial.figure and trial.figure.why and trial.figure.why not in trial.why:
        lines.append(f"- Attempt {trial.n}: metric: {plain(trial.figure.why)}")
    return lines
