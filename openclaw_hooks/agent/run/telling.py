"""The prompt of an attempt: made from where its run stands, found again as it was sent, or shown before it is."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

from openclaw_hooks.agent.judge.ground import Ground, read_ground
from openclaw_hooks.agent.judge.prompt import Setting, attempt_prompt
from openclaw_hooks.agent.judge.review import find_reviewed
from openclaw_hooks.agent.measure.evaluator import frozen_paths
from openclaw_hooks.agent.measure.overlay import list_entries
from openclaw_hooks.agent.records.earlier import earlier_attempts
from openclaw_hooks.agent.run.decide import next_number, remaining_s, remaining_usd
from openclaw_hooks.agent.run.folders import list_runs
from openclaw_hooks.agent.run.request import Request, make_terms
from openclaw_hooks.agent.trees.base import choose_base
from openclaw_hooks.agent.trees.refs import attempt_refs
from openclaw_hooks.errors import OpenclawError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openclaw_hooks.agent.run.state import RunState
    from openclaw_hooks.git import Repo
    from openclaw_hooks.prompts import Prompt
    from openclaw_hooks.tasks.model import Task


def make_prompt(repo: Repo, ground: Ground, task: Task, state: RunState) -> Prompt:
    """What the next attempt of a run is told, or the one whose worktree was made for it; raises OpenclawError."""
    own = [attempt for attempt in state.attempts if attempt.judgement]
    setting = Setting(
        minutes=round(remaining_s(state) / 60, 1),
        max_cost_usd=remaining_usd(state),
        evaluator=state.began.evaluator,
        best=state.best,
        reviewed=find_reviewed(repo, ground.policy, task, state.began.base),
        texts=repo.top,
    )
    earlier = (*earlier_attempts(repo, task.id, state.run), *own)
    return attempt_prompt(ground.policy, task, next_number(state), earlier, setting)


def recorded_prompt(repo: Repo, task: str, n: int) -> bytes | None:
    """The bytes that attempt `n` at `task` was sent; None where no run of this clone has made it.

    Raises OpenclawError when the file is not what the log says.
    """
    for state in reversed(list_runs(repo)):
        for attempt in state.attempts if state.task == task else ():
            if attempt.number == n and attempt.prompt_sha256:
                return _read_prompt(os.path.join(state.folder, f"prompt-{n}.md"), attempt.prompt_sha256)
    return None


def _read_prompt(path: str, sha256: str) -> bytes:
    try:
        with open(path, "rb") as stream:
            text = stream.read()
    except OSError as error:
        raise OpenclawError(f"the prompt that was sent cannot be read: {error}") from error
    if hashlib.sha256(text).hexdigest() != sha256:
        raise OpenclawError(f"{path} is not what was sent", "it was changed since; its hash is in the log of the run")
    return text


def preview_prompt(repo: Repo, task: Task, dependencies: Mapping[str, Task], n: int) -> Prompt:
    """What attempt `n` would be told if it began now, by the rules of this checkout; raises OpenclawError unless it is the next.

    A run under way goes on where it stands. Before one has begun nobody knows what a numeric metric says of the base.
    """
    state = next((each for each in list_runs(repo) if each.task == task.id and each.ended is None), None)
    coming = next_number(state) if state else 1 + max(attempt_refs(repo, task.id), default=0)
    if n < coming:
        raise OpenclawError(f"attempt {n} at {task.id} was not made in this clone", "ask where it was made")
    if n > coming:
        raise OpenclawError(
            f"nobody knows yet what attempt {n} at {task.id} is told", f"the next one is attempt {coming}"
        )
    ground = read_ground(repo.top, task, "")
    if state is not None:
        return make_prompt(repo, ground, task, state)
    base = choose_base(repo, task, dependencies).commit
    terms = make_terms(Request(repo, task.id), task, ground.policy.settings.agent)
    setting = Setting(
        minutes=terms.minutes,
        max_cost_usd=terms.max_cost_usd,
        evaluator=frozen_paths(task, ground.policy.settings, list_entries(repo, base).keys()).globs,
        reviewed=find_reviewed(repo, ground.policy, task, base),
        texts=repo.top,
    )
    return attempt_prompt(ground.policy, task, n, earlier_attempts(repo, task.id), setting)
