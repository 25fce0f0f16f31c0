"""A lead that forwards calls, and nodes that offer tools, over a real server."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

from openclaw_hooks.mesh.buckets import ensure_buckets
from openclaw_hooks.mesh.offers.forward import Forwarder
from openclaw_hooks.mesh.offers.registry import read_offers
from openclaw_hooks.mesh.offers.serve import serve_tools
from openclaw_hooks.mesh.offers.tools import Tool
from openclaw_hooks.mesh.wire.messages import (
    Answer,
    Command,
    decode_answer,
    decode_command,
    encode_message,
    new_request_id,
)
from openclaw_hooks.mesh.wire.subjects import COMMANDS, command_subject, parse_command_subject

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence

    from openclaw_hooks.mesh.connection import Connection
    from openclaw_hooks.mesh.nodes import NodeRole
    from openclaw_hooks.mesh.offers.tools import ToolCall
    from tests.mesh.conftest import Stage


async def repeat(call: ToolCall) -> dict[str, Any]:
    """A tool that says what it was asked, and by whom."""
    return {"caller": call.caller, "method": call.method, "params": call.params}


ECHO = Tool("echo", {"say": "says it back"}, repeat, "for tests")


class Scene:
    """What is up in a test: connections by name, and what the lead and the nodes log."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.calls: dict[str, tuple[str, ...]] = {}
        self.connections: dict[str, Connection] = {}
        self.log: list[str] = []
        self.tasks: list[asyncio.Task[Any]] = []

    async def connect(self, *names: str) -> list[Connection]:
        """The connections of these nodes."""
        for name in names:
            if name not in self.connections:
                self.connections[name] = await self.stage.connect(name)
        return [self.connections[name] for name in names]

    async def lead(self) -> Connection:
        """The lead, with its buckets, at the calls of all."""
        [lead] = await self.connect("boss")
        await ensure_buckets(lead)
        await forward_calls(lead, lambda: self.calls, self.log.append)
        return lead

    async def offer(self, node: str, tools: Callable[[], Sequence[Tool]], count: int = 1) -> asyncio.Task[None]:
        """The tools of `node` at work, once `count` of them are in the registry."""
        [connection] = await self.connect(node)
        task = asyncio.create_task(serve_tools(connection, node, tools, self.log.append))
        self.tasks.append(task)
        while len([offer for offer in await read_offers(connection) if offer.node == node]) < count:
            await asyncio.sleep(0.005)
            if task.done():
                task.result()
        return task

    async def call(self, caller: str, target: str, params: Any = None, **options: Any) -> Answer:
        """What `caller` is answered that calls `target`."""
        role: NodeRole = next(node.role for node in self.stage.nodes if node.name == caller)
        [connection] = await self.connect(caller)
        args = (
            dict(zip(("node", "tool", "method"), target.split("."), strict=True)) | {"params": params or {}} | options
        )
        command = Command(new_request_id(), "call", args=args)
        return decode_answer(
            await connection.request(command_subject(caller, "call", role), encode_message(command), 20)
        )


async def forward_calls(
    lead: Connection, calls: Callable[[], Mapping[str, Sequence[str]]], log: Callable[[str], None]
) -> None:
    """The lead's service as far as calls go."""
    forwarder = Forwarder(lead, calls, log)
    running: set[asyncio.Task[None]] = set()

    async def answer(message: Any) -> None:
        sender = parse_command_subject(message.subject)
        assert sender
        found = await forwarder.answer(sender.node, decode_command(message.data), is_lead=sender.is_lead)
        await message.respond(encode_message(found))

    async def take(message: Any) -> None:
        task = asyncio.create_task(answer(message))
        running.add(task)
        task.add_done_callback(running.discard)

    await lead.client.subscribe(COMMANDS, cb=take)
    await lead.client.flush()


@asynccontextmanager
async def scene_of(stage: Stage) -> AsyncIterator[Scene]:
    """A scene, and all of it gone afterwards."""
    scene = Scene(stage)
    try:
        yield scene
    finally:
        for task in scene.tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        for connection in scene.connections.values():
            await connection.close()
