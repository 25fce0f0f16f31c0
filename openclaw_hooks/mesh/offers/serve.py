"""A node's tools at work: announced, asked as micro services of NATS, and bounded in number, time and size."""

from __future__ import annotations

import asyncio
import time
import warnings
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.mesh.offers.registry import HEARTBEAT_S, announce, make_offer, withdraw
from openclaw_hooks.mesh.offers.tools import (
    MAX_CALLS,
    MAX_TIMEOUT_S,
    TOOL_NAME,
    ToolCall,
    ToolError,
    decode_request,
    encode_problem,
    encode_result,
)
from openclaw_hooks.mesh.place import MeshError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nats.micro.request import Request
    from nats.micro.service import Service

    from openclaw_hooks.mesh.connection import Connection
    from openclaw_hooks.mesh.offers.registry import Offer
    from openclaw_hooks.mesh.offers.tools import Tool

    Log = Callable[[str], None]
    FindTools = Callable[[], Sequence[Tool]]

LOOK_S: Final = 5.0  # between looks at what there is to offer
RETRY_S: Final = 2.0  # after an announcement that may not have arrived
VERSION: Final = "1.0.0"  # of what is asked and answered, as micro services tell it


async def serve_tools(connection: Connection, node: str, find_tools: FindTools, log: Log) -> None:
    """Offers what `find_tools` gives, looked at again and again, until cancelled or cut off for good.

    What is under way then is cancelled and answered with a problem, and the announcements are taken back.
    """
    house = ToolHouse(connection, node, log)
    told: list[Offer] | None = None
    due = 0.0
    try:
        while not connection.is_over:
            offers = house.take(find_tools)
            if offers != told or time.monotonic() >= due:
                told = offers if await house.tell(offers) else None
                due = time.monotonic() + HEARTBEAT_S
            await asyncio.sleep(RETRY_S if told is None else LOOK_S)
    finally:
        await house.close()


class ToolHouse:
    """The tools of one node: those that it has, and what is under way in them."""

    def __init__(self, connection: Connection, node: str, log: Log) -> None:
        self._connection = connection
        self._node = node
        self._log = log
        self._trouble = ""
        self._is_told = True
        self._tools: dict[str, Tool] = {}
        self._services: dict[str, Service] = {}
        self._running: set[asyncio.Task[None]] = set()

    def take(self, find_tools: FindTools) -> list[Offer]:
        """From now on these are the tools; what others are to hear of them. None where they cannot be found out."""
        try:
            tools = list(find_tools())
            bad = [tool.name for tool in tools if not TOOL_NAME.fullmatch(tool.name)]
            trouble = f"no tool can be named {bad[0][:80]!a}" if bad else ""
        except OpenclawError as error:
            tools, trouble = [], f"no tools are offered: {error}"
        if trouble and trouble != self._trouble:
            self._log(trouble)
        self._trouble = trouble
        self._tools = {tool.name: tool for tool in tools if TOOL_NAME.fullmatch(tool.name)}
        return [make_offer(self._node, tool) for tool in self._tools.values()]

    async def tell(self, offers: Sequence[Offer]) -> bool:
        """Starts and ends services so that they are those of the tools, and tells `offers`; whether all of it worked."""
        try:
            for name in [name for name in self._services if name not in self._tools]:
                await self._end(name)
            for offer in offers:
                if offer.tool not in self._services:
                    self._services[offer.tool] = await self._start(offer.tool)
                await announce(self._connection, offer)
        except MeshError as error:
            if self._is_told:  # once: it is tried again every few seconds
                self._log(f"the tools could not be announced: {error.message}")
            self._is_told = False
            return False
        self._is_told = True
        return True

    async def close(self) -> None:
        """Cancels what is under way, answers it, and takes everything back."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        for name in [*self._services]:
            with suppress(MeshError):
                await self._end(name)

    async def _start(self, name: str) -> Service:
        from nats.errors import Error
        from nats.micro import add_service

        # The library tells the time in a way that is to go; nothing else of it is kept quiet.
        warnings.filterwarnings("ignore", category=DeprecationWarning, module=r"nats\.micro")
        client, subject = self._connection.client, f"mesh.tool.{self._node}.{name}.*"
        try:
            service = await add_service(client, name=name, version=VERSION, metadata={"node": self._node})
            await service.add_endpoint(name=name, handler=self._take, subject=subject)
            await client.flush()
        except (Error, OSError) as error:
            raise MeshError(f"{name} could not be started: {error}") from error
        return service

    async def _end(self, name: str) -> None:
        service = self._services.pop(name)
        with suppress(Exception):  # it ends with the connection at the latest
            await service.stop()
        await withdraw(self._connection, self._node, name)

    async def _take(self, request: Request) -> None:
        """Takes a call and comes back at once: the library brings the next one only then."""
        task = asyncio.get_running_loop().create_task(self._answer(request))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _answer(self, request: Request) -> None:
        request_id = ""
        try:
            asked = decode_request(request.data)
            request_id = asked.id
            if len(self._running) > MAX_CALLS:
                raise ToolError("busy", f"{self._node} works on {MAX_CALLS} calls already", "try again")
            call = ToolCall(asked.caller, request.subject.rpartition(".")[2], asked.params, asked.timeout_s)
            result = await self._work(request.subject.split(".")[-2], call)
            await _respond(request, encode_result(request_id, result))
        except OpenclawError as error:
            await _respond(request, encode_problem(request_id, error), is_problem=True)
        except asyncio.CancelledError:
            stopped = ToolError("unknown", f"{self._node} stopped before it was done: a part of it may be")
            await _respond(request, encode_problem(request_id, stopped), is_problem=True)
            raise

    async def _work(self, name: str, call: ToolCall) -> dict[str, Any]:
        tool = self._tools.get(name)
        if tool is None or call.method not in tool.methods:
            raise ToolError("not_found", f"{self._node} has no {name}.{call.method}", "openclaw mesh tools")
        timeout_s = min(max(call.timeout_s, 0.0), MAX_TIMEOUT_S)
        try:
            async with asyncio.timeout(timeout_s) as limit:
                return await tool.handler(call)
        except TimeoutError as error:
            if not limit.expired():
                raise self._name_failure(name, call, error) from error
            raise ToolError("unknown", f"{name}.{call.method} took longer than {timeout_s:g} s") from error
        except OpenclawError:
            raise
        except Exception as error:  # whatever a tool does, the node goes on
            raise self._name_failure(name, call, error) from error

    def _name_failure(self, name: str, call: ToolCall, error: Exception) -> ToolError:
        """What the caller hears of a failure: its kind alone, for the rest may hold what is not for others."""
        self._log(f"{name}.{call.method}, called by {call.caller}, failed: {error!r}")
        return ToolError("unknown", f"{name}.{call.method} failed on {self._node}: {type(error).__name__}")


async def _respond(request: Request, payload: bytes, *, is_problem: bool = False) -> None:
    with suppress(Exception):  # whoever asked hears it from the time-out then
        if is_problem:
            await request.respond_error("problem", "see the answer", payload)  # headers for tools of others
        else:
            await request.respond(payload)
