"""How a run is told: what moves on a terminal, what does not, and the last lines of each way to end."""

from __future__ import annotations

import os
import pty
import subprocess
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.agent import events as said
from openclaw_hooks.agent.model import (
    Cause,
    Judgement,
    Measured,
    Outcome,
    Provenance,
    Report,
    Snapshot,
    Stat,
    Terms,
    Verdict,
)
from openclaw_hooks.agent.run.state import fold
from openclaw_hooks.cli.agent.tell import tell_end, tell_event
from openclaw_hooks.cli.agent.watch import Form, LiveLines, choose_form, exit_code
from openclaw_hooks.cli.agent.words import show_cost, show_duration
from openclaw_hooks.tasks.model import Measure
from tests.cli.agent.conftest import OPENCLAW

if TYPE_CHECKING:
    from openclaw_hooks.agent.events import Event
    from openclaw_hooks.agent.run.state import RunState
    from tests.cli.agent.conftest import Crew

BASE, SNAPSHOT, KEPT = ("1" * 40, "2" * 40, "3" * 40)
MEASURE = Measure(name="score", unit="ms")


def begin(**fields: object) -> list[Event]:
    values: dict[str, object] = {
        "run": "R-abc123",
        "task": "T-000001",
        "title": "Make it fast",
        "node": "ada",
        "agent": "claude",
        "provenance": Provenance.REAL,
        "base": BASE,
        "target": "main",
        "terms": Terms(attempts=5, max_cost_usd=2),
        "measure": MEASURE,
    }
    first = said.RunBegan(**(values | fields))  # type: ignore[arg-type]
    claimed = said.Claimed(token="1-abcdef01", expires="2026-11-22T12:00:00Z")
    baseline = said.BaselineMeasured(measured=Measured(BASE, True, value=10, noise=0.5))
    return [first, said.Claiming(), claimed, said.Started(), said.BaselineMeasuring(), baseline]


def attempt(number: int, value: float | None) -> list[Event]:
    """An attempt that is kept with this value, or discarded before it is measured."""
    snapshot = Snapshot(SNAPSHOT, "4" * 40, BASE, stat=Stat(2, 3, 1, ("a.py", "b.py")))
    events: list[Event] = [
        said.AttemptBegan(n=number, base=BASE, worktree="/w"),
        said.Prompted(n=number, sha256="0" * 64, chars=9),
        said.AgentStarting(n=number, argv=("claude",)),
        said.AgentStarted(n=number, pid=7),
        said.AgentEnded(n=number, report=Report(code=0, seconds=75, turns=1, cost_usd=0.25)),
        said.Snapshotting(n=number, snapshot=snapshot),
        said.Checked(n=number),
    ]
    if value is None:
        return [
            *events,
            said.Judged(n=number, judgement=Judgement(Verdict.DISCARD, Cause.NO_CHANGE, "nothing changed")),
        ]
    return [
        *events,
        said.Measuring(n=number),
        said.AttemptMeasured(n=number, measured=Measured(SNAPSHOT, True, value=value, seconds=5)),
        said.Judged(n=number, judgement=Judgement(Verdict.KEEP, Cause.GAIN, "better")),
        said.Keeping(n=number, branch="openclaw/T-000001", old="", new=KEPT),
        said.Kept(n=number),
        said.Cleaned(n=number),
    ]


def ended(outcome: Outcome, why: str = "") -> said.RunEnded:
    return said.RunEnded(outcome=outcome, why=why)


def state_of(*events: Event) -> RunState:
    return fold("/runs/R-abc123", events)


def test_the_last_lines_say_what_was_gained_and_who_has_to_look() -> None:
    kept = [*begin(), *attempt(1, 12.5), *attempt(2, 14)]
    merged: list[Event] = [said.Merging(old=BASE, new=KEPT), said.Merged(done=True, why="into main")]
    state = state_of(*kept, *merged, ended(Outcome.REVIEW, "no metric"))
    assert tell_end(state) == [
        "R-abc123 review after 2 attempts (2:40, $0.50)",
        "  kept     2 attempts, 2 last (2 files +3 -1): commit 3333333333 on branch openclaw/T-000001",
        "  metric   score 10 ± 0.5 -> 14",
        "  look     git diff 1111111111..openclaw/T-000001",
        "  merged   into main",
        "  approve  openclaw task approve T-000001",
        "  tried    openclaw agent attempts T-000001",
    ]
    assert exit_code(state) == 0


