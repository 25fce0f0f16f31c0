"""The registry of nodes: who may connect, in which role, and since when; machine state of the lead."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from openclaw_hooks.files import atomic_write, display_path
from openclaw_hooks.mesh.place import MeshError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from openclaw_hooks.mesh.place import Place

# One token of a subject: a dot would let the node `a` speak for the node `a.b`.
NODE_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
RESERVED = ("human", "lead", "mesh")  # `human` is where approvals arrive; nobody is to be mistaken for the others


class NodeRole(StrEnum):
    """What a node may do: everything, what workers do, or that and approve."""

    LEAD = "lead"
    WORKER = "worker"
    HUMAN = "human"


class Node(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A node as the lead knows it; times in UTC as `2026-01-31T12:00:00Z`, empty for what has not happened."""

    name: str
    role: NodeRole
    public_key: str
    created: str
    expires: str = ""
    joined: str = ""
    revoked: str = ""


class Registry(Struct, frozen=True, forbid_unknown_fields=True):
    """All nodes that were ever let in, one per name."""

    nodes: tuple[Node, ...] = ()
    format: int = 1

    def find(self, name: str) -> Node | None:
        """The node `name`, revoked or not."""
        return next((node for node in self.nodes if node.name == name), None)

    def with_node(self, node: Node) -> Registry:
        """The registry with `node` in place of the one that had its name."""
        others = [other for other in self.nodes if other.name != node.name]
        return Registry(tuple(sorted([*others, node], key=lambda one: one.name)), self.format)


def check_name(name: str) -> str:
    """`name`, if a node can have it; raises MeshError."""
    if not NODE_NAME.fullmatch(name):
        raise MeshError(
            f"`{display_path(name[:80])}` is no name of a node in the mesh",
            "use lower-case letters, digits, `_` and `-`, 63 at most; a dot would part it in two",
        )
    if name in RESERVED:
        raise MeshError(f"no node can be named `{name}`", f"reserved: {', '.join(RESERVED)}")
    return name


def is_let_in(node: Node, now: datetime) -> bool:
    """Whether the server is to know `node` at `now`: not revoked, and joined before its invitation ran out."""
    if node.revoked:
        return False
    return not node.expires or bool(node.joined) or format_time(now) < node.expires


def describe_state(node: Node, now: datetime) -> str:
    """How `node` stands at `now`, in a few words."""
    if node.revoked:
        return f"revoked {node.revoked}"
    if node.joined:
        return f"joined {node.joined}"
    if not node.expires:
        return "let in"
    return f"invited until {node.expires}" if is_let_in(node, now) else f"invitation ran out {node.expires}"


def format_time(moment: datetime) -> str:
    """`moment` in UTC to the second; such texts sort as the times do."""
    from datetime import UTC

    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_registry(place: Place) -> Registry:
    """The registry at `place`, empty when there is none; raises MeshError when it is broken or of a newer format."""
    try:
        with open(place.nodes, "rb") as stream:
            found = msgspec.json.decode(stream.read(), type=Registry)
        _check(found.nodes)
    except FileNotFoundError:
        return Registry()
    except OSError as error:
        raise MeshError(f"{display_path(place.nodes)} cannot be read: {error.strerror}") from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise MeshError(
            f"{display_path(place.nodes)} is broken: {error}", "restore it, or invite all nodes anew"
        ) from error
    if found.format != 1:
        raise MeshError(f"{display_path(place.nodes)} has format {found.format}", "update openclaw-hooks")
    return found


def _check(nodes: Iterable[Node]) -> None:
    """Names and keys go into the server's configuration: nothing else may come in that way."""
    for node in nodes:
        check_name(node.name)
        if not re.fullmatch(r"U[A-Z2-7]{55}", node.public_key):
            raise MeshError(f"node `{node.name}` has no valid public key in the registry", f"revoke {node.name}")


def write_registry(place: Place, registry: Registry) -> None:
    """Puts `registry` at `place`; raises MeshError when it cannot be written."""
    encoded = msgspec.json.format(msgspec.json.encode(registry), indent=2)
    try:
        atomic_write(place.nodes, encoded + b"\n", 0o600)
    except OSError as error:
        raise MeshError(f"{display_path(place.nodes)} cannot be written: {error.strerror}") from error
