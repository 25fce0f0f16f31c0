"""A node as the lead: the state read from the buckets, commands taken, silent owners noticed; ended at once."""

from __future__ import annotations

import asyncio
import os
import time
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.board.upkeep.archive import list_archive
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.mesh.mirror.rows import keep_row
from openclaw_hooks.mesh.offers.forward import Forwarder
from openclaw_hooks.mesh.replica.streams import read_all
from openclaw_hooks.mesh.replica.writes import read_leases
from openclaw_hooks.mesh.service.door import Door, make_asked
from openclaw_hooks.mesh.service.inbox import Inbox
from openclaw_hooks.mesh.service.service import Service
from openclaw_hooks.mesh.service.store import Store
from openclaw_hooks.mesh.sidecar.clock import ServerClock
from openclaw_hooks.mesh.state.board_state import BoardState
from openclaw_hooks.mesh.state.expire import expire, settle
from openclaw_hooks.mesh.wire.keys import BUCKETS
from openclaw_hooks.tasks.model import Status

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Coroutine, Iterable, Mapping, Sequence

    from openclaw_hooks.agent.records.row import Row
    from openclaw_hooks.mesh.connection import Connection
    from openclaw_hooks.mesh.replica.pages import Entry
    from openclaw_hooks.mesh.service.service import Tell
    from openclaw_hooks.mesh.state.decide import Policy
    from openclaw_hooks.mesh.state.leases import MeshLease
    from openclaw_hooks.mesh.sync_log import SyncLog
    from openclaw_hooks.mesh.wire.messages import Answer, Command
    from openclaw_hooks.mesh.wire.subjects import Sender

EXPIRY_S = 2.0
SETTLE_S = 30.0
AGAIN_S = 2.0
FREE = frozenset({Status.QUEUED, Status.RELEASED})


class Surroundings(NamedTuple):
    """What the lead decides by: rules as they are now, how long each node is silent, who hears of values and nodes.

    `find_revoked` gives the nodes that were let in once and are no more; their silence is infinite.
    """

    node: str
    find_policy: Callable[[], Policy]
    find_silent: Callable[[], Mapping[str, float]]
    tell: Tell
    hear: Callable[[str], None]
    list_claims: Callable[[], Awaitable[Sequence[MeshLease]]]
    is_leading: Callable[[], bool]
    find_revoked: Callable[[], Collection[str]] = frozenset


class Leading:
    """The time in which this node leads, over one connection."""

    def __init__(self, connection: Connection, around: Surroundings, log: SyncLog) -> None:
        self._connection = connection
        self._around = around
        self._log = log
        self._store = Store(connection, log)
        self._tasks: list[asyncio.Task[None]] = []
        self._door: Door | None = None
        self._clock = ServerClock(connection, log)
        self.service = Service(BoardState(), self._store, around.find_policy, around.tell, around.is_leading)
        self.service.find_time = self._clock.now
        self.service.keep_row = self._keep_row

    async def begin(self) -> None:
        """Knows all values and serves from now on; raises MeshError when they cannot be read."""
        await self._clock.look()
        board = self._around.find_policy().board
        self.service.state.reserve(os.path.basename(path).partition(".")[0] for path in list_archive(board.top))
        for bucket in BUCKETS:
            self.take(await read_all(self._connection, bucket))
        for entry in await read_leases(self._connection):
            self.service.take_lease(entry.key, entry.revision, entry.content)
        await self._take_over_claims()
        forwarder = Forwarder(self._connection, self._find_calls, lambda text: self._log.note("call", text))

        async def call(sender: Sender, command: Command) -> Answer:
            return await forwarder.answer(sender.node, command, is_lead=sender.is_lead)

        self._door = Door(self._connection, self._ask, {"call": call}, self._log)
        await self._door.open()
        inbox = Inbox(self._connection, self.service.answer, self._log, self._around.find_revoked)
        self._tasks = [asyncio.create_task(self._survive(work)) for work in (inbox.run, self._expire)]

    async def _take_over_claims(self) -> None:
        """Makes leases of the claims that this clone knows and the mesh does not.

        It lost them, or they were made while no sidecar ran: then their tasks are still free there, and what this board
        says of them comes as an edit.
        """
        state = self.service.state
        for lease in await self._around.list_claims():
            task, (revision, known) = state.tasks.get(lease.task), state.leases.get(lease.task, (0, None))
            if task is not None and task.owner != lease.owner and task.status not in FREE:
                continue
            if known is not None and (known.owner or lease.made < known.expires):  # given back after it was made
                continue
            if revision := await self._store.put_lease(lease.task, lease, revision):
                state.take_lease(lease.task, revision, lease)
                self._log.note("claim taken over", f"{lease.task} of {lease.owner}, until {lease.expires}")

    async def end(self) -> None:
        """Decides nothing any more, from this moment on."""
        self.service.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._door is not None:
            await self._door.close()

    def take(self, entries: Iterable[Entry]) -> None:
        """Knows what was written, by whomever."""
        for entry in entries:
            try:
                self.service.state.take(entry.key, entry.revision, entry.content)
            except Exception as error:  # one value ends no lead
                self._log.crash(f"value of {entry.key[:80]!a}", error)

    async def _ask(self, sender: Sender, command: Command) -> Answer:
        self._around.hear(sender.node)
        return await self.service.answer(make_asked(sender, command))

    def _keep_row(self, row: Row) -> None:
        try:
            keep_row(self._around.find_policy().board, row)
        except OSError as error:  # telemetry informs: what the command did stands
            self._log.complain("telemetry", f"the row of run {row.run} cannot be kept: {error}")

    async def _survive(self, work: Callable[[], Coroutine[object, object, None]]) -> None:
        while True:
            try:
                await work()
            except OpenclawError as error:
                self._log.complain("lead", str(error))
            except Exception as error:  # the next round may do better
                self._log.crash("lead", error)
            await asyncio.sleep(AGAIN_S)

    async def _expire(self) -> None:
        """Takes tasks from owners that fell silent every two seconds, and now and then plans on where they were left."""
        around, state, now = self._around, self.service.state, self._clock.now
        settled = -SETTLE_S
        while True:
            await self._clock.look()
            if time.monotonic() - settled >= SETTLE_S:
                settled = time.monotonic()
                await self.service.settle(lambda: settle(state, now(), around.find_policy(), around.node))
            silent = around.find_silent()
            answer = await self.service.settle(
                lambda: expire(state, now(), silent, around.find_policy(), around.node)  # noqa: B023  # at once
            )
            for line in answer.lines:
                self._log.note("taken back", line)
            await asyncio.sleep(EXPIRY_S)

    def _find_calls(self) -> Mapping[str, tuple[str, ...]]:
        return self._around.find_policy().settings.mesh.calls
