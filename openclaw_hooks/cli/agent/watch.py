"""Who watches a run on the command line: JSON events into a pipe, lines, or lines above one that moves on a terminal."""

from __future__ import annotations

import os
import sys
import time
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import typer

from openclaw_hooks.agent import events as said
from openclaw_hooks.agent.model import Verdict
from openclaw_hooks.cli.agent.tell import branch_of, show_phase, tell_end, tell_event
from openclaw_hooks.cli.agent.words import shorten, show_duration
from openclaw_hooks.cli.output import all_fields
from openclaw_hooks.errors import EXIT_FINDINGS, EXIT_INTERRUPTED, EXIT_OK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openclaw_hooks.agent.events import Event
    from openclaw_hooks.agent.run.progress import Listener
    from openclaw_hooks.agent.run.state import RunState

FRAMES_PER_S = 4
MAX_CALL = 80


class Form(StrEnum):
    """How a run is told."""

    JSON = "json"
    LINES = "lines"
    LIVE = "live"


def choose_form(as_json: bool, plain: bool) -> Form:
    """JSON into a pipe or where it is asked for; on a terminal lines, with one that moves unless NO_COLOR is set."""
    if as_json:
        return Form.JSON
    if plain:
        return Form.LINES
    if not sys.stdout.isatty():
        return Form.JSON
    is_plain = os.environ.get("NO_COLOR") or os.environ.get("TERM", "dumb") == "dumb"
    return Form.LINES if is_plain else Form.LIVE


@contextmanager
def open_listener(form: Form) -> Iterator[Listener]:
    """Who tells a run in this form while the block lasts; one that is cut off by hand is told on stderr."""
    listener: JsonLines | Lines | LiveLines
    try:
        match form:
            case Form.JSON:
                yield (listener := JsonLines())
            case Form.LINES:
                yield (listener := Lines())
            case Form.LIVE:
                with LiveLines() as listener:
                    yield listener
    except KeyboardInterrupt:
        if listener.state is not None and listener.state.ended is None:
            typer.echo(f"openclaw: {tell_end(listener.state)[0]}", err=True)
        raise


def show_end(state: RunState, form: Form) -> None:
    """How the run ended: as its last line of JSON, or for people."""
    if form is Form.JSON:
        _print_line({"schema": "openclaw/agent-run/1", "data": run_values(state)})
        return
    _print(*tell_end(state))


def exit_code(state: RunState) -> int:
    """0 when work was kept, 130 when somebody stopped the run, else 1."""
    if state.ended is None or state.ended.outcome == "stopped":
        return EXIT_INTERRUPTED
    return EXIT_OK if state.kept else EXIT_FINDINGS


def run_values(state: RunState) -> dict[str, Any]:
    """A run as JSON shows it."""
    merged = state.history.merged
    reports = [attempt.report for attempt in state.attempts if attempt.report]
    costs = [report.cost_usd for report in reports if report.cost_usd is not None]
    return {
        "run": state.run,
        "task": state.task,
        "agent": state.began.agent,
        "provenance": state.began.provenance,
        "outcome": state.ended.outcome if state.ended else "",
        "why": state.ended.why if state.ended else "",
        "attempts": len(state.attempts),
        "kept": [attempt.number for attempt in state.kept],
        "commit": state.kept[-1].kept if state.kept else "",
        "branch": branch_of(state) if state.kept else "",
        "merged": merged.done if merged else None,
        "seconds": round(state.seconds, 3),
        "cost_usd": sum(costs) if costs else None,
        "baseline": all_fields(state.history.baseline),
        "best": all_fields(state.best),
    }


class JsonLines:
    """Each event as a line of JSON, as the log has it but for tokens, with the run that it is of; progress when there is some."""

    def __init__(self) -> None:
        self.state: RunState | None = None
        self._call = ""

    def on_event(self, state: RunState, event: Event) -> None:
        """The line that the log has."""
        import msgspec

        self.state = state
        values = msgspec.to_builtins(event)
        values.pop("token", None)  # whoever has it can end the task
        _print_line({"run": state.run, **values})

    def on_progress(self, elapsed_s: float, last_call: str) -> None:
        """What the agent uses now, where that is something new."""
        if last_call and last_call != self._call:
            self._call = last_call
            _print_line({"event": "progress", "elapsed_s": round(elapsed_s, 1), "last_call": last_call})


class Lines:
    """What happens, in lines without colours or movement."""

    def __init__(self) -> None:
        self.state: RunState | None = None

    def on_event(self, state: RunState, event: Event) -> None:
        """The lines that it is worth."""
        self.state = state
        _print(*tell_event(state, event))

    def on_progress(self, elapsed_s: float, last_call: str) -> None:
        """Nothing: that is for a line that moves."""


class LiveLines:
    """What happens in lines, and below them one that says what is under way, for how long, and the agent's last call."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.live import Live
        from rich.spinner import Spinner

        self._console = Console(highlight=False, soft_wrap=True)
        self._spinner = Spinner("dots")
        self._live = Live(self, console=self._console, refresh_per_second=FRAMES_PER_S, transient=True)
        self.state: RunState | None = None
        self._phase = ""
        self._since = time.monotonic()
        self._call = ""

    def __enter__(self) -> LiveLines:
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def on_event(self, state: RunState, event: Event) -> None:
        """The lines that it is worth, and what is under way now."""
        from rich.text import Text

        self.state = state
        if phase := show_phase(event):
            self._phase, self._since, self._call = phase, time.monotonic(), ""
        for line in tell_event(state, event):
            self._console.print(Text(line, _style(event)))

    def on_progress(self, elapsed_s: float, last_call: str) -> None:
        """What the agent used last, and for how long it has been at work."""
        self._since = time.monotonic() - elapsed_s
        self._call = last_call

    def __rich__(self) -> Any:
        """The line that moves."""
        from rich.text import Text

        told = Text(self.describe(), "cyan", no_wrap=True, overflow="ellipsis")
        self._spinner.update(text=told)
        return self._spinner

    def describe(self) -> str:
        """Attempt, phase, elapsed time, last call."""
        state = self.state
        if state is None:
            return "beginning"
        at = (
            f"attempt {state.attempt.number} ({len(state.attempts)} of {state.terms.attempts})"
            if state.attempts
            else ""
        )
        seconds = int(time.monotonic() - self._since)
        elapsed = show_duration(seconds) if seconds >= 10 else f"{seconds} s"
        parts = (at, self._phase, elapsed, shorten(self._call, MAX_CALL))
        return " · ".join(part for part in parts if part)


def _style(event: Event) -> str:
    if isinstance(event, said.Judged):
        return "green" if event.judgement.verdict is Verdict.KEEP else "red"
    return "bold" if isinstance(event, said.RunBegan | said.Resumed | said.AttemptBegan) else ""


def _print_line(value: object) -> None:
    import msgspec

    _print(msgspec.json.encode(value).decode())


def _print(*lines: str) -> None:
    """Whoever reads them may be gone (`| head`, or `| tee` at Ctrl-C): the run goes on, unheard, to its proper end."""
    try:
        for line in lines:
            typer.echo(line)
        sys.stdout.flush()
    except BrokenPipeError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
