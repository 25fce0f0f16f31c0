"""The verbs that move a task: claim, start, heartbeat, complete, fail, release, accept, reject, approve, cancel, requeue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from openclaw_hooks.cli.task.door import Deed, do_deed, tell_move
from openclaw_hooks.cli.task.options import (  # noqa: TC001 - Typer reads the annotations
    As,
    Json,
    Reason,
    TaskArgument,
    TaskArguments,
)
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.tasks.model import Status

if TYPE_CHECKING:
    from openclaw_hooks.board.actor import Actor
    from openclaw_hooks.board.place import Board
    from openclaw_hooks.cli.task.door import Outcome
    from openclaw_hooks.plans.work import Work

Token = Annotated[
    str, typer.Option(metavar="TOKEN", envvar="OPENCLAW_TOKEN", help="Of the claim, when it was made elsewhere.")
]
Force = Annotated[bool, typer.Option("--force", help="As the lead: also while somebody else holds it.")]
Local = Annotated[bool, typer.Option("--local", help="Claim within this clone only, though the board has a remote.")]
Minutes = Annotated[int, typer.Option(metavar="N", min=0, max=10_080, help="Until the claim ends; 0: as config says.")]


def claim(
    tasks: TaskArguments, minutes: Minutes = 0, is_local: Local = False, as_name: As = "", as_json: Json = False
) -> None:
    """Claim tasks: they are yours until the lease ends, and commits made here are held to their scope.

    Exit code 1, with the holder's name, when somebody else has one of them.

    Example: openclaw task claim T-4k7
    """
    from openclaw_hooks.plans.verbs import claim as claim_one

    def tell(outcome: Outcome) -> str:
        lease = outcome.lease
        if lease is None:
            return tell_move(outcome)
        return f"{lease.task} claimed by {lease.owner} until {lease.expires} (token {lease.token})"

    deed = Deed("claim", lambda work, name: claim_one(work, name, minutes), {"minutes": minutes}, is_local=is_local)
    do_deed(tasks, (as_name, as_json), deed, tell)


def start(task: TaskArgument, token: Token = "", as_name: As = "", as_json: Json = False) -> None:
    """Say that the work on a claimed task has begun.

    Example: openclaw task start T-4k7
    """
    from openclaw_hooks.plans.verbs import start as start_one

    deed = Deed("start", lambda work, name: start_one(work, name, token), token=token)
    do_deed([task], (as_name, as_json), deed)


def heartbeat(task: TaskArgument, minutes: Minutes = 0, as_name: As = "", as_json: Json = False) -> None:
    """Put off the end of your claim.

    Example: openclaw task heartbeat T-4k7 --minutes 60
    """
    from openclaw_hooks.plans.verbs import heartbeat as renew_one

    def tell(outcome: Outcome) -> str:
        lease = outcome.lease
        return f"{lease.task} held by {lease.owner} until {lease.expires}" if lease else tell_move(outcome)

    deed = Deed("heartbeat", lambda work, name: renew_one(work, name, minutes), {"minutes": minutes})
    do_deed([task], (as_name, as_json), deed, tell)


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
    from openclaw_hooks.cli.task.measure import measure
    from openclaw_hooks.plans.verbs import complete as complete_one

    if result and result_file:
        raise OpenclawError("--result and --result-file exclude each other", "give one of them")
    text = read_text_file(result_file) if result_file else result
    measured = measure(task, as_name, token) if run_metric else ""

    def act(work: Work, name: str) -> str:
        now = work.find(name).metric  # it may have been edited by hand, and put back
        return complete_one(work, name, text, bool(measured) and now == measured, token)

    def tell(outcome: Outcome) -> str:
        return f"{tell_move(outcome)} ({outcome.why})"

    deed = Deed("complete", act, {"result": text, "measured": measured}, token)
    done = do_deed([task], (as_name, as_json), deed, tell)
    for outcome in done:
        if outcome.task.status is Status.PENDING_REVIEW:
            hint = f"`openclaw task approve {outcome.task.id}`, or reject with --reason"
            typer.echo(f"a person looks at it: {hint}", err=True)


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

    asked = {"reason": reason, "force": force}
    deed = Deed("fail", lambda work, name: fail_one(work, name, reason, token, force), asked, token)
    do_deed(tasks, (as_name, as_json), deed)


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

    asked = {"reason": reason, "force": force}
    deed = Deed("release", lambda work, name: release_one(work, name, reason, token, force), asked, token)
    do_deed(tasks, (as_name, as_json), deed)


def accept(tasks: TaskArguments, as_name: As = "", as_json: Json = False) -> None:
    """Put proposed tasks into the queue.

    Example: openclaw task accept T-4k7
    """
    from openclaw_hooks.plans.verbs import accept as accept_one

    deed = Deed("accept", accept_one)
    do_deed(tasks, (as_name, as_json), deed)


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

    deed = Deed("reject", lambda work, name: reject_one(work, name, reason, final), {"reason": reason, "final": final})
    do_deed(tasks, (as_name, as_json), deed)


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

    def sign(board: Board, actor: Actor, task_id: str) -> dict[str, Any]:
        from openclaw_hooks.cli.task.sign import sign_task

        return sign_task(board, actor, task_id, key)

    deed = Deed("approve", lambda work, name: approve_one(work, name, key), sign=sign)
    do_deed(tasks, (as_name, as_json), deed)


def cancel(tasks: TaskArguments, reason: Reason = "", as_name: As = "", as_json: Json = False) -> None:
    """End tasks that are not wanted any more.

    Example: openclaw task cancel T-4k7 --reason "the feature is dropped"
    """
    from openclaw_hooks.plans.verbs import cancel as cancel_one

    deed = Deed("cancel", lambda work, name: cancel_one(work, name, reason), {"reason": reason})
    do_deed(tasks, (as_name, as_json), deed)


def requeue(
    tasks: TaskArguments, reason: Reason = "", force: Force = False, as_name: As = "", as_json: Json = False
) -> None:
    """Put failed, released or stalled tasks back into the queue.

    Example: openclaw task requeue T-4k7
    """
    from openclaw_hooks.plans.verbs import requeue as requeue_one

    deed = Deed(
        "requeue", lambda work, name: requeue_one(work, name, reason, force), {"reason": reason, "force": force}
    )
    do_deed(tasks, (as_name, as_json), deed)
