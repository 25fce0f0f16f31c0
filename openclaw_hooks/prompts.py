"""What an agent is told before it begins: the task, the rules for its files, how work is done here, its role."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.roles.prompt import format_role
from openclaw_hooks.rules.harness import active_harness
from openclaw_hooks.rules.load import load_harness_rules, load_rules
from openclaw_hooks.rules.match import match_scope
from openclaw_hooks.rules.model import HarnessScope, HarnessType
from openclaw_hooks.rules.prompt import format_harness, format_rules

if TYPE_CHECKING:
    from openclaw_hooks.checks.policy import Policy
    from openclaw_hooks.tasks.model import Task


class Prompt(NamedTuple):
    """What an agent is told, and the ids of what stands in it; a rule without room is there by its title only.

    `passages` are the places (`path:line`) of what is quoted from the repository's own texts.
    """

    text: str
    scope: tuple[str, ...]
    rules: tuple[str, ...]
    harness: tuple[str, ...]
    role: str
    passages: tuple[str, ...] = ()


class Work(NamedTuple):
    """What a prompt is for: words that may activate harness rules, where it is done, and the room for rules.

    `texts` is the checkout whose texts are quoted: the policy's own, unless that is a new one which nobody has indexed.
    """

    text: str = ""
    where: HarnessScope = HarnessScope.LOCAL
    max_chars: int = 0  # 0: as config.yaml says
    texts: str = ""


def assemble_prompt(policy: Policy, scope: tuple[str, ...], work: Work) -> Prompt:
    """The prompt for work in `scope`; only rules that are active under `policy` are told."""
    active = {rule.id for rule in policy.rules}
    rules = match_scope([rule for rule in load_rules(policy.root) if rule.id in active], scope)
    harness = [rule for rule in load_harness_rules(policy.root) if rule.id in active]
    blocks = [
        format_rules(rules, work.max_chars or policy.settings.rules.max_chars),
        format_harness(harness, work.text, work.where),
        format_role(policy.role) if policy.role else "",
    ]
    told = [rule for rule in active_harness(harness, work.where, work.text) if rule.type is HarnessType.INJECT]
    return Prompt(
        text="\n".join(block for block in blocks if block),
        scope=scope,
        rules=tuple(rule.id for rule in rules),
        harness=tuple(rule.id for rule in told),
        role=policy.role.id if policy.role else "",
    )


def assemble_task_prompt(policy: Policy, task: Task, work: Work) -> Prompt:
    """The prompt for `task`: what is to be done, and below it what `assemble_prompt` says about its files.

    `policy` is that of the task, as `checks.claimed.limit_to_task` gives it. Nothing of the task is cut.
    """
    scope = policy.scope or (policy.role.scope_paths if policy.role else ())
    words = "\n".join(filter(None, (task.title, task.body, work.text)))
    told = assemble_prompt(policy, scope, work._replace(text=words))
    quoted, places = quote_knowledge(policy, task, work.texts)
    text = "\n".join(filter(None, (format_task(task, scope), quoted, told.text)))
    return told._replace(text=text, passages=places)


def quote_knowledge(policy: Policy, task: Task, root: str = "") -> tuple[str, tuple[str, ...]]:
    """What the texts at `root`, or beside the policy, have for `task` in the budget that config.yaml gives, with their places.

    By default the budget is none. Raises OpenclawError when the index cannot be read.
    """
    max_chars = policy.settings.knowledge.prompt_chars
    if not max_chars:
        return "", ()
    from openclaw_hooks.knowledge.excerpts import quote_for_task

    return quote_for_task(root or policy.root, f"{task.title}\n{task.body}", max_chars)


def format_task(task: Task, scope: tuple[str, ...] = ()) -> str:
    """What `task` asks for: its text, when it is done, and what it may touch (`scope` where the task names none)."""
    parts = [f"# {task.id}: {task.title}\n"]
    if body := task.body.strip():
        parts.append(f"{body}\n")
    if limits := _describe_limits(task, task.scope or scope):
        parts.append("\n".join(["## Limits of this task", *limits, ""]))
    return "\n".join(parts)


def _describe_limits(task: Task, scope: tuple[str, ...]) -> list[str]:
    lines = []
    if scope:
        lines.append(f"- Only these files may change: {', '.join(f'`{glob}`' for glob in scope)}")
    lines += [f"- Done when: {criterion}" for criterion in task.success_criteria]
    if task.metric:
        lines.append(f"- Done when this command succeeds: `{task.metric}`")
    if task.budget_minutes:
        lines.append(f"- Time: {task.budget_minutes} minutes")
    return lines
