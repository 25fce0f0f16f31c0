"""Edits of this board on their way to the lead: each is sent until it is decided on, and what was decided is passed on."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol

from openclaw_hooks.mesh.mirror.answers import request_id
from openclaw_hooks.mesh.wire.keys import path_of

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from openclaw_hooks.mesh.mirror.step import Send
    from openclaw_hooks.mesh.sidecar.post import Post
    from openclaw_hooks.mesh.sync_log import SyncLog

    Answers = Mapping[str, tuple[bytes, int, bytes]]

MAX_SINGLE = 16  # edits that are sent one by one; more go in batches
MAX_TOGETHER = 1_000  # of more there is a line of progress
RETRY_S = 2.0


class Sender(Protocol):
    """Who hears what became of the edits."""

    async def take_answers(self, answers: Answers) -> None:
        """Takes in what was sent of each key, its revision now and its value now."""

    async def take_refusal(self, key: str, sent: bytes, reason: str) -> None:
        """Takes in that an edit does not count."""

    def take_end(self) -> None:
        """Hears that nothing is being sent at this moment."""


class Outbox:
    """The edits that wait, and those that are being sent; `send` brings the first to the lead."""

    def __init__(self, sender: Sender, post: Post, log: SyncLog) -> None:
        self._sender = sender
        self._post = post
        self._log = log
        self._waiting: dict[str, Send] = {}
        self._in_flight: set[str] = set()
        self._has_work = asyncio.Event()
        self._is_decided = asyncio.Event()
        self._is_settled = asyncio.Event()
        self._is_settled.set()

    @property
    def pending(self) -> int:
        """How many edits are not decided on."""
        return len(self._waiting.keys() | self._in_flight)

    @property
    def in_flight(self) -> Container[str]:
        """The keys that are being sent now, where these are many."""
        return self._in_flight if len(self._in_flight) > MAX_SINGLE else ()

    def put(self, sends: Mapping[str, Send]) -> None:
        """Takes edits to be sent, each in place of an older one of its key; called after each pass, also without any."""
        if sends:
            self._waiting.update(sends)
            self._has_work.set()
        self._tell_settled()

    async def wait_for(self, key: str) -> None:
        """Returns when nothing of `key` waits any more."""
        while key in self._waiting or key in self._in_flight:
            self._is_decided.clear()
            await self._is_decided.wait()

    async def wait_for_all(self) -> None:
        """Returns when nothing waits any more."""
        await self._is_settled.wait()

    async def send(self) -> None:
        """Waits for edits, and sends what there is once."""
        await self._has_work.wait()
        self._has_work.clear()
        ready = {key: send for key, send in self._waiting.items() if key not in self._in_flight}
        if not ready:
            return
        for key in ready:
            del self._waiting[key]
        self._in_flight |= ready.keys()
        try:
            undecided = await self._deliver(ready)
        finally:
            self._in_flight -= ready.keys()
            self._sender.take_end()
        for key, send in undecided.items():
            self._waiting.setdefault(key, send)
        self._tell_settled()
        if undecided:
            await asyncio.sleep(RETRY_S)
            self._has_work.set()
        elif self._waiting:
            self._has_work.set()

    async def _deliver(self, sends: dict[str, Send]) -> dict[str, Send]:
        """Those of `sends` that are not decided on."""
        if len(sends) > MAX_TOGETHER:
            return await self._deliver_many(sends)
        if len(sends) > MAX_SINGLE:
            results = await self._post.deliver_all(sends)
        else:
            asked = [self._post.deliver(key, send, request_id(path_of(key), send)) for key, send in sends.items()]
            results = dict(zip(sends, await asyncio.gather(*asked), strict=True))
        answers: dict[str, tuple[bytes, int, bytes]] = {}
        for key, delivered in results.items():
            if delivered.refusal:
                self._log.note("edit refused", f"{key}: {delivered.refusal}")
                await self._sender.take_refusal(key, sends[key].content, delivered.refusal)
            elif delivered.content is not None:
                answers[key] = (sends[key].content, delivered.revision, delivered.content)
        if answers:
            await self._sender.take_answers(answers)
        return {key: send for key, send in sends.items() if key not in results or not results[key].is_settled}

    async def _deliver_many(self, sends: dict[str, Send]) -> dict[str, Send]:
        """The same for a whole board, with a line now and then."""
        keys = list(sends)
        left: dict[str, Send] = {}
        for start in range(0, len(keys), MAX_TOGETHER):
            self._log.note("sending", f"{start:,} of {len(keys):,} files sent")
            left |= await self._deliver({key: sends[key] for key in keys[start : start + MAX_TOGETHER]})
        self._log.note("sending", f"{len(keys) - len(left):,} of {len(keys):,} files sent")
        return left

    def _tell_settled(self) -> None:
        self._is_decided.set()
        if self._waiting or self._in_flight:
            self._is_settled.clear()
        else:
            self._is_settled.set()
