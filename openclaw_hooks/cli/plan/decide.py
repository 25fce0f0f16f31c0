"""`plan approve`, `plan abort`, `plan advance`: what a person decides about a plan."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from openclaw_hooks.board.snapshot import plan_path
from openclaw_hooks.checks.report import one_line
from openclaw_hooks.cli.plan.options import PlanArgument  # noqa: TC001 - Typer reads the annotations
from openclaw_hooks.cli.plan.show import plan_values
from openclaw_hooks.cli.task.options import As, Json, Reason, open_place, show_reports, tell_followed
from openclaw_hooks.plans.store import parse_plan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openclaw_hooks.plans.service import PlanWork


@contextmanager
def open_decision(name: str, how: tuple[str, bool]) -> Iterator[PlanWork]:
    """The plan open for a decision; afterwards what came of it is told. `how`: name to act in, whether as JSON."""
    from openclaw_hooks.plans.service import open_plan

    as_name, as_json = how
    board, actor = open_place(as_name)
    with open_plan(board, actor, name) as work:
        yield work
    show_reports(work.edit.reports)
    plan_id = work.plan.id
    plan = parse_plan(plan_path(plan_id), work.edit.snapshot.plans[plan_id])
    if as_json:
        from openclaw_hooks.cli.output import print_json

        print_json("plan", plan_values(plan))
        return
    for line in tell_followed(work.edit):
        typer.echo(one_line(line))
    if not work.edit.lines:
        typer.echo(f"{plan.id} is {plan.status}: nothing to do")


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

    with open_decision(plan, (as_name, as_json)) as work:
        approve_plan(work, key)


def abort(plan: PlanArgument, reason: Reason = "", as_name: As = "", as_json: Json = False) -> None:
    """End a plan: what is not finished is cancelled.

    Example: openclaw plan abort P-7xq --reason "the release is put off"
    """
    from openclaw_hooks.plans.service import abort_plan

    with open_decision(plan, (as_name, as_json)) as work:
        abort_plan(work, reason)


def advance(plan: PlanArgument, as_name: As = "", as_json: Json = False) -> None:
    """Do what follows from how the plan's tasks stand; every change of a task does so by itself.

    Also finds tasks that are over their budget.

    Example: openclaw plan advance P-7xq
    """
    with open_decision(plan, (as_name, as_json)):
        pass  # a plan that is opened is advanced
