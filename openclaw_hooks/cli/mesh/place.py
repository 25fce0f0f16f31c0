"""What the verbs of `openclaw mesh` share: the place of the repository's mesh, and who acts on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from openclaw_hooks.errors import RefusedError
from openclaw_hooks.mesh.access import SERVER_VARIABLE, external_access
from openclaw_hooks.mesh.place import find_place

if TYPE_CHECKING:
    from openclaw_hooks.board.actor import Actor
    from openclaw_hooks.mesh.place import Place

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def open_mesh() -> tuple[Place, Actor]:
    """The place of this repository's mesh, and who acts in this environment."""
    from openclaw_hooks.board.actor import find_actor
    from openclaw_hooks.git import open_repo

    repo = open_repo()
    return find_place(repo), find_actor(repo)


def open_own_mesh() -> tuple[Place, Actor]:
    """The same for those who run the server: raises RefusedError for a node that is no lead, or a server of others."""
    from openclaw_hooks.tasks.moves import Right

    place, actor = open_mesh()
    if Right.LEAD not in actor.rights:
        raise RefusedError(f"only a lead runs the mesh, and {actor.name} is none", "do it on the lead's machine")
    access = external_access()
    if access:
        raise RefusedError(
            f"{SERVER_VARIABLE} names a server of others: {access.show()}", "its operator starts it and lets nodes in"
        )
    return place, actor
