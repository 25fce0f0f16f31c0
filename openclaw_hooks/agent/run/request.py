"""What somebody wants of a run."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.agent.model import Terms
from openclaw_hooks.errors import OpenclawError

if TYPE_CHECKING:
    from openclaw_hooks.git import Repo
    from openclaw_hooks.settings import AgentSettings, Merge
    from openclaw_hooks.tasks.model import Task


class Request(NamedTuple):
    """A task, by its name, and who is to do it; what is None is as the task and the settings say.

    `agent` is the name of a command in agents.yaml, `argv` the command itself for the one that is called `any`.
    """

    repo: Repo
    task: str
    agent: str = ""
    argv: tuple[str, ...] = ()
    model: str = ""
    attempts: int | None = None
    minutes: float | None = None
    max_cost_usd: float | None = None
    metric_repeat: int | None = None
    merge: Merge | None = None


def make_terms(request: Request, task: Task, settings: AgentSettings) -> Terms:
    """What the run may take; raises OpenclawError for an amount without end, which the run's log could not hold."""
    terms = Terms(
        attempts=settings.attempts if request.attempts is None else request.attempts,
        minutes=task.budget_minutes if request.minutes is None else request.minutes,
        max_cost_usd=settings.max_cost_usd if request.max_cost_usd is None else request.max_cost_usd,
        metric_repeat=1 if request.metric_repeat is None else request.metric_repeat,
        merge=settings.merge if request.merge is None else request.merge,
    )
    for name, amount in (("minutes", terms.minutes), ("max_cost_usd", terms.max_cost_usd)):
        if not math.isfinite(amount):
            raise OpenclawError(f"{name}: {amount} is no amount", "give a number; a cost of 0 means any")
    return terms
