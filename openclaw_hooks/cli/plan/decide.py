"""`plan approve`, `plan abort`, `plan advance`: what a person decides about a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from openclaw_hooks.board.snapshot import plan_path
from openclaw_hooks.checks.report import one_line
from openclaw_hooks.cli.plan.options import PlanArgument  # noqa: TC001 - Typer reads the annotations
from openclaw_hooks.cli.plan.show import plan_values
from openclaw_hooks.cli.task.options import As, Json, Reason, open_place, show_reports, tell_followed
from openclaw_hooks.plans.store import parse_plan

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from openclaw_hooks.board.actor import Actor
    from openclaw_hooks.board.place import Board
    from openclaw_hooks.mesh.relay.line import Line
    from openclaw_hooks.plans.service import PlanWork


class Decision(NamedTuple):
    """What is decided about a plan: `act` does it here; the lead of a mesh is sent `verb` with `args`.

    `sign` makes what a person adds to the arguments on their own machine.
    """

    verb: str
    act: Callable[[PlanWork], None]
    args: Mapping[str, Any] = {}
    sign: Callable[[Board, Actor, str], Mapping[str, Any]] | None = None


def decide(name: str, how: tuple[str, bool], decision: Decision) -> None:
    """Do what is decided about a plan, and tell what came of it. `how`: name to act in, whether as JSON."""
    from openclaw_hooks.cli.task.door import find_line

    as_name, as_json = how
    board, actor = open_place(as_name)
    line = find_line(board, actor)
    found = _decide_here(board, actor, name, decision) if line is None else _ask(line, board, name, decision)
    plan_id, content, lines = found
    plan = parse_plan(plan_path(plan_id), content)
    if as_json:
        from openclaw_hooks.cli.output import print_json

        print_json("plan", plan_values(plan))
        return
    for told in lines:
        typer.echo(one_line(told))
    if not lines:
        typer.echo(f"{plan.id} is {plan.status}: nothing to do")


def _decide_here(board: Board, actor: Actor, name: str, decision: Decision) -> tuple[str, bytes, list[str]]:
    """The plan's id and file afterwards, and what was done."""
    from openclaw_hooks.plans.service import open_plan

    with open_plan(board, actor, name) as work:
        decision.act(work)
    show_reports(work.edit.reports)
    return work.plan.id, work.edit.snapshot.plans[work.plan.id], tell_followed(work.edit)


def _ask(line: Line, board: Board, name: str, decision: Decision) -> tuple[str, bytes, list[str]]:
    """The same from the lead of the mesh; raises WireError for an answer that does not say it."""
    from openclaw_hooks.board.store import read_board
    from openclaw_hooks.mesh.relay.line import send
    from openclaw_hooks.mesh.wire.messages import WireError
    from openclaw_hooks.tasks.ids import find_id, is_plan_id

    plan_id = name if is_plan_id(name) else find_id(name, read_board(board).plans)
    args = dict(decision.args)
    if decision.sign:
        args |= decision.sign(board, line.actor, plan_id)
    answer = send(line, decision.verb, plan_id, args)
    show_reports(map(str, answer.result.get("reports", ())))
    path = plan_path(plan_id)
    if path not in answer.files:
        raise WireError(f"the lead's answer does not say how {plan_id} is now", "is it of another version?")
    return plan_id, answer.files[path].encode(), answer.lines


def approve(
    plan: PlanArgument,
    key: Annotated[str, typer.Option(metavar="FILE", help="The SSH key to sign with.")] = "",
    as_name: As = "",
    as_json: Json = False,
) -> None:
    """Approve a draft, as it stands now: its first wave becomes tasks. A person's decision, refused to agents.

    Example: openclaw plan approve P-7xq
    """
    from openclaw_hooks.plans.service import approve_plan

    def sign(board: Board, actor: Actor, plan_id: str) -> dict[str, Any]:
        from openclaw_hooks.cli.task.sign import sign_plan

        return sign_plan(board, actor, plan_id, key)

    decide(plan, (as_name, as_json), Decision("plan_approve", lambda work: approve_plan(work, key), sign=sign))


def abort(plan: PlanArgument, reason: Reason = "", as_name: As = "", as_json: Json = False) -> None:
    """End a plan: what is not finished is cancelled.

    Example: openclaw plan abort P-7xq --reason "the release is put off"
    """
    from openclaw_hooks.plans.service import abort_plan

    decide(plan, (as_name, as_json), Decision("plan_abort", lambda work: abort_plan(work, reason), {"reason": reason}))


def advance(plan: PlanArgument, as_name: As = "", as_json: Json = False) -> None:
    """Do what follows from how the plan's tasks stand; every change of a task does so by itself.

    Also finds tasks that are over their budget.

    Example: openclaw plan advance P-7xq
    """
    # a plan that is opened is advanced
    decide(plan, (as_name, as_json), Decision("plan_advance", lambda work: None))
