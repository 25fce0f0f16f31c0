"""What the verbs share that talk to others over the mesh: this node's own connection, and a command to the lead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openclaw_hooks.cli.mesh.place import open_mesh
from openclaw_hooks.errors import RefusedError
from openclaw_hooks.mesh.nodes import NodeRole
from openclaw_hooks.tasks.moves import Right

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from openclaw_hooks.board.actor import Actor
    from openclaw_hooks.mesh.connection import Connection

ANSWER_S = 10.0  # that the lead takes for its own part


def use_mesh(work: Callable[[Connection, Actor], Awaitable[Any]]) -> Any:
    """What `work` comes to over this node's own connection; raises MeshError where there is none."""
    import asyncio

    from openclaw_hooks.mesh.access import find_access
    from openclaw_hooks.mesh.connection import open_connection

    place, actor = open_mesh()
    access = find_access(place, actor.name)

    async def connect() -> Any:
        connection = await open_connection(access, actor.name, lambda _: None)
        try:
            return await work(connection, actor)
        finally:
            await connection.close()

    return asyncio.run(connect())


def call_tool(target: tuple[str, str, str], params: dict[str, Any], timeout_s: float) -> dict[str, Any]:
    """What the method answers that `target` (node, tool, method) names, asked through the lead.

    Raises RefusedError for a no, also where nobody leads or nobody can tell what became of it; MeshError without a mesh.
    """
    from openclaw_hooks.mesh.connection import NotDoneError, UnknownOutcomeError
    from openclaw_hooks.mesh.offers.tools import CALL, MAX_PAYLOAD, ToolError, check_target
    from openclaw_hooks.mesh.wire.messages import Command, decode_answer, encode_message, error_of, new_request_id
    from openclaw_hooks.mesh.wire.subjects import command_subject

    node, tool, method = check_target(*target)
    asked = {"node": node, "tool": tool, "method": method, "params": params, "timeout_s": timeout_s}

    async def call(connection: Connection, actor: Actor) -> dict[str, Any]:
        command = Command(new_request_id(), CALL, args=asked, agent=actor.agent)
        payload = encode_message(command)
        if len(payload) > MAX_PAYLOAD:
            raise ToolError("too_large", f"{len(payload):,} bytes do not fit into a call, of {MAX_PAYLOAD:,} at most")
        subject = command_subject(actor.name, CALL, _role_of(actor))
        try:
            answer = decode_answer(await connection.request(subject, payload, timeout_s + ANSWER_S))
        except (NotDoneError, UnknownOutcomeError) as failure:
            raise RefusedError(failure.message, failure.hint) from failure
        error = error_of(answer)
        if error:
            raise error
        return answer.result

    found: dict[str, Any] = use_mesh(call)
    return found


def _role_of(actor: Actor) -> NodeRole:
    """As what a command is sent: where an agent is at work, no person speaks."""
    if Right.LEAD in actor.rights:
        return NodeRole.LEAD
    return NodeRole.HUMAN if Right.HUMAN in actor.rights else NodeRole.WORKER
