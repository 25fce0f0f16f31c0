"""One connection of the sidecar: what is heard over it, what this node tells of itself, and leading where it may."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.mesh.buckets import ensure_buckets
from openclaw_hooks.mesh.connection import BACK, open_connection
from openclaw_hooks.mesh.offers.commands import find_command_tools
from openclaw_hooks.mesh.offers.gather import Gathering
from openclaw_hooks.mesh.offers.serve import serve_tools
from openclaw_hooks.mesh.replica.leadership import Leadership
from openclaw_hooks.mesh.replica.watch import Watch
from openclaw_hooks.mesh.sidecar.attendance import Attendance
from openclaw_hooks.mesh.sidecar.leading import Leading
from openclaw_hooks.mesh.sidecar.lock import name_holder
from openclaw_hooks.mesh.sidecar.mending import Mender

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence
    from typing import Any

    from openclaw_hooks.mesh.connection import Connection
    from openclaw_hooks.mesh.replica.pages import Entry
    from openclaw_hooks.mesh.replica.streams import Epoch
    from openclaw_hooks.mesh.sidecar.node import Node
    from openclaw_hooks.mesh.state.leases import MeshLease

CLUSTER = 3  # servers from which on values are kept by three of them
REPLICAS = 3
OVER_S = 0.5
HAND_OVER_S = 3.0
CATCH_UP_S = 0.01


class Session:
    """The life of one connection of `node`; what it learns stays there."""

    def __init__(self, node: Node, connection: Connection, is_closing: asyncio.Event) -> None:
        self.connection = connection
        self._is_closing = is_closing
        self.leading: Leading | None = None
        self._node = node
        self._log = node.log
        self.attendance = Attendance(connection, lambda: node.describe(self), node.note_join, node.log)
        self.book = self.attendance.book
        self.watch = Watch(connection, self, self._note, node.epochs.seen())
        self.leadership = self._make_leadership() if node.member.is_lead else None
        self.mender = Mender(connection, node.mirroring, node.epochs, node.log)
        self.is_caught_up = asyncio.Event()
        self._leases: dict[str, tuple[int, MeshLease]] = {}
        self._is_broken = asyncio.Event()
        self._is_sound = asyncio.Event()
        self._first: dict[str, tuple[int, bytes | None]] | None = {}
        self._noting: list[asyncio.Task[None]] = []

    def _make_leadership(self) -> Leadership:
        member = self._node.member
        process = name_holder(member.place)
        return Leadership(self.connection, member.node, lambda text: self._log.note("lead", text), process=process)

    async def run(self) -> None:
        """Goes on until the connection is over for good, or this is cancelled."""
        if self._node.member.is_lead:
            await self._ensure_buckets()
            self.connection.wakes.append(self._take_return)
        works: list[Callable[[], Coroutine[Any, Any, None]]] = [
            self.watch.run,
            self._take_first,
            partial(self.attendance.beat, lambda: self._node.rules.settings.mesh.silent_minutes),
            partial(self.attendance.keep_book, lambda: self.is_leading),
            self._serve_tools,
            self._end_when_over,
        ]
        if self.leadership is not None:
            works.append(self._lead)
        tasks = [asyncio.create_task(work()) for work in works]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            if self.leadership is not None and self.leadership.is_leading and self.connection.is_up:
                await self._hand_over()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def close(self) -> None:
        """Ends the connection, which is nothing to complain about."""
        self._is_closing.set()
        await self.connection.close()

    @property
    def is_leading(self) -> bool:
        """Whether this node leads at this moment."""
        return self.leadership is not None and self.leadership.is_leading

    async def on_changes(self, bucket: str, entries: Sequence[Entry]) -> None:
        """Brings what was written in the mesh onto the board."""
        if self.leading is not None:
            self.leading.take(entries)
        news = {entry.key: (entry.revision, entry.content) for entry in entries}
        if self._first is not None:
            self._first.update(news)
        else:
            await self._node.mirroring.take(news)

    async def _take_first(self) -> None:
        """Brings all that there is onto the board: only then is a file without a key known to be a new one."""
        await self.watch.wait_until_complete()
        first, self._first = self._first, None
        await self._node.mirroring.take(first or {}, complete=True)
        first = None  # all values: they are on the board now
        self.is_caught_up.set()
        await asyncio.Event().wait()

    async def on_epoch(self, bucket: str, old: Epoch, new: Epoch) -> bool:
        """Whether a bucket that has lost something was made good."""
        if self.mender.is_mended(bucket, new):
            return True
        await self.mender.freeze(bucket, old, new)
        if self.leadership is None or not self.leadership.is_leading:
            return await self.mender.follow(self.book.leader(), bucket, new)
        if self.leading is not None:
            self._leases = dict(self.leading.service.state.leases)
        self._is_broken.set()
        try:
            await self.mender.mend(self._leases)
        except OpenclawError as error:
            self._log.complain("bucket", str(error))
            return False
        self._is_broken.clear()
        self._is_sound.set()
        await self.attendance.tell()
        return True

    async def _ensure_buckets(self) -> None:
        servers = len(self.connection.client.servers) if not self._node.member.runs_server else 1
        await ensure_buckets(self.connection, REPLICAS if servers >= CLUSTER else 1)

    async def _take_return(self) -> None:
        """Hears that the connection is back; others wait to hear it too."""
        self._noting.append(asyncio.create_task(self._make_good()))

    async def _make_good(self) -> None:
        """Makes the buckets again where they are gone: the server that came back may have another store."""
        try:
            await self._ensure_buckets()
            if await self.catch_up() and self.is_leading:
                await self.mender.vouch()
        except OpenclawError as error:  # the watch sees what is missing, and this node leads nothing without it
            self._note(str(error))

    async def _lead(self) -> None:
        assert self.leadership is not None  # it is run for those who may lead
        await self.leadership.run(self._on_lead, self._on_lost)

    async def _on_lead(self, term: int) -> None:
        await self.is_caught_up.wait()  # also with what the board knows and the buckets have lost
        while True:
            self._is_broken.clear()
            await self._serve(term)
            await self._is_broken.wait()
            await self._on_lost()
            await self._is_sound.wait()

    async def _serve(self, term: int) -> None:
        self._is_sound.clear()
        self.leading = Leading(self.connection, self._node.surroundings(self), self._log)
        await self.leading.begin()
        await self.mender.vouch()
        self._log.note("serving", f"{len(self.leading.service.state.entries):,} tasks and plans", term=term)
        self._node.take_lead(self.leading.service)
        await self.attendance.tell()  # who waits for a lead hears it at once

    async def _on_lost(self) -> None:
        self._node.take_lead(None)
        leading, self.leading = self.leading, None
        if leading is not None:
            self._leases.update(leading.service.state.leases)
            await leading.end()

    def known_claims(self) -> list[MeshLease]:
        """The claims that this node knew when it led the last time: the bucket of leases may be another one now."""
        return [lease for _, lease in self._leases.values() if lease.owner]

    async def _hand_over(self) -> None:
        assert self.leadership is not None  # its caller asked it
        try:
            async with asyncio.timeout(HAND_OVER_S):
                await self.leadership.stop()
        except (OpenclawError, OSError, TimeoutError) as error:
            self._log.complain("hand over", str(error) or "it took too long")

    async def catch_up(self) -> bool:
        """Whether everything that the mesh has now is on this board; no, when the connection ends before."""
        began = asyncio.get_running_loop().time()
        self.watch.look_again()
        while not (self.is_caught_up.is_set() and self.watch.is_complete and self._looked_since(began)):
            if self.connection.is_over:
                return False
            await asyncio.sleep(CATCH_UP_S)
        return True

    def _looked_since(self, began: float) -> bool:
        return self.watch.looked_s_ago < asyncio.get_running_loop().time() - began

    async def _serve_tools(self) -> None:
        member, root = self._node.member, self._node.board.repo.top
        finders = (lambda: find_command_tools(member.place, root), self._node.find_tools)
        await serve_tools(self.connection, member.node, Gathering(finders, self._note), self._note)

    async def _end_when_over(self) -> None:
        while not self.connection.is_over:
            await asyncio.sleep(OVER_S)

    def _note(self, text: str) -> None:
        self._log.complain("mesh", text)


async def connect(node: Node) -> Session:
    """A session over a new connection; raises MeshError when there is no mesh to connect to."""
    access = node.member.find_access()
    is_closing = asyncio.Event()

    def tell(text: str) -> None:
        if is_closing.is_set():
            return
        if text == BACK:
            node.log.over("connection")
            node.log.note("connection", text)
        else:
            node.log.complain("connection", text)

    connection = await open_connection(access, node.member.node, tell)
    node.log.over("connection", "no mesh")
    node.log.note("connected", access.show())
    return Session(node, connection, is_closing)
