"""The registry of tools: each node tells what it offers, again and again; whoever falls silent is gone from it.

The server vouches for the node in a key; what is in the value is the node's own word, and is read as such.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct, field

from openclaw_hooks.mesh.nodes import NODE_NAME
from openclaw_hooks.mesh.offers.direct import read_stored
from openclaw_hooks.mesh.offers.tools import TOOL_NAME

if TYPE_CHECKING:
    from openclaw_hooks.mesh.connection import Connection
    from openclaw_hooks.mesh.offers.tools import Tool

BUCKET: Final = "MESH_TOOLS"
PREFIX: Final = f"$KV.{BUCKET}."
HEARTBEAT_S: Final = 40.0  # three of them fit into the time that the bucket keeps a value for
WITHDRAWAL_S: Final = 1.0
MAX_OFFER_BYTES: Final = 64 << 10
MAX_METHODS: Final = 200
MAX_LINE: Final = 200  # characters of an explanation


class Offer(Struct, frozen=True, omit_defaults=True):
    """A tool of a node as others see it: its methods, with a line of explanation each."""

    node: str
    tool: str
    methods: dict[str, str] = field(default_factory=dict)
    description: str = ""


def make_offer(node: str, tool: Tool) -> Offer:
    """What `node` tells about `tool`, within measure."""
    methods = {name: tool.methods[name][:MAX_LINE] for name in list(tool.methods)[:MAX_METHODS]}
    return Offer(node, tool.name, methods, tool.description[:MAX_LINE])


def parse_offer(subject: str, payload: bytes) -> Offer | None:
    """What the value of a key says; None for one that was taken back, and for what nobody could call."""
    node, _, tool = subject.removeprefix(PREFIX).partition(".")
    if not payload or len(payload) > MAX_OFFER_BYTES or not NODE_NAME.fullmatch(node) or not TOOL_NAME.fullmatch(tool):
        return None
    try:
        said = msgspec.json.decode(payload, type=Offer)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    names = [name for name in said.methods if TOOL_NAME.fullmatch(name)][:MAX_METHODS]
    return Offer(node, tool, {name: said.methods[name][:MAX_LINE] for name in names}, said.description[:MAX_LINE])


async def announce(connection: Connection, offer: Offer) -> None:
    """Tells `offer`, which others see for two minutes; raises MeshError when it may not have been told."""
    await connection.request(f"{PREFIX}{offer.node}.{offer.tool}", msgspec.json.encode(offer))


async def withdraw(connection: Connection, node: str, tool: str) -> None:
    """Takes back what was told about a tool; raises MeshError. Nobody who stops waits for it for long."""
    await connection.request(f"{PREFIX}{node}.{tool}", timeout_s=WITHDRAWAL_S)


async def read_offers(connection: Connection) -> list[Offer]:
    """What all nodes offer now, by node and tool; raises MeshError."""
    found = [
        parse_offer(each.subject, each.payload) async for each in read_stored(connection, f"KV_{BUCKET}", PREFIX + ">")
    ]
    return sorted((offer for offer in found if offer), key=lambda offer: (offer.node, offer.tool))