@pytest.mark.parametrize(
    ("outcome", "code"), [(Outcome.RELEASED, 1), (Outcome.OVER_BUDGET, 1), (Outcome.LOST, 1), (Outcome.STOPPED, 130)]
)
def test_a_run_that_kept_nothing_says_why(outcome: Outcome, code: int) -> None:
    state = state_of(*begin(), *attempt(1, None), ended(outcome, "who\nknows \x1b[2J"))
    first, *rest = tell_end(state)
    assert first.startswith(f"R-abc123 {outcome} after 1 attempt (1:15, $0.25): who")
    assert "\x1b" not in first + "".join(rest)
    assert "\n" not in first
    assert rest[0] == "  nothing was kept"
    assert exit_code(state) == code


def test_a_run_that_was_cut_off_says_how_to_go_on() -> None:
    state = state_of(*begin())
    assert tell_end(state) == ["R-abc123 was cut off; go on with it: openclaw agent resume R-abc123"]
    assert exit_code(state) == 130


def test_each_event_is_told_once_and_most_not_at_all() -> None:
    events = [*begin(), *attempt(1, 12.5)]
    told = [line for number, event in enumerate(events) for line in tell_event(state_of(*events[: number + 1]), event)]
    assert told == [
        "R-abc123: T-000001 Make it fast with claude, at most 5 attempts in 30 min, $2.00",
        "base 1111111111: score 10 ± 0.5 ms",
        "attempt 1 from 1111111111",
        "  agent: exit code 0 after 1:15, 1 turn, $0.25",
        "  snapshot 2222222222: 2 files +3 -1",
        "  metric: score 12.5 ms",
        "  kept: gain: better",
    ]


def test_the_line_that_moves_says_attempt_phase_time_and_last_call() -> None:
    live = LiveLines()
    events = [*begin(), *attempt(3, None)[:4]]
    live.on_event(state_of(*events), events[-1])
    live.on_progress(125.0, "Edit src/app.py\x1b[2J")
    assert live.describe() == "attempt 3 (1 of 5) · agent at work · 2:05 · Edit src/app.py [2J"


def test_a_pipe_gets_json_and_only_a_terminal_gets_what_moves(monkeypatch: pytest.MonkeyPatch) -> None:
    assert choose_form(as_json=False, plain=False) is Form.JSON
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert choose_form(as_json=False, plain=False) is Form.LIVE
    assert choose_form(as_json=False, plain=True) is Form.LINES
    assert choose_form(as_json=True, plain=False) is Form.JSON
    monkeypatch.setenv("NO_COLOR", "1")
    assert choose_form(as_json=False, plain=False) is Form.LINES


@pytest.mark.parametrize("is_plain", [False, True], ids=["live", "no colour"])
def test_on_a_terminal(crew: Crew, is_plain: bool) -> None:
    crew.teach("cat > /dev/null", "echo 'x = 2' > src/app.py")
    env = {**os.environ, "TERM": "xterm", "COLUMNS": "160"} | ({"NO_COLOR": "1"} if is_plain else {})
    if not is_plain:
        env.pop("NO_COLOR", None)
    reading, writing = pty.openpty()
    words = [*OPENCLAW, "agent", "run", crew.add()]
    process = subprocess.Popen(words, cwd=crew.top, env=env, stdout=writing, stderr=writing)
    crew.begun.append(process)  # type: ignore[arg-type]
    os.close(writing)
    seen = b""
    while True:
        try:
            seen += os.read(reading, 65_536)
        except OSError:  # its last process is gone
            break
    os.close(reading)
    assert process.wait(30) == 0
    text = seen.decode()
    assert "  kept     attempt 1 (1 file +1 -1): commit " in text
    assert ("attempt 1 (1 of 3) · " in text) is not is_plain
    assert ("\x1b" in text) is not is_plain


@pytest.mark.parametrize("form", ["--plain", "--json"])
def test_a_run_whose_reader_is_gone_goes_on_to_its_end(crew: Crew, form: str) -> None:
    crew.teach("cat > /dev/null", "echo 'x = 2' > src/app.py")
    task = crew.add()
    runner = crew.begin("agent", "run", task, form)
    assert runner.stdout is not None
    runner.stdout.readline()
    runner.stdout.close()
    assert (runner.communicate(timeout=30)[1], runner.returncode) == ("", 0)
    assert crew.clerk.status(task) == "completed"


def test_figures_for_people() -> None:
    assert [show_duration(seconds) for seconds in (0.04, 9.94, 59.6, 60, 3725)] == [
        "0.0 s",
        "9.9 s",
        "1:00",
        "1:00",
        "1:02:05",
    ]
    assert [show_cost(usd) for usd in (None, 0, 0.0042, 1.5)] == ["", "$0.00", "$0.0042", "$1.50"]
