"""`plan show`, `plan list`: where plans stand."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from openclaw_hooks.board.snapshot import plan_path
from openclaw_hooks.checks.report import one_line
from openclaw_hooks.cli.output import print_json, print_table
from openclaw_hooks.cli.task.options import Json, show_reports
from openclaw_hooks.plans.gate import judge_gate
from openclaw_hooks.plans.model import ENDED, PlanFile, PlanStatus, Subtask
from openclaw_hooks.plans.store import parse_plan, parse_plans
from openclaw_hooks.plans.waves import assign_waves, find_critical_path, sum_minutes
from openclaw_hooks.tasks.model import Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openclaw_hooks.tasks.graph import Standing
    from openclaw_hooks.tasks.model import Task

PlanArgument = Annotated[str, typer.Argument(metavar="PLAN", help="Its id; the first characters do.")]
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


class Row(NamedTuple):
    """A subtask with its task, where there is one, and where that stands."""

    subtask: Subtask
    task: Task | None
    standing: Standing | None

    @property
    def state(self) -> str:
        """In one word: the task's status, or that it waits for its wave."""
        if self.task is None:
            return "waiting"
        if self.task.recovered_by:
            return f"{self.task.status} (recovered by {self.task.recovered_by})"
        return "blocked" if self.standing and self.standing.blocked_by else str(self.task.status)


def list_plans(
    status: Annotated[str, typer.Option(metavar="STATUS", help="Only these; also those that have ended.")] = "",
    all_: Annotated[bool, typer.Option("--all", "-a", help="Also those that have ended.")] = False,
    as_json: Json = False,
) -> None:
    """List the plans that have not ended.

    Example: openclaw plan list --all
    """
    from openclaw_hooks.board.place import open_board
    from openclaw_hooks.board.store import read_board
    from openclaw_hooks.documents import suggest
    from openclaw_hooks.errors import OpenclawError

    if status and status not in set(PlanStatus):
        raise OpenclawError(f"no status `{status}`", suggest(status, list(PlanStatus)))
    snapshot = read_board(open_board())
    plans, broken = parse_plans(snapshot.plans)
    show_reports(f"broken: {error}" for error in (*snapshot.broken, *broken))
    wanted = [
        plan for plan in plans.values() if plan.status == status or (not status and (all_ or plan.status not in ENDED))
    ]
    wanted.sort(key=lambda plan: (plan.created, plan.id))
    if as_json:
        print_json("plans", [plan_values(plan) for plan in wanted])
    elif not wanted:
        typer.echo("no plans", err=True)
    else:
        rows = [_list_row(plan, snapshot.tasks) for plan in wanted]
        print_table(("ID", "STATUS", "DONE", "OPEN NOW", "TEMPLATE", "TITLE"), rows)


def _list_row(plan: PlanFile, tasks: Mapping[str, Task]) -> tuple[str, ...]:
    found = [tasks[task_id] for task_id in plan.tasks.values() if task_id in tasks]
    done = sum(task.status is Status.COMPLETED for task in found)
    now = [
        name
        for name, task_id in plan.tasks.items()
        if task_id in tasks
        and tasks[task_id].status in (Status.QUEUED, Status.CLAIMED, Status.RUNNING, Status.PENDING_REVIEW)
    ]
    return plan.id, plan.status, f"{done}/{len(plan.subtasks)}", ", ".join(now), plan.template, one_line(plan.title)


def show(
    plan_id: PlanArgument,
    raw: Annotated[bool, typer.Option("--raw", help="The file, byte for byte.")] = False,
    as_json: Json = False,
) -> None:
    """Show a plan: its waves, who does what and why, gates, budgets, the critical path, and how far it is.

    Example: openclaw plan show P-7xq
    """
    from openclaw_hooks.board.place import open_board
    from openclaw_hooks.board.store import read_board
    from openclaw_hooks.tasks.graph import judge_task
    from openclaw_hooks.tasks.ids import find_id

    snapshot = read_board(open_board())
    plan_id = find_id(plan_id, snapshot.plans)
    if raw:
        sys.stdout.buffer.write(snapshot.plans[plan_id])
        return
    show_reports(f"broken: {error}" for error in snapshot.broken)
    plan = parse_plan(plan_path(plan_id), snapshot.plans[plan_id])
    rows = {}
    for subtask in plan.subtasks:
        task = snapshot.tasks.get(plan.tasks.get(subtask.id, ""))
        rows[subtask.id] = Row(subtask, task, judge_task(task, snapshot.tasks) if task else None)
    recoveries = [task for task in snapshot.tasks.values() if task.recovers and task.plan == plan.id]
    if as_json:
        print_json("plan", plan_values(plan, rows, recoveries))
        return
    for line in describe_plan(plan, rows, recoveries):
        typer.echo(line)


