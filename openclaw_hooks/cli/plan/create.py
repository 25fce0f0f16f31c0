"""`plan templates`, `plan create`: what plans are made from, and a plan that is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from openclaw_hooks.checks.report import one_line
from openclaw_hooks.cli.output import all_fields, print_json, print_raw, print_table
from openclaw_hooks.cli.task.input import read_text_file
from openclaw_hooks.cli.task.options import As, Json, open_place, show_reports, tell_followed
from openclaw_hooks.errors import OpenclawError, RefusedError
from openclaw_hooks.plans.templates import find_template, load_templates
from openclaw_hooks.plans.waves import assign_waves, sum_minutes
from openclaw_hooks.tasks.moves import Right

if TYPE_CHECKING:
    from openclaw_hooks.board.actor import Actor
    from openclaw_hooks.board.place import Board
    from openclaw_hooks.plans.model import PlanFile, Template


def templates(as_json: Json = False) -> None:
    """List the plan templates, shipped and of this project.

    Example: openclaw plan templates
    """
    from openclaw_hooks.plans.model import resolve_phases

    found = load_templates(find_root())
    if as_json:
        print_json("plan-templates", all_fields(found))
        return
    rows = []
    for template in found:
        subtasks = resolve_phases(template.phases)
        counts = (f"{len(subtasks)} in {len(assign_waves(subtasks))} waves", f"{sum_minutes(subtasks)} min")
        rows.append((template.id, *counts, template.failure_policy, template.origin, show_gaps(template.name)))
    print_table(("TEMPLATE", "SUBTASKS", "BUDGET", "ON FAILURE", "FROM", "NAME"), rows)
    variables = [(template.id, *row) for template in found for row in describe_variables(template)]
    if variables:
        typer.echo()
        print_table(("TEMPLATE", "VARIABLE", "DEFAULT", "MEANING"), variables, unwrapped=2)


def describe_variables(template: Template) -> list[tuple[str, str, str]]:
    """The variables of a template: how each is given, its default, what it means."""
    from openclaw_hooks.plans.model import Variable

    rows = []
    for name, value in template.vars.items():
        variable = Variable(default=value) if isinstance(value, str) else value
        default = "(required)" if variable.required else variable.default
        rows.append((f"--var {name}=...", default, variable.description))
    return rows


def show_gaps(text: str) -> str:
    """A text of a template for people: `<version>` in place of `{{vars.version}}`."""
    import re

    return re.sub(r"\{\{\s*(?:vars\.)?([\w-]+)[^}]*\}\}", r"<\1>", text)


def find_root() -> str | None:
    """The top of the repository around the current folder, None outside any."""
    from openclaw_hooks.cli.place import find_repo

    repo = find_repo()
    return repo.top or None if repo else None


def create(
    template: Annotated[str, typer.Argument(metavar="TEMPLATE", help="See `openclaw plan templates`.")],
    context: Annotated[str, typer.Option("--context", "-c", metavar="TEXT", help="What the plan is about.")] = "",
    context_file: Annotated[str, typer.Option(metavar="FILE", help="The same from a file; `-` reads stdin.")] = "",
    var: Annotated[
        list[str] | None, typer.Option("--var", metavar="NAME=VALUE", help="A variable of the template.")
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="SUBTASK.KEY=VALUE", help="Such as implement.delegation.mode=collab_mesh."),
    ] = None,
    title: Annotated[str, typer.Option(metavar="TEXT", help="A title in place of the template's.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the plan's file; write nothing.")] = False,
    as_name: As = "",
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print the id only.")] = False,
    as_json: Json = False,
) -> None:
    """Make a plan from a template: a draft to look at, to edit by hand, and to approve.

    Example: openclaw plan create team-bugfix --context "Login fails for names with a space"
    """
    from openclaw_hooks.board.clock import utc_now
    from openclaw_hooks.board.snapshot import plan_path
    from openclaw_hooks.plans.instantiate import Order, instantiate
    from openclaw_hooks.plans.service import change_board
    from openclaw_hooks.plans.store import new_plan_text, parse_plan
    from openclaw_hooks.roles.load import load_roles

    if context and context_file:
        raise OpenclawError("--context and --context-file exclude each other", "give one of them")
    text = read_text_file(context_file).strip() if context_file else context
    root = find_root()
    chosen = find_template(load_templates(root), template)
    roles = load_roles(root)
    order = Order("P-000000", text, read_pairs(var or []), tuple(set_ or ()), title, utc_now(), as_name)
    if dry_run:
        print_raw(new_plan_text(instantiate(chosen, order, roles)))
        return
    board, actor = open_place(as_name)
    refuse_other_nodes(board, actor)
    with change_board(board, actor) as edit:
        plan = instantiate(chosen, order._replace(id=edit.new_id("P"), created_by=actor.name), roles)
        refuse_start(plan, chosen, actor)
        edit.put(plan_path(plan.id), new_plan_text(plan))
        edit.say(f"plan {plan.id} created from {chosen.id} ({actor.name})")
    show_reports(edit.reports)
    begun = parse_plan(plan_path(plan.id), edit.snapshot.plans[plan.id])  # one that needs no approval has started
    show_created(begun, tell_followed(edit, {plan.id}), (quiet, as_json))


def refuse_other_nodes(board: Board, actor: Actor) -> None:
    """Raises RefusedError at a node of a mesh that is none of its leads: they would take no plan from it."""
    from openclaw_hooks.cli.task.door import find_line

    line = find_line(board, actor)
    if line and line.role != "lead":
        raise RefusedError("in a mesh plans are for a lead to make", "propose a task: `openclaw task propose TITLE`")


def refuse_start(plan: PlanFile, template: Template, actor: Actor) -> None:
    """Raises RefusedError when a plan would start by itself at the word of somebody who may not let it.

    Only a person does without the approval that the template wants; a worker makes no work that nobody approves.
    """
    if plan.requires_approval:
        return
    if template.requires_approval and Right.HUMAN not in actor.rights:
        raise RefusedError(f"template `{template.id}` wants a person's approval", "leave requires_approval as it is")
    if not actor.rights & {Right.LEAD, Right.HUMAN}:
        raise RefusedError(
            "a plan that starts by itself is for the lead, not for a worker", "add --set requires_approval=true"
        )


def show_created(plan: PlanFile, followed: list[str], how: tuple[bool, bool]) -> None:
    """Tell of a new plan, what followed, and what comes next; `how` is whether quietly, whether as JSON."""
    quiet, as_json = how
    if as_json:
        from openclaw_hooks.cli.plan.show import plan_values

        print_json("plan", plan_values(plan))
    elif quiet:
        typer.echo(plan.id)
    else:
        for line in (f"{plan.id} {plan.status}: {plan.title}", *followed):
            typer.echo(one_line(line))
        if plan.requires_approval:
            typer.echo(f"look at it: openclaw plan show {plan.id}; then: openclaw plan approve {plan.id}", err=True)


def read_pairs(texts: list[str]) -> dict[str, str]:
    """`NAME=VALUE` texts as a mapping; raises OpenclawError for anything else."""
    pairs = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign or not name.strip():
            raise OpenclawError(f"`{text}` is no variable", "write it as in --var ticket=ABC-12")
        pairs[name.strip()] = value
    return pairs
