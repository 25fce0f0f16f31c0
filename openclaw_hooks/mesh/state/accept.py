"""Which proposals are accepted without anybody looking at them: by who made them, and by what they may touch."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.globs import GlobError, scope_is_within
from openclaw_hooks.tasks.model import TERMINAL, Status

if TYPE_CHECKING:
    from collections.abc import Iterable

    from openclaw_hooks.settings import AcceptSettings
    from openclaw_hooks.tasks.model import TaskHead

EVERY_NODE: Final = "*"
ODD: Final = ("..", "[", "\\", "!")  # paths out of a folder, and what can spell them in other ways


class Acceptance(NamedTuple):
    """Whether a proposal is accepted, and why or why not."""

    ok: bool
    why: str


def judge_proposal(task: TaskHead, node: str, rules: AcceptSettings, open_tasks: int) -> Acceptance:
    """Whether the proposal `task` of `node` goes into the queue; `open_tasks` of the node's are there already.

    A command that would be run, work that nobody would look at, and files outside the allowed paths make it a matter
    for a person.
    """
    if not rules.nodes or not _names(rules.nodes, node):
        return Acceptance(False, "a person or the lead decides")
    if not rules.paths:
        return Acceptance(False, "`mesh.accept.paths` allows no files")
    if not task.scope:
        return Acceptance(False, "it has no scope, so it could change any file")
    if not _is_within(task.scope, rules.paths):
        return Acceptance(False, f"its scope is not within {', '.join(rules.paths)}")
    if odd := next((pattern for pattern in task.scope if not is_plain(pattern)), ""):
        return Acceptance(False, f"a person reads its scope first: {odd!a:.80}")
    if task.priority > 0:
        return Acceptance(False, f"it asks to come before other work (priority {task.priority})")
    if not _names(rules.allow_metric_from, node):
        if task.metric:
            return Acceptance(False, f"its metric is a command, and {node} may not bring one")
        if task.measure or task.evaluator:
            return Acceptance(False, f"it says how it is measured, and {node} may not")
    if task.requires_review is False:
        return Acceptance(False, "it asks for no review of itself")
    if open_tasks >= rules.max_per_node:
        return Acceptance(False, f"{node} has {open_tasks} open tasks already")
    return Acceptance(True, f"by `mesh.accept`: {node}, within {', '.join(rules.paths)}")


def count_open(tasks: Iterable[TaskHead], node: str) -> int:
    """How many tasks that `node` made are neither closed nor only proposed."""
    return sum(
        1
        for task in tasks
        if task.created_by == node and task.status not in TERMINAL and task.status is not Status.PROPOSED
    )


def is_plain(pattern: str) -> bool:
    """Whether a pattern says to everybody what it says to the lead: some take `..` or a line end in it for a path."""
    shown = unicodedata.normalize("NFKC", pattern)
    return shown.isprintable() and not any(odd in shown for odd in ODD)


def _names(nodes: Iterable[str], node: str) -> bool:
    return any(name in (node, EVERY_NODE) for name in nodes)


def _is_within(scope: tuple[str, ...], paths: tuple[str, ...]) -> bool:
    try:
        return scope_is_within(scope, paths)
    except GlobError:
        return False
