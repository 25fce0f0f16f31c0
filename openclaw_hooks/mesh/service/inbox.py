"""The inbox of each node: commands that it left while nobody led, worked off in their order and taken out."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from typing import TYPE_CHECKING

from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.mesh.nodes import NODE_NAME, NodeRole
from openclaw_hooks.mesh.replica.streams import read_from
from openclaw_hooks.mesh.service.ledger import PASSING
from openclaw_hooks.mesh.service.service import Asked
from openclaw_hooks.mesh.wire.messages import REQUEST_ID, WireError, decode_command, encode_message

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection

    from nats.aio.msg import Msg

    from openclaw_hooks.mesh.connection import Connection
    from openclaw_hooks.mesh.sync_log import SyncLog
    from openclaw_hooks.mesh.wire.messages import Answer, Command

BUCKET = "MESH_IN"
PREFIX = "$KV.MESH_IN."
# What may be left there. Nobody hears of a refusal from it: whatever else can wait does so on its own machine.
WAITING = frozenset({"propose"})
AGAIN_S = 30.0
MAX_LEFT = 1_000  # commands of one node that are looked at in one go; what it left besides is dropped


class Inbox:
    """Works off what nodes left: everything when it begins, then as it comes, and again now and then."""

    def __init__(
        self,
        connection: Connection,
        ask: Callable[[Asked], Awaitable[Answer]],
        log: SyncLog,
        find_revoked: Callable[[], Collection[str]] = frozenset,
    ) -> None:
        self._connection = connection
        self._find_revoked = find_revoked
        self._ask = ask
        self._log = log
        self._wake = asyncio.Event()

    async def run(self) -> None:
        """Works until it is cancelled."""
        subscription = await self._connection.client.subscribe(f"{PREFIX}>", cb=self._take)
        try:
            while True:
                self._wake.clear()
                try:
                    await self._work_off()
                except OpenclawError as error:
                    self._log.complain("inbox", str(error))
                try:
                    async with asyncio.timeout(AGAIN_S):
                        await self._wake.wait()
                except TimeoutError:
                    continue
        finally:
            if self._connection.is_up:
                await subscription.unsubscribe()

    async def _take(self, message: Msg) -> None:
        self._wake.set()

    async def _work_off(self) -> None:
        """Oldest first, and one by one: nothing is held that others could make large."""
        sequence = 0
        seen: Counter[str] = Counter()
        while entry := await read_from(self._connection, BUCKET, sequence + 1):
            sequence = entry.revision
            node = entry.key.partition(".")[0]
            seen[node] += 1
            if seen[node] > MAX_LEFT:
                self._log.complain(
                    "too much in the inbox", f"{node} left over {MAX_LEFT:,} commands: the rest is dropped"
                )
                await self._remove(f"{node}.>")
            elif entry.content is None or await self._settle(entry.key, entry.content):
                await self._remove(entry.key)

    async def _settle(self, key: str, payload: bytes) -> bool:
        """Whether what was left at `key` is done with, one way or the other."""
        node, _, request = key.partition(".")
        try:
            if not NODE_NAME.fullmatch(node) or not REQUEST_ID.fullmatch(request):
                raise WireError("it names no node and request")
            if node in self._find_revoked():
                raise WireError(f"{node} is not let in any more")
            command = decode_command(payload)
            if command.id != request or command.verb not in WAITING:
                raise WireError(f"`{command.verb}` is nothing to be left in an inbox")
        except WireError as error:
            self._log.complain("bad message in the inbox", f"{key[:100]}: {error.message}")
            return True
        answer = await self._ask(Asked(node, NodeRole.WORKER, command))
        if answer.error is None:
            self._log.note("done from the inbox", f"{command.verb} {command.task}".strip(), node=node)
            return True
        if answer.error.code in PASSING:
            return False
        self._log.complain("refused from the inbox", f"{node}: {answer.error.message}", task=command.task)
        return True

    async def _remove(self, key: str) -> None:
        """Takes it out; a mere marker in its place would stay for ever."""
        query = json.dumps({"filter": f"{PREFIX}{key}"}).encode()
        await self._connection.request(f"$JS.API.STREAM.PURGE.KV_{BUCKET}", query)


async def leave(connection: Connection, node: str, command: Command) -> None:
    """Leaves `command` in the inbox of `node` for the next lead; raises MeshError where the server does not take it."""
    answer = json.loads(await connection.request(f"{PREFIX}{node}.{command.id}", encode_message(command)))
    if "error" in answer:
        raise WireError(f"the inbox does not take it: {answer['error'].get('description', 'it does not say why')}")
