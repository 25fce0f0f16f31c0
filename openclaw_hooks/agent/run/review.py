"""Why a person has to look at kept work although the gate might not ask for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from openclaw_hooks.agent.judge.exemptions import find_excused
from openclaw_hooks.tasks.gate import judge_gate

if TYPE_CHECKING:
    from openclaw_hooks.agent.run.state import RunState
    from openclaw_hooks.tasks.model import Task

# What the work was done by; with one of them changed it was done by something else.
FIELDS: Final = ("title", "scope", "role", "metric", "measure", "evaluator", "success_criteria")


def find_review(state: RunState, then: Task, now: Task) -> str:
    """Why a person has to look at what was kept; empty when nobody has to.

    `then` is the task as the work was done by it, `now` as the board has it.
    """
    changed = find_changed(then, now)
    if changed:
        return f"the task was changed while it was worked on: {', '.join(changed)}"
    merged = state.history.merged
    if merged is not None and not merged.done:
        return f"it is kept on its branch but not merged: {merged.why}"
    if excused := find_excused(found for attempt in state.kept for found in attempt.findings):
        return excused
    gate = judge_gate(now)
    if gate.needs_review:
        return gate.reason
    if not now.metric and now.requires_review is None:
        return "it has no metric, and an agent's own word is not enough"
    return ""


def find_changed(then: Task, now: Task) -> tuple[str, ...]:
    """What of the task's text says something else than when the work began."""
    changed = tuple(name for name in FIELDS if getattr(then, name) != getattr(now, name))
    return changed if then.body.strip() == now.body.strip() else (*changed, "text")


def is_same_metric(then: Task, now: Task) -> bool:
    """Whether the metric that was run is the one that the task has, for the work that it asks for."""
    return not find_changed(then, now)
