"""The subjects of the mesh: where commands arrive, and where events are told."""

from __future__ import annotations

from typing import Final, NamedTuple

from openclaw_hooks.mesh.nodes import NODE_NAME, RESERVED, NodeRole

COMMANDS: Final = "mesh.cmd.>"
EVENTS: Final = "mesh.events.>"
REPUBLISHED: Final = "mesh.kv."
HUMAN: Final = "human"
LEAD: Final = "lead"  # no node can be named so, and no account but the mesh's own may send there


class Sender(NamedTuple):
    """Who sent a command, as the server vouches for it.

    `is_human`: by the subject that only people's nodes have; `is_lead`: by the one that only leads may send to.
    """

    node: str
    verb: str
    is_human: bool
    is_lead: bool = False


def command_subject(node: str, verb: str, role: NodeRole = NodeRole.WORKER) -> str:
    """Where `node` sends a command; what a person says has a subject of its own, to which the server adds the name."""
    if role is NodeRole.HUMAN:
        return f"mesh.cmd.{HUMAN}.{verb}"
    return f"mesh.cmd.{LEAD}.{node}.{verb}" if role is NodeRole.LEAD else f"mesh.cmd.{node}.{verb}"


def parse_command_subject(subject: str) -> Sender | None:
    """Who sent what came on `subject` at the lead; None for a subject that is none of ours."""
    parts = subject.split(".")
    if parts[:2] != ["mesh", "cmd"] or len(parts) not in (4, 5):
        return None
    is_marked = parts[2] in (HUMAN, LEAD)
    if is_marked != (len(parts) == 5):
        return None
    node, verb = parts[-2], parts[-1]
    if not NODE_NAME.fullmatch(node) or node in RESERVED:
        return None
    return Sender(node, verb, parts[2] == HUMAN, parts[2] == LEAD)


def event_subject(kind: str, name: str) -> str:
    """Where an event of the task, plan or node `name` is told."""
    return f"mesh.events.{kind}.{name}"
