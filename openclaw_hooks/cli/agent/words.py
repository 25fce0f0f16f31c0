"""Figures of runs as people read them: durations, money, sizes of changes, findings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from openclaw_hooks.agent.measure.gain import show_number
from openclaw_hooks.checks.report import one_line

if TYPE_CHECKING:
    from openclaw_hooks.agent.model import Found, Measured, Report, Stat
    from openclaw_hooks.tasks.model import Measure

MAX_LINE: Final = 160  # of what somebody else wrote
COLOURS: Final = {"keep": "green", "discard": "red", "completed": "green", "review": "magenta", "under way": "cyan"}


def show_duration(seconds: float) -> str:
    """Such as `0.4 s`, `12 s`, `3:05`, `1:02:03`."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def show_cost(usd: float | None) -> str:
    """US dollars; empty where nobody told them."""
    return "" if usd is None else f"${usd:.2f}" if usd >= 0.01 or not usd else f"${usd:.4f}"


def show_stat(stat: Stat) -> str:
    """How much a change is, such as `2 files +10 -3`; empty for none."""
    return f"{count(stat.files, 'file')} +{stat.added} -{stat.removed}" if stat.files else ""


def count(number: int, noun: str) -> str:
    """Such as `1 attempt` or `3 attempts`."""
    return f"{number:,} {noun if number == 1 else noun + 's'}"


def shorten(text: str, most: int = MAX_LINE) -> str:
    """What somebody else wrote, in one line that a terminal can show."""
    line = one_line(text)
    return line if len(line) <= most else f"{line[: most - 1]}…"


def show_finding(found: Found) -> str:
    """A finding in one line: where, which check, what."""
    place = f"{found.path}:{found.line}" if found.line else found.path
    return shorten(f"{place}: {found.check}: {found.message}" if place else f"{found.check}: {found.message}")


def show_measured(measured: Measured, measure: Measure | None) -> str:
    """What a metric came to: its number with noise, or whether it passed; and what is wrong."""
    if measured.passed is None:
        return f"unknown: {shorten(measured.why)}" if measured.why else "unknown"
    if not measured.passed:
        return f"failed: {shorten(measured.why)}" if measured.why else "failed"
    if measured.value is None:
        return "passed"
    name = f"{measure.name} " if measure else ""
    unit = f" {measure.unit}" if measure and measure.unit else ""
    noise = f" ± {show_number(measured.noise)}" if measured.noise else ""
    return f"{name}{show_number(measured.value)}{noise}{unit}"


def show_report(report: Report) -> str:
    """How an agent ended, and what it says that it took."""
    how = f"killed ({report.killed})" if report.killed else f"exit code {report.code}"
    figures = [
        count(report.turns, "turn") if report.turns is not None else "",
        show_cost(report.cost_usd),
        report.model,
        f"{count(len(report.denied), 'permission')} denied" if report.denied else "",
        shorten(report.failure) if report.failure else "",
    ]
    told = ", ".join(figure for figure in figures if figure)
    return f"{how} after {show_duration(report.seconds)}{f', {told}' if told else ''}"
