"""`openclaw prompt`: what an agent is told, to the byte."""

from __future__ import annotations

from typing import Annotated

import typer

from openclaw_hooks.checks.claimed import limit_to_task
from openclaw_hooks.cli.output import print_json
from openclaw_hooks.cli.place import find_task, locate_entries, open_policy
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.prompts import Work, assemble_prompt, assemble_task_prompt
from openclaw_hooks.rules.model import HarnessScope


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
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print the exact text that an agent is given.

    The task, rules, ways of working, role; nothing else goes to stdout. Without task and paths it is the scope of
    OPENCLAW_SCOPE, of what is claimed here or of config.yaml; without any, the universal rules.

    Example: openclaw prompt --paths src tests --role backend-dev
    """
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
