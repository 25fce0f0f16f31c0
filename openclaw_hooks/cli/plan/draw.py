"""A plan as a person reads it: its head, then wave by wave what is done, by whom, and when it counts as done."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.checks.report import one_line
from openclaw_hooks.cli.output import count_cells, paint
from openclaw_hooks.cli.plan.options import COLOURS as PLAN_COLOURS
from openclaw_hooks.cli.task.list import COLOURS
from openclaw_hooks.plans.gate import judge_gate
from openclaw_hooks.plans.waves import assign_waves, find_critical_path, sum_minutes
from openclaw_hooks.tasks.evaluation import show_measure
from openclaw_hooks.tasks.model import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from openclaw_hooks.plans.model import PlanFile
    from openclaw_hooks.plans.rows import Row
    from openclaw_hooks.tasks.model import Task

MARKS = {
    Status.COMPLETED: "✓",
    Status.FAILED: "✗",
    Status.RELEASED: "✗",
    Status.CANCELLED: "-",
    Status.REJECTED: "-",
    Status.PENDING_REVIEW: "?",
    Status.CLAIMED: "▸",
    Status.RUNNING: "▸",
}
NO_TASK = "-"


class Place(NamedTuple):
    """Where a row stands: in the last place of its wave or not, on the critical path, and behind which subtasks."""

    is_last: bool
    is_on_path: bool
    before: frozenset[str]


def draw_plan(plan: PlanFile, rows: Mapping[str, Row], recoveries: Sequence[Task]) -> list[str]:
    """The lines of a plan."""
    path = find_critical_path(plan.subtasks).subtasks
    lines = [f"{plan.id} {one_line(plan.title)}", *_draw_head(plan, rows)]
    before: frozenset[str] = frozenset()
    widths = (max(map(len, rows)), max(len(row.state) for row in rows.values()))
    for number, wave in enumerate(assign_waves(plan.subtasks), 1):
        phases = dict.fromkeys(one_line(rows[name].subtask.phase) for name in wave)
        lines += ["", f"wave {number}: {', '.join(phases)}".rstrip(": ")]
        for name in wave:
            is_on_path = name in path and len(path) < len(plan.subtasks)
            place = Place(name == wave[-1], is_on_path, before)
            lines += _draw_row(rows[name], place, widths, recoveries)
        before = frozenset(wave)
    return lines


def _draw_head(plan: PlanFile, rows: Mapping[str, Row]) -> Iterator[str]:
    path = find_critical_path(plan.subtasks)
    done = sum(row.state == Status.COMPLETED for row in rows.values())
    approval = f"{plan.approval.by}, {plan.approval.at}" if plan.approval else ""
    signed = " (signed)" if plan.approval and plan.approval.signature else ""
    fields = {
        "status": f"{paint(plan.status, PLAN_COLOURS.get(plan.status, ''))}, {done} of {len(rows)} done",
        "reason": one_line(plan.reason),
        "template": one_line(plan.template),
        "on failure": plan.failure_policy,
        "approved by": one_line(approval + signed or ("nobody yet" if plan.requires_approval else "not asked for")),
        "budget": f"{sum_minutes(plan.subtasks)} min",
        "critical path": f"{' > '.join(path.subtasks)} ({path.minutes} min)",
        "created": one_line(f"{plan.created} {plan.created_by}".strip()),
    }
    return (f"  {name:<14}{value}" for name, value in fields.items() if value)


def _draw_row(row: Row, place: Place, widths: tuple[int, int], recoveries: Sequence[Task]) -> list[str]:
    subtask, task = row.subtask, row.task
    branch, stem = ("└─", "  ") if place.is_last else ("├─", "│ ")
    mark = MARKS.get(task.status, "·") if task else " "
    name_width, state_width = widths
    state = paint(row.state, COLOURS.get(row.state, "")) + " " * (state_width - count_cells(row.state))
    flags = [f"{subtask.budget_minutes} min"]
    flags += ["critical"] if subtask.critical else []
    flags += ["on the critical path"] if place.is_on_path else []
    flags += [f"by {one_line(task.owner)}"] if task and task.owner else []
    first = (
        f"{branch} {mark} {subtask.id:<{name_width}}  {task.id if task else NO_TASK:<8}  {state}  {', '.join(flags)}"
    )
    details = [*_describe(row, place.before), *(_trace(task, recoveries) if task else ())]
    return [first, *(f"{stem}     {one_line(text)}" for text in details)]


def _describe(row: Row, before: frozenset[str]) -> Iterator[str]:
    """What is to be done, who does it and why they, when it counts as done, and what became of it."""
    subtask, task = row.subtask, row.task
    yield subtask.title
    role = (task.role if task else "") or subtask.role
    mode = f"{subtask.delegation.mode} {subtask.delegation.soul}".strip() + (
        f" as {role}" if role and role != subtask.delegation.mode else ""  # not `human as human`
    )
    yield f"{mode}: {subtask.delegation.reason}" if subtask.delegation.reason else mode
    gate = judge_gate(task or subtask)
    if subtask.metric:
        yield f"metric: {subtask.metric}"
    if subtask.measure:
        yield f"measure: {show_measure(subtask.measure)}"
    if subtask.evaluator:
        yield f"evaluator: {', '.join(subtask.evaluator)}"
    yield f"{'review' if gate.needs_review else 'no review'}: {gate.reason}"
    if frozenset(subtask.depends_on) != before:  # the waves say the usual
        yield f"waits for: {', '.join(subtask.depends_on) or 'nothing'}"
    if subtask.scope:
        yield f"scope: {', '.join(subtask.scope)}"
    if task and task.reason:
        yield f"reason: {task.reason}"
    if task and task.recovered_by:
        yield f"recovered by {task.recovered_by}"


def _trace(task: Task, recoveries: Iterable[Task], depth: int = 0) -> Iterator[str]:
    """The tasks that were made to make good a failed one, and those that were made for them."""
    recoveries = list(recoveries)
    for recovery in recoveries if depth < len(recoveries) else ():
        if recovery.recovers == task.id:
            role = f" as {recovery.role}" if recovery.role else ""
            yield f"{'  ' * depth}recovery {recovery.id} {recovery.status}{role}: {recovery.title}"
            yield from _trace(recovery, recoveries, depth + 1)
