"""Who is there: what this node tells of itself now and then, and what it reads of the others."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.mesh.replica.presence import PresenceBook, beat_presence, choose_beat, tell_presence

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from openclaw_hooks.mesh.connection import Connection
    from openclaw_hooks.mesh.replica.presence import Presence
    from openclaw_hooks.mesh.sync_log import SyncLog

BOOK_S = 5.0
LEAD_BOOK_S = 1.0  # it hears first who has joined
SEEK_S = 0.5  # while no lead is known


class Attendance:
    """The presence of all nodes over one connection; `note_join` hears of each node once."""

    def __init__(
        self,
        connection: Connection,
        describe: Callable[[], Presence],
        note_join: Callable[[str], Awaitable[None]],
        log: SyncLog,
    ) -> None:
        self.book = PresenceBook(connection, self._complain)
        self._connection = connection
        self._describe = describe
        self._note_join = note_join
        self._log = log
        self._heard: set[str] = set()
        self._noting: list[asyncio.Future[None]] = []

    async def tell(self) -> None:
        """Says at once how this node stands; raises MeshError when it was not taken."""
        await tell_presence(self._connection, self._describe())

    async def beat(self, find_silent_minutes: Callable[[], float]) -> None:
        """Says so often enough for a node that may be silent for so long, until it is cancelled."""
        await beat_presence(
            self._connection, self._describe, self._complain, lambda: choose_beat(find_silent_minutes())
        )

    async def keep_book(self, is_leading: Callable[[], bool]) -> None:
        """Reads what the others say, until it is cancelled."""
        while True:
            try:
                await self.book.refresh()
                for node in self.book.nodes:
                    self.hear(node)
            except OpenclawError as error:
                self._complain(error.message)
            await asyncio.sleep(LEAD_BOOK_S if is_leading() else BOOK_S if self.book.leader() else SEEK_S)

    def hear(self, node: str) -> None:
        """Notes that `node` has joined, when it is heard of for the first time."""
        if node not in self._heard:
            self._heard.add(node)
            self._noting.append(asyncio.ensure_future(self._note_join(node)))

    def _complain(self, text: str) -> None:
        self._log.complain("nodes", text)
