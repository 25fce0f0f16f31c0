"""The verbs that move a task: claim, start, heartbeat, complete, fail, release, accept, reject, approve, cancel, requeue."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from openclaw_hooks.cli.task.options import (
    As,
    Json,
    Reason,
    TaskArgument,
    TaskArguments,
    open_place,
    show_moved,
    show_reports,
    tell_followed,
)
from openclaw_hooks.errors import OpenclawError, RefusedError
from openclaw_hooks.tasks.model import Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openclaw_hooks.plans.work import Work

Token = Annotated[
    str, typer.Option(metavar="TOKEN", envvar="OPENCLAW_TOKEN", help="Of the claim, when it was made elsewhere.")
]
Force = Annotated[bool, typer.Option("--force", help="As the lead: also while somebody else holds it.")]
Local = Annotated[bool, typer.Option("--local", help="Claim within this clone only, though the board has a remote.")]
Minutes = Annotated[int, typer.Option(metavar="N", min=0, max=10_080, help="Until the claim ends; 0: as config says.")]


class Lines(list[str]):
    """What is told of each task in place of its move."""


@contextmanager
def open_verb(names: list[str], how: tuple[str, bool], is_local: bool = False) -> Iterator[tuple[Work, Lines]]:
    """The board open for a verb; afterwards every task of `names` is told. `how`: name to act in, whether as JSON."""
    from openclaw_hooks.plans.work import open_work

    as_name, as_json = how
    board, actor = open_place(as_name)
    lines = Lines()
    with open_work(board, actor, is_local) as work:
        before = {name: work.find(name) for name in dict.fromkeys(names)}
        yield work, lines
    show_reports(work.edit.reports)
    tasks = work.edit.snapshot.tasks
    moved = [tasks[task.id] for task in before.values()]
    told = lines or [f"{task.id} {task.status} -> {tasks[task.id].status}" for task in before.values()]
    followed = tell_followed(work.edit, without={task.id for task in before.values()})
    show_moved(moved, [*told, *followed], as_json)


def claim(
    tasks: TaskArguments, minutes: Minutes = 0, is_local: Local = False, as_name: As = "", as_json: Json = False
) -> None:
    """Claim tasks: they are yours until the lease ends, and commits made here are held to their scope.

    Exit code 1, with the holder's name, when somebody else has one of them.

    Example: openclaw task claim T-4k7
    """
    from openclaw_hooks.plans.verbs import claim as claim_one

    with open_verb(tasks, (as_name, as_json), is_local) as (work, lines):
        for name in dict.fromkeys(tasks):
            lease = claim_one(work, name, minutes)
            lines.append(f"{lease.task} claimed by {lease.owner} until {lease.expires} (token {lease.token})")


def start(task: TaskArgument, token: Token = "", as_name: As = "", as_json: Json = False) -> None:
    """Say that the work on a claimed task has begun.

    Example: openclaw task start T-4k7
    """
    from openclaw_hooks.plans.verbs import start as start_one

    with open_verb([task], (as_name, as_json)) as (work, _):
        start_one(work, task, token)


def heartbeat(task: TaskArgument, minutes: Minutes = 0, as_name: As = "", as_json: Json = False) -> None:
    """Put off the end of your claim.

    Example: openclaw task heartbeat T-4k7 --minutes 60
    """
    from openclaw_hooks.plans.verbs import heartbeat as renew_one

    with open_verb([task], (as_name, as_json)) as (work, lines):
        lease = renew_one(work, task, minutes)
        lines.append(f"{lease.task} held by {lease.owner} until {lease.expires}")


def complete(
    task: TaskArgument,
    result: Annotated[str, typer.Option("--result", "-m", metavar="TEXT", help="For the section Result.")] = "",
    result_file: Annotated[str, typer.Option(metavar="FILE", help="The same from a file; `-` reads stdin.")] = "",
    run_metric: Annotated[
        bool, typer.Option("--run-metric", help="Run its metric here; only success completes it.")
    ] = False,
    token: Token = "",
    as_name: As = "",
    as_json: Json = False,
) -> None:
    """Complete a task; work that no metric has measured waits for a person's review.

    Example: openclaw task complete T-4k7 --run-metric --result "Passwords are checked on entry."
    """
    from openclaw_hooks.cli.task.input import read_text_file
    from openclaw_hooks.plans.verbs import complete as complete_one

    if result and result_file:
        raise OpenclawError("--result and --result-file exclude each other", "give one of them")
    text = read_text_file(result_file) if result_file else result
    measured = measure(task, as_name, token) if run_metric else ""
    with open_verb([task], (as_name, as_json)) as (work, lines):
        found = work.find(task)
        is_measured = bool(measured) and found.metric == measured  # it may have been edited by hand, and put back now
        why = complete_one(work, task, text, is_measured, token)
        status = work.edit.snapshot.tasks[found.id].status
        lines.append(f"{found.id} {found.status} -> {status} ({why})")
    if status is Status.PENDING_REVIEW:
        typer.echo(f"a person looks at it: `openclaw task approve {found.id}`, or reject with --reason", err=True)


def measure(name: str, as_name: str, token: str) -> str:
    """The task's metric, which has succeeded in the current folder; all its output goes to stderr, away from ours.

    Raises RefusedError when it fails, and before it is run when the task could not be completed anyhow.
    """
    import sys

    from openclaw_hooks.checks.report import one_line
    from openclaw_hooks.plans.verbs import require_completable
    from openclaw_hooks.plans.work import open_work
    from openclaw_hooks.process import run_in_terminal

    with open_work(*open_place(as_name)) as work:
        task = require_completable(work, name, token)
    if not task.metric:
        raise OpenclawError(f"{task.id} has no metric", f"give it one: `openclaw task edit {task.id} --metric CMD`")
    print(f"openclaw: running {one_line(task.metric)}", file=sys.stderr)
    code = run_in_terminal(["sh", "-c", f"exec >&2\n{task.metric}"])
    if code:
        raise RefusedError(f"the metric of {task.id} failed with exit code {code}", "nothing was changed on the board")
    return task.metric


def fail(
    tasks: TaskArguments,
    reason: Reason = "",
    token: Token = "",
    force: Force = False,
    as_name: As = "",
    as_json: Json = False,
) -> None:
    """Say that a task cannot be done as asked; needs a reason.

    Example: openclaw task fail T-4k7 --reason "the API that it names is gone"
    """
    from openclaw_hooks.plans.verbs import fail as fail_one

    with open_verb(tasks, (as_name, as_json)) as (work, _):
        for name in dict.fromkeys(tasks):
            fail_one(work, name, reason, token, force)


def release(
    tasks: TaskArguments,
    reason: Reason = "",
    token: Token = "",
    force: Force = False,
    as_name: As = "",
    as_json: Json = False,
) -> None:
    """Give a claimed task back; needs a reason.

    Example: openclaw task release T-4k7 --reason "no time before Monday"
    """
    from openclaw_hooks.plans.verbs import release as release_one

    with open_verb(tasks, (as_name, as_json)) as (work, _):
        for name in dict.fromkeys(tasks):
            release_one(work, name, reason, token, force)


def accept(tasks: TaskArguments, as_name: As = "", as_json: Json = False) -> None:
    """Put proposed tasks into the queue.

    Example: openclaw task accept T-4k7
    """
    from openclaw_hooks.plans.verbs import accept as accept_one

    with open_verb(tasks, (as_name, as_json)) as (work, _):
        for name in dict.fromkeys(tasks):
            accept_one(work, name)


def reject(
    tasks: TaskArguments,
    reason: Reason = "",
    final: Annotated[bool, typer.Option("--final", help="End work under review as failed.")] = False,
    as_name: As = "",
    as_json: Json = False,
) -> None:
    """Turn proposals down, or send work under review back to the queue.

    Example: openclaw task reject T-4k7 --reason "the second case is not handled"
    """
    from openclaw_hooks.plans.verbs import reject as reject_one

    with open_verb(tasks, (as_name, as_json)) as (work, _):
        for name in dict.fromkeys(tasks):
            reject_one(work, name, reason, final)


def approve(
    tasks: TaskArguments,
    key: Annotated[str, typer.Option(metavar="FILE", help="The SSH key to sign with.")] = "",
    as_name: As = "",
    as_json: Json = False,
) -> None:
    """Approve work under review: a person's decision, refused to agents, signed where config.yaml asks for it.

    Example: openclaw task approve T-4k7
    """
    from openclaw_hooks.plans.verbs import approve as approve_one

    with open_verb(tasks, (as_name, as_json)) as (work, _):
        for name in dict.fromkeys(tasks):
            approve_one(work, name, key)


def cancel(tasks: TaskArguments, reason: Reason = "", as_name: As = "", as_json: Json = False) -> None:
    """End tasks that are not wanted any more.

    Example: openclaw task cancel T-4k7 --reason "the feature is dropped"
    """
    from openclaw_hooks.plans.verbs import cancel as cancel_one

    with open_verb(tasks, (as_name, as_json)) as (work, _):
        for name in dict.fromkeys(tasks):
            cancel_one(work, name, reason)


def requeue(
    tasks: TaskArguments, reason: Reason = "", force: Force = False, as_name: As = "", as_json: Json = False
) -> None:
    """Put failed, released or stalled tasks back into the queue.

    Example: openclaw task requeue T-4k7
    """
    from openclaw_hooks.plans.verbs import requeue as requeue_one

    with open_verb(tasks, (as_name, as_json)) as (work, _):
        for name in dict.fromkeys(tasks):
            requeue_one(work, name, reason, force)
