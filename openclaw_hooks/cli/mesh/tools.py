"""`mesh tools`: what nodes offer each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from openclaw_hooks.cli.mesh.connect import use_mesh
from openclaw_hooks.cli.mesh.place import Json  # noqa: TC001  # typer reads it
from openclaw_hooks.cli.output import all_fields, print_json, print_table

if TYPE_CHECKING:
    from openclaw_hooks.board.actor import Actor
    from openclaw_hooks.mesh.connection import Connection
    from openclaw_hooks.mesh.offers.registry import Offer


def tools(
    node: Annotated[str, typer.Argument(metavar="[NODE]", help="Only what this one offers.", show_default=False)] = "",
    as_json: Json = False,
) -> None:
    """Show what nodes offer; one that falls silent is gone from here after two minutes.

    Example: openclaw mesh tools
    """
    from openclaw_hooks.mesh.offers.registry import read_offers

    async def read(connection: Connection, _: Actor) -> list[Offer]:
        return await read_offers(connection)

    offers = [offer for offer in use_mesh(read) if node in ("", offer.node)]
    if as_json:
        print_json("mesh-tools", {"tools": all_fields(offers)})
        return
    if not offers:
        typer.echo("nothing is offered")
        return
    rows = [[offer.node, offer.tool, name, line] for offer in offers for name, line in offer.methods.items()]
    print_table(["node", "tool", "method", "what it does"], rows, unwrapped=3)