def describe_plan(plan: PlanFile, rows: Mapping[str, Row], recoveries: list[Task]) -> list[str]:
    """The plan as a person reads it: head, then wave by wave."""
    path = find_critical_path(plan.subtasks)
    lines = [
        f"{plan.id} {one_line(plan.title)}",
        f"  status        {plan.status}{f': {one_line(plan.reason)}' if plan.reason else ''}",
    ]
    approval = f"{plan.approval.by}, {plan.approval.at}" if plan.approval else ""
    fields = {
        "template": plan.template,
        "on failure": plan.failure_policy,
        "approved by": approval or ("nobody yet" if plan.requires_approval else "not asked for"),
        "budget": f"{sum_minutes(plan.subtasks)} min, {path.minutes} min on the critical path",
        "critical path": " > ".join(path.subtasks),
        "created": f"{plan.created} {plan.created_by}".strip(),
    }
    lines += [f"  {name:<14}{value}" for name, value in fields.items() if value]
    by_failed = {task.recovers: task for task in recoveries}
    for number, wave in enumerate(assign_waves(plan.subtasks), 1):
        lines.append(f"  wave {number}")
        for index, name in enumerate(wave):
            lines += _describe_row(rows[name], name in path.subtasks, index == len(wave) - 1)
            task = rows[name].task
            while task and (task := by_failed.get(task.id)):
                lines.append(f"       recovery {task.id} {task.status}: {one_line(task.title)}")
    return lines


def _describe_row(row: Row, is_on_path: bool, is_last: bool) -> list[str]:
    subtask, task = row.subtask, row.task
    branch, stem = ("└─", "  ") if is_last else ("├─", "│ ")
    mark = MARKS.get(task.status, "·") if task else " "
    notes = [str(subtask.delegation.mode), f"{subtask.budget_minutes} min"]
    notes += ["critical"] if subtask.critical else []
    notes += ["on the critical path"] if is_on_path else []
    notes += [f"role {task.role if task else subtask.role}"] if (task.role if task else subtask.role) else []
    owner = f" by {task.owner}" if task and task.owner else ""
    lines = [
        f"  {branch} {mark} {subtask.id}  {task.id if task else '':<8} {row.state}{owner}",
        f"  {stem}     {one_line(subtask.title)}",
        f"  {stem}     {', '.join(notes)}",
    ]
    details = {
        "routed": subtask.delegation.reason,
        "gate": judge_gate(task or subtask).reason,
        "waits for": ", ".join(subtask.depends_on),
        "scope": ", ".join(subtask.scope),
        "metric": subtask.metric,
        "reason": task.reason if task else "",
    }
    return lines + [f"  {stem}     {name}: {one_line(value)}" for name, value in details.items() if value]


def plan_values(
    plan: PlanFile, rows: Mapping[str, Row] | None = None, recoveries: list[Task] | None = None
) -> dict[str, Any]:
    """A plan as JSON shows it; with `rows` each subtask says its wave, gate and state."""
    import msgspec

    path = find_critical_path(plan.subtasks)
    values: dict[str, Any] = {name: msgspec.to_builtins(getattr(plan, name)) for name in plan.__struct_fields__}
    values["budget_minutes"] = sum_minutes(plan.subtasks)
    values["critical_path"] = {"subtasks": list(path.subtasks), "minutes": path.minutes}
    waves = assign_waves(plan.subtasks)
    values["waves"] = [list(wave) for wave in waves]
    numbers = {name: number for number, wave in enumerate(waves, 1) for name in wave}
    for subtask, shown in zip(plan.subtasks, values["subtasks"], strict=True):
        shown["wave"] = numbers.get(subtask.id, 0)
        gate = judge_gate(subtask)
        shown["gate"] = {"needs_review": gate.needs_review, "reason": gate.reason}
        row = rows.get(subtask.id) if rows else None
        if row and row.task:
            shown |= {"task": row.task.id, "state": row.task.status, "owner": row.task.owner}
    if recoveries is not None:
        values["recoveries"] = [
            {"task": task.id, "recovers": task.recovers, "status": task.status} for task in recoveries
        ]
    return values
