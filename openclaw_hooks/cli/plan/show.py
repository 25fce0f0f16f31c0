"""`plan show`, `plan list`: where plans stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from openclaw_hooks.board.snapshot import plan_path
from openclaw_hooks.checks.report import one_line
from openclaw_hooks.cli.output import all_fields, print_json, print_raw, print_table
from openclaw_hooks.cli.plan.options import COLOURS, PlanArgument
from openclaw_hooks.cli.task.options import Json, show_reports
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.plans.gate import judge_gate
from openclaw_hooks.plans.model import ENDED, PlanFile, PlanStatus
from openclaw_hooks.plans.store import parse_plan, parse_plans
from openclaw_hooks.plans.waves import assign_waves, find_critical_path, sum_minutes
from openclaw_hooks.tasks.model import Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openclaw_hooks.plans.rows import Row
    from openclaw_hooks.tasks.model import Task


def list_plans(
    status: Annotated[str, typer.Option(metavar="STATUS", help="Only these; also those that have ended.")] = "",
    all_: Annotated[bool, typer.Option("--all", "-a", help="Also those that have ended.")] = False,
    as_json: Json = False,
) -> None:
    """List the plans that have not ended.

    Example: openclaw plan list --all
    """
    from openclaw_hooks.board.opening import open_board
    from openclaw_hooks.board.store import read_board
    from openclaw_hooks.documents import suggest

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
        typer.echo("no plans; `openclaw plan create` makes one", err=True)
    else:
        rows = [_list_row(plan, snapshot.tasks) for plan in wanted]
        print_table(("ID", "STATUS", "DONE", "OPEN NOW", "TEMPLATE", "TITLE"), rows, COLOURS, unwrapped=3)


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
    from openclaw_hooks.board.opening import open_board
    from openclaw_hooks.board.store import read_board
    from openclaw_hooks.cli.plan.draw import draw_plan
    from openclaw_hooks.plans.rows import make_rows
    from openclaw_hooks.tasks.ids import find_id

    snapshot = read_board(open_board())
    plan_id = find_id(plan_id, snapshot.plans)
    if raw:
        print_raw(snapshot.plans[plan_id])
        return
    show_reports(f"broken: {error}" for error in snapshot.broken)
    plan = parse_plan(plan_path(plan_id), snapshot.plans[plan_id])
    rows = make_rows(plan, snapshot.tasks)
    recoveries = [task for task in snapshot.tasks.values() if task.recovers and task.plan == plan.id]
    if as_json:
        print_json("plan", plan_values(plan, rows, recoveries))
        return
    for line in draw_plan(plan, rows, recoveries):
        typer.echo(line.rstrip())


def plan_values(
    plan: PlanFile, rows: Mapping[str, Row] | None = None, recoveries: list[Task] | None = None
) -> dict[str, Any]:
    """A plan as JSON shows it; with `rows` each subtask says its wave, gate and state."""
    path = find_critical_path(plan.subtasks)
    values: dict[str, Any] = all_fields(plan)
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
        if row:
            task = row.task
            shown |= {"state": row.state, "task": task.id if task else "", "owner": task.owner if task else ""}
    if recoveries is not None:
        values["recoveries"] = [
            {"task": task.id, "recovers": task.recovers, "status": task.status} for task in recoveries
        ]
    return values
