"""Who leads: the holder of one lease, renewed each second and taken over when it was not, by everybody's own clock.

No time of day is compared between machines. A candidate measures how long the lease did not change before its own
eyes; a leader counts from before it sent its last renewal, and stops a second earlier than others may begin. Writes
are fenced all the same: each one carries the revision that its writer read.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from msgspec import Struct

from openclaw_hooks.mesh.nodes import format_time
from openclaw_hooks.mesh.place import MeshError
from openclaw_hooks.mesh.replica.streams import read_key
from openclaw_hooks.mesh.replica.writes import LEAD_KEY, LEASES, StaleError, Write, write_key

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from nats.aio.msg import Msg

    from openclaw_hooks.mesh.connection import Connection

    OnLead = Callable[[int], Awaitable[None]]
    OnLost = Callable[[], Awaitable[None]]


class Timing(NamedTuple):
    """Seconds: between renewals, without one until a leader stops, and until another one may take over."""

    renew_s: float = 1.0
    stop_s: float = 3.0
    take_over_s: float = 4.0


TIMING = Timing()


class LeadLease(Struct, frozen=True):
    """The lease as it is written: its holder, empty once it was given back; `since` is only for people to read.

    `process` tells two processes of one node apart, but not one from those whose place it has taken.
    """

    node: str
    term: int
    since: str = ""
    process: str = ""


def read_clock() -> float:
    """Seconds that go on while the machine sleeps, where the system has such a clock."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class Leadership:
    """The part of one lead node in the election; `is_leading` holds at most until `Timing.stop_s` after a renewal.

    `process` names this process and every one before it that is sure to have ended: what they held is free at once.
    """

    def __init__(
        self,
        connection: Connection,
        node: str,
        log: Callable[[str], None],
        timing: Timing = TIMING,
        clock: Callable[[], float] = read_clock,
        process: str = "",
    ) -> None:
        self.leader = ""  # who leads as far as this node knows, itself included; empty when nobody does
        self.term = 0  # the highest that was seen; of this node's own lead while it leads
        self._connection = connection
        self._node = node
        self._log = log
        self._timing = timing
        self._clock = clock
        self._process = process or secrets.token_hex(4)
        self._held = 0.0  # from when on the last renewal counts
        self._holds = False
        self._revision = -1  # of the lease as it was last seen, and since when it has not changed
        self._changed = clock()
        self._trouble = ""
        self._hint = asyncio.Event()
        self._stopping = asyncio.Event()
        self._ended = asyncio.Event()
        self._ended.set()

    @property
    def is_leading(self) -> bool:
        """Whether this node leads at this moment; ask before each effect, for a process may have been stopped."""
        return self._holds and self._clock() - self._held < self._timing.stop_s

    async def run(self, on_lead: OnLead, on_lost: OnLost) -> None:
        """Takes part until `stop`, or until it is cancelled.

        `on_lead(term)` may last as long as this node leads: it is cancelled when it does not any more, and when it
        raises, the lead is given back. `on_lost()` follows its end.
        """
        client = self._connection.client
        self._ended.clear()
        subscription = await client.subscribe(f"$KV.{LEASES}.{LEAD_KEY}", cb=self._take_hint)
        self._connection.wakes.append(self._take_return)
        try:
            while not self._stopping.is_set():
                if await self._campaign():
                    await self._lead(on_lead, on_lost)
        finally:
            self._holds = False
            self._connection.wakes.remove(self._take_return)
            with suppress(Exception):  # with the connection the subscription is gone
                await subscription.unsubscribe()
            self._ended.set()

    async def stop(self) -> None:
        """Ends `run`; a lead is given back first, so that others need not wait for it to run out."""
        self._stopping.set()
        self._hint.set()
        await self._ended.wait()

    async def _take_hint(self, _: Msg) -> None:
        self._hint.set()

    async def _take_return(self) -> None:
        self._hint.set()

    async def _campaign(self) -> bool:
        """Looks at the lease once, takes it if it is free, and waits for the next time to look otherwise."""
        try:
            lease = await self._look()
            is_left = lease.process == self._process  # by one that was killed, or by the connection before
            is_free = is_left or not lease.node or self._clock() - self._changed >= self._timing.take_over_s
            if is_free and await self._take(lease.term):
                return True
        except MeshError as error:
            self._complain(f"the lead could not be looked up: {error.message}")
        await self._wait_for_hint(self._timing.renew_s / 2)
        return False

    async def _look(self) -> LeadLease:
        """The lease as it stands; notes when it changed."""
        entry = await read_key(self._connection, LEASES, LEAD_KEY)
        lease = _decode(entry.content if entry else None)
        revision = entry.revision if entry else 0
        if revision != self._revision:
            self._revision, self._changed = revision, self._clock()
        self.term = max(self.term, lease.term)
        is_alive = self._clock() - self._changed < self._timing.take_over_s
        self.leader = lease.node if is_alive else ""
        self._trouble = ""
        return lease

    async def _take(self, term: int) -> bool:
        """Whether the lease is ours now; no harm is done when another candidate was faster."""
        mine = LeadLease(self._node, max(term, self.term) + 1, format_time(datetime.now(UTC)), self._process)
        began = self._clock()
        try:
            await self._write(mine, self._timing.stop_s)
        except StaleError as error:
            self._log(f"another node was faster: {_decode(error.current.content if error.current else None).node}")
            return False
        self._held, self._holds, self.term, self.leader = began, True, mine.term, self._node
        if not self.is_leading:  # it took so long that others may think nobody leads
            self._holds = False
        return self._holds

    async def _write(self, lease: LeadLease, settle_s: float) -> None:
        write = Write(LEAD_KEY, msgspec.json.encode(lease), max(self._revision, 0))
        self._revision = await write_key(self._connection, LEASES, write, self._timing.renew_s, settle_s)
        self._changed = self._clock()

    async def _lead(self, on_lead: OnLead, on_lost: OnLost) -> None:
        self._log(f"{self._node} leads, term {self.term}")
        work = asyncio.ensure_future(on_lead(self.term))
        reason = ""
        try:
            reason = await self._hold(work)
        finally:
            is_ours, self._holds = self.is_leading, False
            self._log(f"{self._node} leads no more: {reason or 'it ends'}")
            await self._end_work(work)
            await on_lost()
        if is_ours:
            with suppress(MeshError):  # it runs out by itself
                await self._write(LeadLease("", self.term), self._timing.stop_s)
        self.leader = ""
        if work.done() and not work.cancelled() and work.exception():
            await self._wait_for_stop(self._timing.take_over_s)  # another node may do better

    async def _hold(self, work: asyncio.Future[None]) -> str:
        """Renews the lease until that fails for too long; why this node leads no more, empty when it was stopped."""
        renewed = self._clock()
        while not self._stopping.is_set():
            if work.done() and not work.cancelled() and work.exception():
                return f"its work failed: {work.exception()}"
            await self._wait_for_stop(max(renewed + self._timing.renew_s - self._clock(), 0))
            if self._stopping.is_set():
                return ""
            renewed = self._clock()
            left = self._held + self._timing.stop_s - renewed
            if left <= 0:
                return f"no renewal for {self._timing.stop_s:g} s"
            try:
                async with asyncio.timeout(left):
                    await self._renew(renewed)
            except TimeoutError:
                return f"no renewal for {self._timing.stop_s:g} s"
            except StaleError:
                return "another node took over"
            except MeshError as error:
                self._complain(f"the lead was not renewed: {error.message}")
        return ""

    async def _renew(self, began: float) -> None:
        lease = LeadLease(self._node, self.term, process=self._process)
        await self._write(lease, self._timing.stop_s)
        self._held = began

    def _complain(self, trouble: str) -> None:
        """Logs `trouble`, once for as long as it lasts."""
        if trouble != self._trouble:
            self._log(trouble)
        self._trouble = trouble

    async def _end_work(self, work: asyncio.Future[None]) -> None:
        work.cancel()
        await asyncio.wait([work])
        if not work.cancelled() and (error := work.exception()):
            self._log(f"what the lead did ended with {type(error).__name__}: {error}")

    async def _wait_for_stop(self, timeout_s: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._stopping.wait()

    async def _wait_for_hint(self, timeout_s: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._hint.wait()
        self._hint.clear()


def _decode(content: bytes | None) -> LeadLease:
    """The lease in `content`; one that nobody holds when it is none."""
    try:
        return msgspec.json.decode(content or b"", type=LeadLease)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return LeadLease("", 0)
