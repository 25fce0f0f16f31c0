"""What the programs of this machine ask the sidecar for, over its socket."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import msgspec

from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.mesh.mirror.claims import Desk as WorkPlace
from openclaw_hooks.mesh.relay.intents import add_intent
from openclaw_hooks.mesh.relay.line import QUEUED
from openclaw_hooks.mesh.sidecar.control import AGENT
from openclaw_hooks.mesh.sidecar.desk import read_request
from openclaw_hooks.mesh.wire.keys import path_of
from openclaw_hooks.mesh.wire.messages import MAX_WORD

if TYPE_CHECKING:
    from openclaw_hooks.mesh.place import Place
    from openclaw_hooks.mesh.sidecar.control import Handler
    from openclaw_hooks.mesh.sidecar.node import Node
    from openclaw_hooks.mesh.wire.messages import Answer, Command

FLUSH_S = 30.0
RECOVERY_S = 5.0
AGAIN_S = 0.1
AWAY = frozenset({"no_lead", "offline"})
SETTLE_S = 3.0  # for an edit by hand of the task that a command names
UNAIMED = frozenset({"propose", "new", "hello"})


class Requests:
    """Answers for `node`; a request to stop sets `stop`."""

    def __init__(self, node: Node, stop: asyncio.Event) -> None:
        self._node = node
        self._stop = stop

    def handlers(self) -> dict[str, Handler]:
        """The answers by the name of the request."""
        return {
            "command": self._take_command,
            "status": self._tell_status,
            "flush": self._flush,
            "stop": self._end,
        }

    async def _take_command(self, request: dict[str, Any]) -> Answer:
        command, here = read_request(request)
        if not command.agent:
            command = msgspec.structs.replace(command, agent=str(request.get(AGENT, ""))[:MAX_WORD])
        node = self._node
        if command.task and command.verb not in UNAIMED:
            await self._settle_edits(command.task)
        answer = await self._ask(command)
        if answer.result.get(QUEUED):
            await node.thread.run(keep_asking, node.member.place, command)
        try:
            await node.show(answer)
            await node.note_claim(command, answer, WorkPlace(here.worktree, here.session, here.run))
        except OpenclawError as error:  # what was decided stands; the board follows when it can
            node.log.complain("board", str(error))
            return msgspec.structs.replace(answer, lines=[*answer.lines, f"this board does not show it yet: {error}"])
        return answer

    async def _ask(self, command: Command) -> Answer:
        """The answer; a server of this machine that has just ended is waited for, since it is brought up again."""
        node = self._node
        deadline = asyncio.get_running_loop().time() + RECOVERY_S
        while True:
            answer = await node.desk.ask_or_leave(command)
            is_away = answer.error is not None and answer.error.code in AWAY
            if not is_away or node.server is None or asyncio.get_running_loop().time() > deadline:
                return answer
            await asyncio.sleep(AGAIN_S)

    async def _settle_edits(self, task: str) -> None:
        """Sends what was edited by hand a moment ago: the command is about what is on disk."""
        mirroring = self._node.mirroring
        try:
            async with asyncio.timeout(SETTLE_S):
                await mirroring.settle_key(task, path_of(task))
        except (TimeoutError, OpenclawError) as error:
            if str(error):
                self._node.log.complain("board", str(error))

    async def _tell_status(self, request: dict[str, Any]) -> dict[str, Any]:
        return {"ok": True, "status": msgspec.to_builtins(self._node.status())}

    async def _flush(self, request: dict[str, Any]) -> dict[str, Any]:
        asked = request.get("timeout")
        timeout_s = float(asked) if isinstance(asked, int | float) and 0 < asked <= 600 else FLUSH_S
        try:
            async with asyncio.timeout(timeout_s):
                await self._node.come_in_step()
        except TimeoutError:
            status = self._node.status()
            return {"ok": False, "lines": [f"not in step after {timeout_s:g} s: {status.last_error or status.state}"]}
        return {"ok": True, "lines": []}

    async def _end(self, request: dict[str, Any]) -> dict[str, Any]:
        self._stop.set()
        return {"ok": True, "pid": os.getpid()}


def keep_asking(place: Place, command: Command) -> None:
    """Asks again what was left in the inbox at the server, when there is a lead: from there no answer comes.

    It is done once, by its id, whichever of the two the lead sees first; and also when this machine does not come back.
    """
    with suppress(OpenclawError):  # what lies at the server is enough
        add_intent(place, command)
