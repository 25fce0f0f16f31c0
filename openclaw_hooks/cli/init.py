"""`openclaw init`: puts the guard into a repository."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from openclaw_hooks.git import Repo
    from openclaw_hooks.setup.edits import Plan
    from openclaw_hooks.setup.repo_facts import RepoFacts


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
    no_board: Annotated[
        bool, typer.Option("--no-board", help="Leave out the branch and worktree for tasks and plans.")
    ] = False,
    mcp: Annotated[
        bool, typer.Option("--mcp", help="Add the knowledge server to .mcp.json, where MCP clients look for it.")
    ] = False,
) -> None:
    """Guard this repository: git hooks beside the ones it has, a starter config, a board, and what its agents need.

    Existing hooks keep running, before ours; existing files are added to, never overwritten. Running it again changes
    nothing, or brings an older setup up to date without touching what you changed.

    Example: openclaw init --dry-run
    """
    from openclaw_hooks.setup.interpreter import find_command
    from openclaw_hooks.setup.options import choose_options
    from openclaw_hooks.setup.plan import plan_init
    from openclaw_hooks.setup.repo_facts import read_repo_facts

    facts = read_repo_facts(None, find_command())
    options, notes = choose_options(facts, agents, source, no_pre_commit)
    plan = plan_init(facts, options._replace(with_board=not no_board, with_mcp=mcp))
    notes = plan.notes if plan.is_empty else (*plan.notes, *notes)
    if dry_run:
        _preview(facts.repo, plan, not no_board)
    elif problem := _carry_out(facts, plan, not no_board):
        notes = (*notes, problem)
    for note in notes:
        typer.echo(f"note: {note}")


def _preview(repo: Repo, plan: Plan, with_board: bool) -> None:
    from openclaw_hooks.setup.board_facts import read_board_facts
    from openclaw_hooks.setup.board_setup import list_board_changes
    from openclaw_hooks.setup.edits import show_plan

    lines = [] if plan.is_empty else [show_plan(plan, repo.top)]
    if with_board:
        lines += list_board_changes(repo, read_board_facts(repo))
    typer.echo("\n".join(lines) or "nothing to change")


def _carry_out(facts: RepoFacts, plan: Plan, with_board: bool) -> str:
    """Why the board could not be attached, empty when it was; the guard is in place before that is tried."""
    from openclaw_hooks.setup.apply import apply_plan
    from openclaw_hooks.setup.board_setup import set_up_board
    from openclaw_hooks.setup.edits import list_changes

    apply_plan(facts.repo, plan, facts.command.version)
    lines, problem = set_up_board(facts.repo) if with_board else ([], "")
    _show_summary([*list_changes(plan, facts.repo.top), *lines])
    return problem


def _show_summary(lines: list[str]) -> None:
    if not lines:
        typer.echo("everything is in place already; nothing changed")
        return
    for line in lines:
        typer.echo(line)
    typer.echo("\nnext: `openclaw doctor` shows whether every layer is alive; then commit the new files")
