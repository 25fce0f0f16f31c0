"""`task show`: everything about one task."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from openclaw_hooks.checks.report import one_line
from openclaw_hooks.cli.output import paint, print_json, print_raw, printable_text
from openclaw_hooks.cli.task.list import COLOURS, standing_values
from openclaw_hooks.cli.task.options import Json, TaskArgument, show_reports, task_values
from openclaw_hooks.plans.gate import judge_gate
from openclaw_hooks.tasks.evaluation import show_measure
from openclaw_hooks.tasks.model import Mode

if TYPE_CHECKING:
    from openclaw_hooks.board.leases.lease import Lease
    from openclaw_hooks.board.place import Board
    from openclaw_hooks.tasks.graph import Standing
    from openclaw_hooks.tasks.model import Task


def show(
    task_id: TaskArgument,
    raw: Annotated[bool, typer.Option("--raw", help="The file, byte for byte.")] = False,
    history: Annotated[bool, typer.Option("--history", help="Also the commits that changed it.")] = False,
    as_json: Json = False,
) -> None:
    """Show a task: its fields, what it waits for, what waits for it, who has it, its text.

    Example: openclaw task show T-4k7 --history
    """
    from openclaw_hooks.board.leases.claims import read_lease
    from openclaw_hooks.board.opening import open_board
    from openclaw_hooks.board.store import read_board, read_task
    from openclaw_hooks.board.upkeep.archive import judge_on_board
    from openclaw_hooks.tasks.ids import find_id

    board = open_board()
    snapshot = read_board(board)
    show_reports(f"broken: {error}" for error in snapshot.broken)
    task_id = find_id(task_id, snapshot.tasks)
    task, content = read_task(board, task_id)
    if raw:
        print_raw(content)
        return
    standing = judge_on_board(snapshot.tasks[task_id], snapshot.tasks, board.top)
    dependents = sorted(other.id for other in snapshot.tasks.values() if task_id in other.depends_on)
    lease = read_lease(board.repo, task_id)
    commits = read_history(board, task_id) if history else []
    if as_json:
        more = {"body": task.body, "dependents": dependents, "lease": _lease_values(lease)}
        listed = {"history": [{"commit": oid, "time": time, "subject": text} for oid, time, text in commits]}
        print_json("task", task_values(task, **standing_values(standing), **more, **(listed if history else {})))
        return
    print_task(task, [*describe(task, standing, dependents, snapshot.tasks), *_describe_lease(lease)], commits)


def print_task(task: Task, head: list[str], commits: list[tuple[str, str, str]]) -> None:
    """Print what was found out about a task: the lines on top, its text, the commits that changed it."""
    for line in head:
        typer.echo(line)
    if task.body.strip():
        typer.echo()
        typer.echo(printable_text(task.body.strip("\n")))
    if commits:
        typer.echo()
    for oid, time, text in commits:
        typer.echo(f"{time} {oid[:10]} {one_line(text)}")


def describe(task: Task, standing: Standing, dependents: list[str], tasks: dict[str, Task]) -> list[str]:
    """What a person reads of a task's frontmatter; fields that say nothing are left out."""
    status = paint(str(task.status), COLOURS.get(task.status, ""))
    lines = [f"{task.id} {one_line(task.title)}", f"  status        {status} ({standing.column})"]
    if standing.blocked_by or (standing.reason and not task.reason):
        lines.append(f"  {'blocked' if standing.blocked_by else 'standing':<14}{one_line(standing.reason)}")
    gate = judge_gate(task)
    fields = {
        "owner": task.owner,
        "reason": task.reason,
        "priority": str(task.priority or ""),
        "labels": ", ".join(task.labels),
        "scope": ", ".join(task.scope),
        "role": task.role,
        "mode": _describe_mode(task),
        "review": gate.reason if gate.needs_review else "",
        "metric": task.metric,
        "measure": show_measure(task.measure) if task.measure else "",
        "evaluator": ", ".join(task.evaluator),
        "budget": f"{task.budget_minutes} min",
        "plan": f"{task.plan} {task.subtask}".strip(),
        "recovers": task.recovers,
        "recovered by": task.recovered_by,
        "approved by": f"{task.approval.by}, {task.approval.at}" if task.approval else "",
        "created": f"{task.created} {task.created_by}".strip(),
        "origin": task.origin,
    }
    lines += [f"  {name:<14}{one_line(value)}" for name, value in fields.items() if value]
    lines += [
        f"  {'done when' if not index else '':<14}{one_line(text)}" for index, text in enumerate(task.success_criteria)
    ]
    lines += [
        f"  {'depends on' if not at else '':<14}{_name(other, tasks)}" for at, other in enumerate(task.depends_on)
    ]
    return lines + [
        f"  {'needed by' if not at else '':<14}{_name(other, tasks)}" for at, other in enumerate(dependents)
    ]


def _describe_mode(task: Task) -> str:
    """Who is to do it, and why; empty where nobody has said."""
    named = f"{task.delegation.mode} {task.delegation.soul}".strip()
    if task.delegation.reason:
        return f"{named} ({task.delegation.reason})"
    return "" if task.delegation.mode is Mode.AUTO else named


def _name(task_id: str, tasks: dict[str, Task]) -> str:
    task = tasks.get(task_id)
    return f"{task_id} {task.status}: {one_line(task.title)}" if task else f"{task_id} (not on the board)"


def _describe_lease(lease: Lease | None) -> list[str]:
    from openclaw_hooks.board.clock import utc_now

    if lease is None:
        return []
    ended = " (ended)" if lease.expires < utc_now() else ""
    return [f"  lease         {one_line(lease.owner)}, until {lease.expires}{ended}"]


def _lease_values(lease: Lease | None) -> dict[str, str] | None:
    return {"owner": lease.owner, "expires": lease.expires} if lease else None


def read_history(board: Board, task_id: str) -> list[tuple[str, str, str]]:
    """The commits that changed the task's file, the latest first: id, time, subject."""
    from openclaw_hooks.board.place import REF
    from openclaw_hooks.git import ask_git
    from openclaw_hooks.tasks.model import TASKS_FOLDER

    words = ["log", "--format=%H%x00%cI%x00%s", REF, "--", f"{TASKS_FOLDER}/{task_id}.md"]
    output = ask_git(words, cwd=board.top).decode("utf-8", "replace")
    return [(oid, time, text) for oid, time, text in (line.split("\0", 2) for line in output.splitlines())]
