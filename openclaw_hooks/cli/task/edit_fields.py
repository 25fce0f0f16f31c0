"""`task edit` by options: the new values of a task's fields, and who may set them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.errors import RefusedError
from openclaw_hooks.tasks.moves import IllegalMoveError, Right

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openclaw_hooks.board.actor import Actor
    from openclaw_hooks.tasks.model import Mode, Task


# What `--measure`, `--min-gain` and `--evaluator` say; None: nothing.
Evaluation = tuple[str | None, float | None, tuple[str, ...] | None]
NO_EVALUATION: Evaluation = (None, None, None)


class ListChanges(NamedTuple):
    """What to add to and take from the labels and the dependencies of a task."""

    add_labels: tuple[str, ...]
    remove_labels: tuple[str, ...]
    add_dependencies: tuple[str, ...]
    drop_dependencies: tuple[str, ...]


class Wish(NamedTuple):
    """What is to change of a task: plain fields, lists, who does it, a whole new text, a line for its Notes, its measure."""

    fields: Mapping[str, object]
    lists: ListChanges
    mode: Mode | None
    body: str | None
    note: str
    evaluation: Evaluation = NO_EVALUATION


def make_changes(tasks: Mapping[str, Task], actor: Actor, task: Task, wish: Wish) -> dict[str, object]:
    """The fields of `task`, which has its body, with the values that `wish` gives them.

    Raises OpenclawError for a bad value, RefusedError for what only a person may change.
    """
    from openclaw_hooks.tasks.markdown import append_section

    changes = merge_fields(tasks, task.id, wish)
    refuse_loosening(tasks[task.id], actor, changes)
    body = wish.body
    if wish.note:
        body = append_section(task.body if body is None else body, "Notes", f"- {wish.note}")
    return changes if body is None else changes | {"body": body}


def merge_fields(tasks: Mapping[str, Task], task_id: str, wish: Wish) -> dict[str, object]:
    """The new values of the fields that change; raises OpenclawError for a bad one."""
    from msgspec.structs import replace

    from openclaw_hooks.cli.task.evaluation import evaluation_fields
    from openclaw_hooks.tasks.build import check_limits, validate_scope
    from openclaw_hooks.tasks.evaluation import check_evaluation
    from openclaw_hooks.tasks.graph import refuse_cycle
    from openclaw_hooks.tasks.ids import find_id
    from openclaw_hooks.tasks.markdown import validate_title

    task, lists = tasks[task_id], wish.lists
    changes = {**wish.fields, **evaluation_fields(*wish.evaluation, task.measure)}
    if "title" in changes:
        changes["title"] = validate_title(str(changes["title"]))
    if lists.add_labels or lists.remove_labels:
        labels = dict.fromkeys([*task.labels, *lists.add_labels])
        changes["labels"] = tuple(label for label in labels if label not in lists.remove_labels)
    if lists.add_dependencies or lists.drop_dependencies:
        added = dict.fromkeys([*task.depends_on, *(find_id(name, tasks) for name in lists.add_dependencies)])
        dropped = {find_id(name, dict.fromkeys(added)) for name in lists.drop_dependencies}
        changes["depends_on"] = tuple(other for other in added if other not in dropped)
    if wish.mode:
        changes["delegation"] = replace(task.delegation, mode=wish.mode, reason="")
    edited = replace(task, **changes)
    validate_scope(edited.scope)
    check_limits(edited)
    check_evaluation(edited)
    refuse_cycle({**tasks, task_id: edited}, edited)
    return changes


def refuse_worker(actor: Actor) -> None:
    """Raises IllegalMoveError for who is neither the lead nor a person; a note is all that they may add."""
    if not actor.rights & {Right.LEAD, Right.HUMAN}:
        raise IllegalMoveError("editing is for the lead, not for a worker", "add a note with --note")


def refuse_loosening(task: Task, actor: Actor, changes: Mapping[str, object]) -> None:
    """Raises RefusedError when who is no person takes a review away, changes what a metric measures, or widens a scope."""
    from msgspec.structs import replace

    from openclaw_hooks.tasks.gate import judge_gate, loosens_gate, widens_bounds

    edited = replace(task, **changes)
    if Right.HUMAN in actor.rights:
        return
    if widens_bounds(task, edited):
        bounds = f"its scope is {', '.join(task.scope) or 'open'}, its role {task.role or 'none'}"
        raise RefusedError(f"{task.id}: {bounds}, and only a person widens that", "a person runs this command")
    if not loosens_gate(task, edited):
        return
    gate = judge_gate(task)
    why = f"it is reviewed ({gate.reason})" if gate.needs_review else f"its metric is `{task.metric}`"
    raise RefusedError(f"{task.id}: {why}, and only a person changes that", "a person runs this command")
