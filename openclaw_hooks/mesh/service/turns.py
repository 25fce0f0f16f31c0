"""Whose command is decided next: who has cost the lead least goes first, so that no node keeps the others waiting.

Deciding is done in one go, on one thread. What a command costs is known only when it is over: then its node waits until
all others that want to have had as much (start-time fair queueing, Goyal and others 1996), and one whose commands are
slow rests besides, so that most of the time is left for those that come meanwhile.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

SLOW_S = 0.1  # a command that takes as long is nothing that people or agents do all the time
REST = 4.0  # times as long as a slow command took


class Turns:
    """Gives turns, one at a time, to nodes by name."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, meter: Callable[[], float] = time.thread_time
    ) -> None:
        self._clock = clock
        self._meter = meter  # of the processor: that a machine is busy is no node's doing
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}
        self._used: dict[str, float] = {}  # seconds; of whoever is new, as much as of the last one that had a turn
        self._rests: dict[str, float] = {}  # until when
        self._level = 0.0
        self._is_taken = False
        self._timer: asyncio.TimerHandle | None = None

    @asynccontextmanager
    async def turn(self, node: str) -> AsyncIterator[None]:
        """Begins when it is the turn of `node`; nothing may be awaited in it."""
        await self._wait(node)
        began = self._meter()
        try:
            yield
        finally:
            self._charge(node, self._meter() - began)
            self._is_taken = False
            self._give()

    async def _wait(self, node: str) -> None:
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[None] = loop.create_future()
        self._waiting.setdefault(node, deque()).append(turn)
        if not self._is_taken:
            loop.call_soon(self._give)  # not at once: all that came at the same time are to be chosen from
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # it was given, and nobody takes it
                self._is_taken = False
            self._give()
            raise

    def _charge(self, node: str, spent_s: float) -> None:
        self._level = max(self._used.get(node, 0.0), self._level)
        self._used[node] = self._level + spent_s
        if spent_s >= SLOW_S:
            self._rests[node] = self._clock() + REST * spent_s

    def _give(self) -> None:
        """Gives the next turn, or sees to it that this is done when the first has rested."""
        if self._is_taken:
            return
        for node in [node for node, turns in self._waiting.items() if all(turn.done() for turn in turns)]:
            del self._waiting[node]
        now = self._clock()
        ready = [node for node in self._waiting if self._rests.get(node, 0.0) <= now]
        if not ready:
            self._wake_later(now)
            return
        turns = self._waiting[min(ready, key=lambda node: max(self._used.get(node, 0.0), self._level))]
        while (turn := turns.popleft()).done():  # its command was cancelled
            continue
        self._is_taken = True
        turn.set_result(None)

    def _wake_later(self, now: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._waiting:
            rest_s = min(self._rests[node] for node in self._waiting) - now
            self._timer = asyncio.get_running_loop().call_later(max(rest_s, 0.001), self._give)
