"""`openclaw prompt`: what an agent is told, to the byte."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from openclaw_hooks.checks.claimed import limit_to_task
from openclaw_hooks.cli.output import print_json
from openclaw_hooks.cli.place import find_task, locate_entries, open_policy
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.prompts import Work, assemble_prompt, assemble_task_prompt
from openclaw_hooks.rules.model import HarnessScope

if TYPE_CHECKING:
    from openclaw_hooks.tasks.model import Task


def prompt(
    more_paths: Annotated[
        list[str] | None, typer.Argument(metavar="[PATH]...", help="As --paths.", show_default=False)
    ] = None,
    paths: Annotated[
        list[str] | None,
        typer.Option("--paths", metavar="PATH", help="Files, folders, or globs from the root that the work is about."),
    ] = None,
    task: Annotated[str, typer.Option(metavar="ID", help="For this task: its text, scope and role.")] = "",
    role: Annotated[str, typer.Option(metavar="ROLE", help="In this role.")] = "",
    task_text: Annotated[
        str, typer.Option(metavar="TEXT", help="What the task says; may activate harness rules.")
    ] = "",
    where: Annotated[
        HarnessScope, typer.Option(help="Beside a person, or in a task run for the mesh.")
    ] = HarnessScope.LOCAL,
    max_chars: Annotated[
        int, typer.Option(metavar="N", min=0, help="Budget of the rules; 0 for the one in config.yaml.")
    ] = 0,
    attempt: Annotated[
        int | None,
        typer.Option("--attempt", metavar="N", min=1, help="What this attempt of a run at --task is told."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print the exact text that an agent is given.

    The task, rules, ways of working, role; nothing else goes to stdout. Without task and paths it is the scope of
    OPENCLAW_SCOPE, of what is claimed here or of config.yaml; without any, the universal rules. With --attempt it is
    what an agent run sent, to the byte, or what it would send next.

    Example: openclaw prompt --paths src tests --role backend-dev
    """
    if attempt:
        if more_paths or paths or role or task_text or max_chars or not task:
            raise OpenclawError("--attempt is asked of a task alone", "write: openclaw prompt --task ID --attempt N")
        _print_attempt(find_task(task), attempt, as_json)
        return
    named = [*(paths or ()), *(more_paths or ())]
    if task and named:
        raise OpenclawError("--task and paths exclude each other", "the task says which files it is about")
    work = Work(task_text, where, max_chars)
    if task:
        found = find_task(task)
        told = assemble_task_prompt(limit_to_task(open_policy(), found, role), found, work)
    else:
        policy = open_policy(role)
        told = assemble_prompt(policy, locate_entries(policy.root, named) or policy.scope, work)
    if as_json:
        print_json("prompt", {**told._asdict(), "chars": len(told.text)})
    else:
        typer.echo(told.text, nl=False)


def _print_attempt(task: Task, n: int, as_json: bool) -> None:
    import hashlib

    from openclaw_hooks.agent.run.telling import preview_prompt, recorded_prompt
    from openclaw_hooks.board.opening import open_board
    from openclaw_hooks.board.store import read_board

    board = open_board()
    sent = recorded_prompt(board.repo, task.id, n)
    text = sent
    if text is None:
        told = preview_prompt(board.repo, task, read_board(board).tasks, n)
        text = told.text.encode("utf-8", "surrogateescape")
    if not as_json:
        typer.echo(text, nl=False)
        return
    shown = text.decode("utf-8", "replace")
    told_of = {"task": task.id, "attempt": n, "sent": sent is not None, "sha256": hashlib.sha256(text).hexdigest()}
    print_json("attempt-prompt", {**told_of, "text": shown, "chars": len(shown)})
