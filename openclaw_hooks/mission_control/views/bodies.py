"""What the drawer shows of a task beside its row: text, history, and the commands that act on it now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.structs import replace

from openclaw_hooks.board.place import FOLDER
from openclaw_hooks.board.snapshot import task_path
from openclaw_hooks.mission_control.views.board import assign_shards
from openclaw_hooks.mission_control.views.commands import Command, commands_for
from openclaw_hooks.mission_control.views.task_runs import TaskRun, list_task_runs
from openclaw_hooks.tasks.evaluation import show_measure
from openclaw_hooks.tasks.model import Mode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openclaw_hooks.mission_control.facts import Facts
    from openclaw_hooks.mission_control.reading.log import LogCommit
    from openclaw_hooks.tasks.model import Task

MAX_EVENTS: Final = 100  # of one task's history: the latest


class TaskEvent(Struct, frozen=True):
    """A commit that changed the task: when, which, whose, and what it says about this task."""

    t: int
    commit: str
    who: str
    what: str


class TaskBody(Struct, frozen=True, omit_defaults=True):
    """The rest of a task; `html` is safe to be put on a page as it is."""

    html: str
    path: str
    metric: str = ""
    measure: str = ""
    evaluator: tuple[str, ...] = ()
    scope: tuple[str, ...] = ()
    success_criteria: tuple[str, ...] = ()
    delegation: str = ""
    budget_minutes: int = 0
    origin: str = ""
    created_by: str = ""
    approved: str = ""
    recovers: str = ""
    recovered_by: str = ""
    lease: str = ""
    standing: str = ""
    history: tuple[TaskEvent, ...] = ()
    commands: tuple[Command, ...] = ()
    runs: tuple[TaskRun, ...] = ()


def view_bodies(facts: Facts) -> dict[str, dict[str, TaskBody]]:
    """The bodies in files of some tasks each: name of the file -> task id -> body."""
    board = facts.board
    histories = _gather_histories(board.log)
    runs = list_task_runs(facts.runs) if facts.place.options.shows("runs") else {}
    shards: dict[str, dict[str, TaskBody]] = {}
    for name, shard in assign_shards(board).items():
        task = board.tasks[name]
        body = _make_body(task, facts, histories.get(task_path(name), []))
        shards.setdefault(f"bodies-{shard}", {})[name] = replace(body, runs=runs.get(name, ()))
    return shards


def _make_body(task: Task, facts: Facts, commits: Sequence[LogCommit]) -> TaskBody:
    board = facts.board
    body, lease = board.bodies.get(task.id), board.leases.get(task.id)
    delegation = task.delegation
    mode = "" if delegation.mode is Mode.AUTO else f"{delegation.mode} {delegation.soul}".strip()
    standing = board.standings[task.id]
    return TaskBody(
        html=body.html if body else "",
        path=f"{FOLDER}/{task_path(task.id)}",
        metric=task.metric,
        measure=show_measure(task.measure).replace("`", "") if task.measure else "",
        evaluator=task.evaluator,
        scope=task.scope,
        success_criteria=task.success_criteria,
        delegation=f"{mode} ({delegation.reason})" if delegation.reason else mode,
        budget_minutes=task.budget_minutes,
        origin=task.origin,
        created_by=task.created_by,
        approved=f"{task.approval.by}, {task.approval.at}" if task.approval else "",
        recovers=task.recovers,
        recovered_by=task.recovered_by,
        lease=f"{lease.owner}, until {lease.expires}" if lease else "",
        standing=standing.reason,
        history=tuple(_make_event(task.id, commit) for commit in commits[:MAX_EVENTS]),
        commands=commands_for(task, standing),
    )


def _gather_histories(log: Sequence[LogCommit]) -> dict[str, list[LogCommit]]:
    found: dict[str, list[LogCommit]] = {}
    for commit in log:
        for path in commit.paths:
            found.setdefault(path, []).append(commit)
    return found


def _make_event(name: str, commit: LogCommit) -> TaskEvent:
    """The commit, and of what it says the line about this task."""
    own = [line for line in (commit.subject, *commit.lines) if f" {name} " in f" {line} "]
    what = own[0].removeprefix(f"task {name} ") if own else commit.subject
    return TaskEvent(commit.time, commit.oid[:12], commit.who, what)
