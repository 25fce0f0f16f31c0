"""`openclaw roles`: the roles there are, and which of them fit some files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from openclaw_hooks.cli.output import print_json, print_table
from openclaw_hooks.cli.place import locate_entries, open_policy
from openclaw_hooks.resources import data_folder
from openclaw_hooks.roles.load import find_role
from openclaw_hooks.roles.match import match_roles
from openclaw_hooks.roles.model import Origin

if TYPE_CHECKING:
    from openclaw_hooks.roles.model import Role

app = typer.Typer(
    help="List, show and match the roles.\n\nExample: openclaw roles match src/app.py",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("list")
def list_roles(as_json: Json = False) -> None:
    """List the roles, with where they come from.

    Example: openclaw roles list
    """
    roles = open_policy().roles
    if as_json:
        print_json("roles", roles)
        return
    rows = [(role.id, role.version, role.name, f"{role.file} ({role.origin})") for role in roles]
    print_table(("ID", "VERSION", "NAME", "FROM"), rows)


@app.command("show")
def show_role(
    role_id: Annotated[str, typer.Argument(metavar="ID", help="The id of a role.")], as_json: Json = False
) -> None:
    """Print a role's file as it is.

    Example: openclaw roles show reviewer
    """
    policy = open_policy()
    role = find_role(policy.roles, role_id)
    if as_json:
        print_json("role", role)
        return
    with open(_locate(role, policy.root), encoding="utf-8-sig") as stream:
        typer.echo(stream.read(), nl=False)


@app.command("match")
def match(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Files, folders, or globs from the root.")],
    as_json: Json = False,
) -> None:
    """Show which roles fit some files, the best first, and why.

    Example: openclaw roles match 'src/**/*.py'
    """
    policy = open_policy()
    found = match_roles(policy.roles, locate_entries(policy.root, paths))
    if as_json:
        values = [{"id": match.role.id, "score": match.score, "because": match.reasons} for match in found]
        print_json("roles-match", values)
        return
    rows = [(match.role.id, str(match.score), "; ".join(match.reasons)) for match in found]
    print_table(("ID", "SCORE", "BECAUSE"), rows)


def _locate(role: Role, root: str) -> str:
    return os.path.join(os.path.dirname(data_folder("roles")) if role.origin is Origin.SHIPPED else root, role.file)
