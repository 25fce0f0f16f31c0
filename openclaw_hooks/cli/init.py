"""`openclaw init`: puts the guard into a repository."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from openclaw_hooks.setup.edits import Plan


def init(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change and touch nothing.")] = False,
) -> None:
    """Guard this repository: git hooks beside the ones it has, a starter config, and what its agents need.

    Existing hooks keep running, before ours. Running it again changes nothing, or brings an older setup up to date.

    Example: openclaw init --dry-run
    """
    from openclaw_hooks.setup.apply import apply_plan
    from openclaw_hooks.setup.edits import show_plan
    from openclaw_hooks.setup.interpreter import find_command
    from openclaw_hooks.setup.plan import InitOptions, plan_init
    from openclaw_hooks.setup.repo_facts import read_repo_facts

    command = find_command()
    facts = read_repo_facts(None, command)
    plan = plan_init(facts, InitOptions())
    if dry_run:
        typer.echo(show_plan(plan, facts.repo.top) if not plan.is_empty else "nothing to change")
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
