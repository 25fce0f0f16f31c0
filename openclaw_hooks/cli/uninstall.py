"""`openclaw uninstall`: takes the guard out of a repository."""

from __future__ import annotations

from typing import Annotated

import typer


def uninstall(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change and touch nothing.")] = False,
) -> None:
    """Take back what init wrote: hooks, settings, files. What you changed since stays, without our parts.

    Receipts (refs/notes/openclaw) and the board's branch are part of the history and are kept; what was edited by hand
    on the board is committed to it first.

    Example: openclaw uninstall --dry-run
    """
    import os

    from openclaw_hooks.errors import RefusedError
    from openclaw_hooks.files import display_path
    from openclaw_hooks.receipts import drop_pending
    from openclaw_hooks.setup.apply import take_back
    from openclaw_hooks.setup.board_removal import has_main_elsewhere, keep_exclude, plan_board_removal, remove_board
    from openclaw_hooks.setup.edits import list_changes, show_plan
    from openclaw_hooks.setup.interpreter import running_command
    from openclaw_hooks.setup.journal import read_journal
    from openclaw_hooks.setup.mesh_removal import list_mesh_changes
    from openclaw_hooks.setup.removal import plan_uninstall
    from openclaw_hooks.setup.repo_facts import read_repo_facts
    from openclaw_hooks.setup.run_removal import list_run_changes, refuse_runs_at_work, remove_runs

    facts = read_repo_facts(None, running_command())
    if has_main_elsewhere(facts.repo):
        raise RefusedError(
            "this is a linked worktree, and its hooks guard the main one too",
            f"run `openclaw uninstall` where {display_path(facts.repo.common_dir)} belongs",
        )
    refuse_runs_at_work(facts.repo)
    runs = list_run_changes(facts.repo)
    notes = [] if dry_run else remove_runs(facts.repo)
    journal = read_journal(facts.repo)
    plan = plan_uninstall(facts, journal)
    board = plan_board_removal(facts.repo) if dry_run else remove_board(facts.repo)
    if board.is_left:
        plan = keep_exclude(plan, facts.repo)
    changes = [*runs, *board.lines, *list_changes(plan, facts.repo.top)]
    mesh = list_mesh_changes(facts.repo)
    changes += mesh
    if os.path.isdir(facts.repo.state_dir):
        changes.append(f"remove {display_path(facts.repo.state_dir)}: hooks, caches and logs of ours")
    if dry_run:
        shown = [*runs, *board.lines, show_plan(plan, facts.repo.top), *mesh, *changes[-1:]]
        typer.echo("\n".join(filter(None, shown)) if changes else "nothing to change")
    else:
        take_back(facts.repo, plan, journal)
        drop_pending(facts.repo)
        typer.echo("\n".join(changes) or "nothing of ours was here")
    _show_notes([*plan.notes, *board.notes, *notes], facts.repo.top)


def _show_notes(notes: list[str], top: str) -> None:
    from openclaw_hooks.git import call_git

    if call_git(["rev-parse", "--verify", "--quiet", "refs/notes/openclaw"], cwd=top).code == 0:
        notes.append("the receipts stay; `git update-ref -d refs/notes/openclaw` removes them")
    for note in notes:
        typer.echo(f"note: {note}")
