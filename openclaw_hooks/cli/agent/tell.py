"""What is told of a run: each of its events in a line, what is under way, and at the end what was kept and where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from openclaw_hooks.agent import events as said
from openclaw_hooks.agent.model import Outcome, Provenance, Verdict
from openclaw_hooks.board.place import shell_words
from openclaw_hooks.checks.report import one_line
from openclaw_hooks.cli.agent.words import (
    count,
    shorten,
    show_cost,
    show_duration,
    show_finding,
    show_measured,
    show_report,
    show_stat,
)
from openclaw_hooks.settings import Merge

if TYPE_CHECKING:
    from openclaw_hooks.agent.events import Event
    from openclaw_hooks.agent.run.state import RunState

MAX_FINDINGS: Final = 5
# What is under way after an event; not told for those that something follows at once.
PHASES: Final[dict[type, str]] = {
    said.RunBegan: "claiming the task",
    said.Claiming: "claiming the task",
    said.BaselineMeasuring: "measuring the base",
    said.AttemptBegan: "making a worktree",
    said.Prompted: "starting the agent",
    said.AgentStarting: "starting the agent",
    said.AgentStarted: "agent at work",
    said.AgentEnded: "taking a snapshot",
    said.Snapshotting: "checking",
    said.Checked: "judging",
    said.Measuring: "measuring",
    said.Judged: "cleaning up",
    said.Keeping: "keeping",
    said.Merging: "merging",
    said.Closing: "telling the board",
}


def show_phase(event: Event) -> str:
    """What is under way after `event`, in a few words; empty where nothing that takes time is."""
    return PHASES.get(type(event), "")


def tell_event(state: RunState, event: Event) -> tuple[str, ...]:
    """The lines that `event` is worth, with the state that includes it; none for most."""
    match event:
        case said.RunBegan():
            return (_tell_begin(state),)
        case said.Resumed():
            return (f"{state.run} goes on with {state.task} {shorten(state.began.title)}",)
        case said.BaselineMeasured():
            return (f"base {state.began.base[:10]}: {show_measured(event.measured, state.began.measure)}",)
        case said.AttemptBegan():
            return (f"attempt {event.n} from {event.base[:10]}",)
        case said.AgentEnded():
            return (f"  agent: {show_report(event.report)}",)
        case said.Interrupted():
            kept = f"; what lay there is {event.ref}" if event.ref else ""
            return (f"  attempt {event.n} was cut off and is made anew{kept}",)
        case said.Snapshotting() | said.Checked() | said.AttemptMeasured() | said.Judged():
            return _tell_judging(state, event)
        case said.Merged():
            word = _merge_word(state)
            return (f"{word if event.done else f'not {word}'}: {shorten(event.why)}" if event.why else word,)
        case said.Closed() if event.why:
            return (f"{state.task} is {event.status}: {shorten(event.why)}",)
    return ()


def _tell_begin(state: RunState) -> str:
    began = state.began
    mock = f" ({began.provenance})" if began.provenance is not Provenance.REAL else ""
    cost = f", {show_cost(began.terms.max_cost_usd)}" if began.terms.max_cost_usd else ""
    most = f"at most {count(began.terms.attempts, 'attempt')} in {began.terms.minutes:g} min{cost}"
    return f"{state.run}: {state.task} {shorten(began.title)} with {began.agent}{mock}, {most}"


def _tell_judging(state: RunState, event: Event) -> tuple[str, ...]:
    match event:
        case said.Snapshotting():
            stat = show_stat(event.snapshot.stat) or "no change"
            return (f"  snapshot {event.snapshot.commit[:10]}: {stat}",)
        case said.Checked():
            errors = [show_finding(found) for found in event.findings if found.is_error]
            more = (f"{count(len(errors) - MAX_FINDINGS, 'more finding')}",) if len(errors) > MAX_FINDINGS else ()
            tampered = (f"tampered with: {shorten(what)}" for what in event.tampered[:MAX_FINDINGS])
            return tuple(f"  {line}" for line in (*tampered, *errors[:MAX_FINDINGS], *more))
        case said.AttemptMeasured():
            return (f"  metric: {show_measured(event.measured, state.began.measure)}",)
        case said.Judged():
            judgement = event.judgement
            word = "kept" if judgement.verdict is Verdict.KEEP else "discarded"
            return (f"  {word}: {judgement.cause}: {shorten(judgement.why)}",)
    return ()


def tell_end(state: RunState) -> list[str]:
    """The last lines: how it ended, what was kept and where, how to look at it and merge it, and what was tried."""
    ended = state.ended
    if ended is None:
        return [f"{state.run} was cut off; go on with it: openclaw agent resume {state.run}"]
    spent = ", ".join(filter(None, (show_duration(state.seconds), show_cost(state.cost_usd or None))))
    why = f": {one_line(ended.why)}" if ended.why and not state.kept else ""
    lines = [f"{state.run} {ended.outcome} after {count(len(state.attempts), 'attempt')} ({spent}){why}"]
    lines += _tell_kept(state) if state.kept else ["  nothing was kept"]
    if ended.outcome is Outcome.REVIEW:
        lines.append(f"  approve  openclaw task approve {state.task}")
    if ended.outcome is Outcome.LOST:
        lines.append(f"  whose    openclaw task show {state.task}")
    if state.attempts:
        lines.append(f"  tried    openclaw agent attempts {state.task}")
    return lines


def _tell_kept(state: RunState) -> list[str]:
    attempt = state.kept[-1]
    branch = branch_of(state)
    stat = show_stat(attempt.snapshot.stat) if attempt.snapshot else ""
    which = (
        f"attempt {attempt.number}" if len(state.kept) == 1 else f"{len(state.kept)} attempts, {attempt.number} last"
    )
    lines = [f"  kept     {which}{f' ({stat})' if stat else ''}: commit {attempt.kept[:10]} on branch {branch}"]
    if attempt.measured and attempt.measured.value is not None and state.began.measure:
        before = state.history.baseline
        first = f"{show_measured(before, None)} -> " if before else ""
        lines.append(f"  metric   {state.began.measure.name} {first}{show_measured(attempt.measured, None)}")
    lines.append(f"  look     git diff {state.began.base[:10]}..{shell_words(branch)}")
    merged = state.history.merged
    if merged and merged.done:
        lines.append(f"  {_merge_word(state)}   {shorten(merged.why) or f'into {one_line(state.began.target)}'}")
    elif state.began.target:
        lines.append(f"  merge    git switch {shell_words(state.began.target)} && git merge {shell_words(branch)}")
    return lines


def _merge_word(state: RunState) -> str:
    """What is done with kept work by these terms: somebody else merges what is only pushed."""
    return "pushed" if state.terms.merge is Merge.BRANCH else "merged"


def branch_of(state: RunState) -> str:
    """The branch that the run keeps its work on."""
    keeping = state.history.keeping
    return keeping.branch if keeping else f"openclaw/{state.task}"
