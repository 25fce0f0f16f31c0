"""The subjects of the mesh: where commands arrive, and where events are told."""

from __future__ import annotations

from typing import Final, NamedTuple

from openclaw_hooks.mesh.nodes import NODE_NAME, RESERVED

COMMANDS: Final = "mesh.cmd.>"
EVENTS: Final = "mesh.events.>"
REPUBLISHED: Final = "mesh.kv."
HUMAN: Final = "human"


class Sender(NamedTuple):
    """Who sent a command, as the server vouches for it; `is_human`: by the subject that only people's nodes have."""

    node: str
    verb: str
    is_human: bool


def command_subject(node: str, verb: str, *, is_human: bool = False) -> str:
    """Where `node` sends a command; what a person says has a subject of its own, to which the server adds the name."""
    return f"mesh.cmd.{HUMAN}.{verb}" if is_human else f"mesh.cmd.{node}.{verb}"


def parse_command_subject(subject: str) -> Sender | None:
    """Who sent what came on `subject` at the lead; None for a subject that is none of ours."""
    parts = subject.split(".")
    if parts[:2] != ["mesh", "cmd"] or len(parts) not in (4, 5):
        return None
    is_human = parts[2] == HUMAN
    if is_human != (len(parts) == 5):
        return None
    node, verb = parts[-2], parts[-1]
    if not NODE_NAME.fullmatch(node) or node in RESERVED:
        return None
    return Sender(node, verb, is_human)


def event_subject(kind: str, name: str) -> str:
    """Where an event of the task, plan or node `name` is told."""
    return f"mesh.events.{kind}.{name}"
