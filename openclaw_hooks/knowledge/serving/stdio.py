"""MCP over standard input and output: one client, which started this process; lines are bounded and a signal ends it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from openclaw_hooks.knowledge.serving.mcp_server import make_server, require_sdk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mcp.server.lowlevel.server import Server

    from openclaw_hooks.knowledge.serving.service import KnowledgeService

LONGEST_LINE: Final = 1_000_000  # bytes of one message
READ_AT_ONCE: Final = 65_536
END_S: Final = 3.0  # a client that does not read any more keeps us no longer


class Lines:
    """The lines of a descriptor as an asynchronous iterator, read in a thread that nobody has to wait for.

    A line that is too long becomes a short one that is no message, so that its sender gets an error for it.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._queue: asyncio.Queue[str | None] = asyncio.Queue(16)
        self._loop = asyncio.get_running_loop()
        threading.Thread(target=self._read, daemon=True).start()

    def __aiter__(self) -> Lines:
        return self

    async def __anext__(self) -> str:
        line = await self._queue.get()
        if line is None:
            raise StopAsyncIteration
        return line

    def _read(self) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody wants more
            for line in split_lines(lambda: os.read(self._descriptor, READ_AT_ONCE)):
                self._hand_over(line.decode("utf-8", "replace"))
            self._hand_over(None)

    def _hand_over(self, line: str | None) -> None:
        asyncio.run_coroutine_threadsafe(self._queue.put(line), self._loop).result()


def split_lines(read: Callable[[], bytes]) -> Iterator[bytes]:
    """The lines that `read` brings piece by piece until it brings nothing; of one that is too long, a sign that it was."""
    rest, is_skipping = b"", False
    while piece := _read_piece(read):
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            if not is_skipping and line.strip():
                yield line if len(line) <= LONGEST_LINE else b"a line too long"
            is_skipping = False
        if len(rest) > LONGEST_LINE:
            if not is_skipping:
                yield b"a line too long"
            rest, is_skipping = b"", True
    if rest.strip() and not is_skipping:
        yield rest


def _read_piece(read: Callable[[], bytes]) -> bytes:
    try:
        return read()
    except OSError:
        return b""


async def serve_stdio(service: KnowledgeService, log: Callable[[str], None]) -> None:
    """Serves until the client closes our input, or a signal comes; standard output carries the protocol alone."""
    require_sdk()
    lines, stop = Lines(_claim_input()), asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, stop.set)
    async with service:
        serving = asyncio.create_task(_converse(make_server(service, log), lines))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if stop.is_set():
            loop.call_later(END_S, os._exit, 0)
        stopping.cancel()
        serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving


async def _converse(server: Server[Any], lines: Lines) -> None:
    from mcp.server.stdio import stdio_server

    # The library itself points descriptor 1 at standard error while it serves.
    async with stdio_server(stdin=lines) as (incoming, outgoing):  # type: ignore[arg-type]  # it only iterates
        await server.run(incoming, outgoing, server.create_initialization_options())


def _claim_input() -> int:
    """Standard input for the protocol alone: what else reads from descriptor 0 finds nothing there."""
    own = os.dup(sys.stdin.fileno())
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return own
