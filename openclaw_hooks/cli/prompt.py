"""`openclaw prompt`: what an agent is told, to the byte."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from openclaw_hooks.cli.output import print_json
from openclaw_hooks.cli.place import locate_entries, open_policy
from openclaw_hooks.roles.prompt import format_role
from openclaw_hooks.rules.harness import active_harness
from openclaw_hooks.rules.load import load_harness_rules, load_rules
from openclaw_hooks.rules.match import match_scope
from openclaw_hooks.rules.model import HarnessScope, HarnessType
from openclaw_hooks.rules.prompt import format_harness, format_rules

if TYPE_CHECKING:
    from openclaw_hooks.checks.policy import Policy


class Prompt(NamedTuple):
    """What an agent is told, and the ids of what stands in it; a rule without room is there by its title only."""

    text: str
    scope: tuple[str, ...]
    rules: tuple[str, ...]
    harness: tuple[str, ...]
    role: str


def prompt(
    more_paths: Annotated[
        list[str] | None, typer.Argument(metavar="[PATH]...", help="As --paths.", show_default=False)
    ] = None,
    paths: Annotated[
        list[str] | None,
        typer.Option("--paths", metavar="PATH", help="Files, folders, or globs from the root that the work is about."),
    ] = None,
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

    Rules, ways of working, role; nothing else goes to stdout. Without paths it is the scope of config.yaml or
    OPENCLAW_SCOPE; without that, the universal rules.

    Example: openclaw prompt --paths src tests --role backend-dev
    """
    policy = open_policy(role)
    scope = locate_entries(policy.root, [*(paths or ()), *(more_paths or ())]) or policy.scope
    told = assemble_prompt(policy, scope, (task_text, where), max_chars or policy.settings.rules.max_chars)
    if as_json:
        print_json("prompt", {**told._asdict(), "chars": len(told.text)})
    else:
        typer.echo(told.text, nl=False)


def assemble_prompt(policy: Policy, scope: tuple[str, ...], task: tuple[str, HarnessScope], max_chars: int) -> Prompt:
    """The prompt for work in `scope`, whose task says `task[0]` and is done where `task[1]` says.

    Only rules that are active under `policy` are told, in at most `max_chars`.
    """
    active = {rule.id for rule in policy.rules}
    rules = match_scope([rule for rule in load_rules(policy.root) if rule.id in active], scope)
    harness = [rule for rule in load_harness_rules(policy.root) if rule.id in active]
    blocks = [
        format_rules(rules, max_chars),
        format_harness(harness, *task),
        format_role(policy.role) if policy.role else "",
    ]
    text, where = task
    told = [rule for rule in active_harness(harness, where, text) if rule.type is HarnessType.INJECT]
    return Prompt(
        text="\n".join(block for block in blocks if block),
        scope=scope,
        rules=tuple(rule.id for rule in rules),
        harness=tuple(rule.id for rule in told),
        role=policy.role.id if policy.role else "",
    )
