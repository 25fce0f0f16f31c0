"""`openclaw init`: puts the guard into a repository."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from openclaw_hooks.setup.edits import Plan


def init(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change and touch nothing.")] = False,
    agents: Annotated[
        str, typer.Option(help="Agents to set up, by comma; `none` for none. Default: claude where it is used.")
    ] = "",
    source: Annotated[
        str,
        typer.Option(metavar="URL@REV", help="Where pre-commit gets this package from. Default: where we came from."),
    ] = "",
    no_pre_commit: Annotated[
        bool, typer.Option("--no-pre-commit", help="Leave .pre-commit-config.yaml alone.")
    ] = False,
) -> None:
    """Guard this repository: git hooks beside the ones it has, a starter config, and what its agents need.

    Existing hooks keep running, before ours; existing files are added to, never overwritten. Running it again changes
    nothing, or brings an older setup up to date without touching what you changed.

    Example: openclaw init --dry-run
    """
    from openclaw_hooks.setup.apply import apply_plan
    from openclaw_hooks.setup.edits import show_plan
    from openclaw_hooks.setup.interpreter import find_command
    from openclaw_hooks.setup.options import choose_options
    from openclaw_hooks.setup.plan import plan_init
    from openclaw_hooks.setup.repo_facts import read_repo_facts

    command = find_command()
    facts = read_repo_facts(None, command)
    options, notes = choose_options(facts, agents, source, no_pre_commit)
    plan = plan_init(facts, options)
    plan = plan if plan.is_empty else plan._replace(notes=(*plan.notes, *notes))
    if dry_run:
        typer.echo("nothing to change" if plan.is_empty else show_plan(plan, facts.repo.top))
    else:
        apply_plan(facts.repo, plan, command.version)
        _show_summary(plan, facts.repo.top)
    for note in plan.notes:
        typer.echo(f"note: {note}")


def _show_summary(plan: Plan, top: str) -> None:
    from openclaw_hooks.setup.edits import list_changes

    if plan.is_empty:
        typer.echo("everything is in place already; nothing changed")
        return
    for line in list_changes(plan, top):
        typer.echo(line)
    typer.echo("\nnext: `openclaw doctor` shows whether every layer is alive; then commit the new files")
