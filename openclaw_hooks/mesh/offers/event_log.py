"""The events that the lead told: the latest of them, and all that follow, each once and in their order.

What is printed comes from the stream that keeps them. What is heard live only says that there is something to read:
nothing is missed while a connection comes back, or when a message gets lost.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from openclaw_hooks.mesh.accounts import EVENTS
from openclaw_hooks.mesh.offers.direct import StreamState, read_state, read_stored
from openclaw_hooks.mesh.place import MeshError
from openclaw_hooks.mesh.wire.events import Event, decode_event
from openclaw_hooks.mesh.wire.messages import WireError
from openclaw_hooks.mesh.wire.subjects import event_subject

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from openclaw_hooks.mesh.connection import Connection

POLL_S: Final = 2.0  # when nothing is heard
ECHO_S: Final = 0.01  # an event may be heard before it can be read
ECHOES: Final = 10
ANY: Final = "*"


class Told(NamedTuple):
    """An event and its number in the stream."""

    sequence: int
    event: Event


def choose_subject(kind: str = "", name: str = "") -> str:
    """The subject of the events of this kind and of the task, plan or node `name`; empty for all."""
    return event_subject(kind or ANY, name or ANY)


async def read_latest(connection: Connection, subject: str, count: int) -> tuple[list[Told], int]:
    """The newest `count` events under `subject`, oldest first, and the number of the last that the stream has.

    Raises MeshError, also when the lead keeps no events.
    """
    state = await _require_state(connection)
    start = state.last - count + 1 if subject == choose_subject() else state.first
    newest: deque[Told] = deque(maxlen=count)
    if count and state.last:
        async for told in _read(connection, subject, start):
            newest.append(told)
    return list(newest), max(state.last, newest[-1].sequence if newest else 0)


async def follow_events(connection: Connection, subject: str, after: int) -> AsyncIterator[Told]:
    """The events under `subject` with a number above `after`, as they are told, until the connection is over.

    Raises MeshError when the lead keeps no events.
    """
    place = _Place((await _require_state(connection)).created, after)
    wake = _Wake()
    connection.wakes.append(wake.take_return)
    await connection.client.subscribe(subject, cb=wake.hear)
    await wake.take_return()  # what was told since `after` is there already
    while not connection.is_over:
        for told in await _look(connection, subject, place, await wake.wait()):
            yield told


class _Place:
    """How far a follower has read, and in which stream: it may be made anew, or fall back to an older state."""

    def __init__(self, created: str, seen: int) -> None:
        self.created = created
        self.seen = seen

    def keep(self, state: StreamState) -> None:
        """Nothing was seen of a stream that was made anew, and no more than there is of one that fell back."""
        self.seen = min(self.seen, state.last) if state.created == self.created else 0
        self.created = state.created


async def _look(connection: Connection, subject: str, place: _Place, times: int) -> list[Told]:
    """What is new, looked for so many times at most; what could not be read is left for the next look."""
    found: list[Told] = []
    for _ in range(times):
        try:
            place.keep(await _require_state(connection))
            async for told in _read(connection, subject, place.seen + 1):
                place.seen = told.sequence
                found.append(told)
        except MeshError:
            break  # cut off
        if found:
            break
        await asyncio.sleep(ECHO_S)
    return found


class _Wake:
    """What says that it is time to look."""

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self._is_heard = False

    async def take_return(self) -> None:
        """The connection is back."""
        self._event.set()

    async def hear(self, _: Any) -> None:
        """An event was told, and may not be there to be read yet."""
        self._is_heard = True
        self._event.set()

    async def wait(self) -> int:
        """How often to look, once it is time to."""
        try:
            async with asyncio.timeout(POLL_S):
                await self._event.wait()
        except TimeoutError:
            return 1
        self._event.clear()
        is_heard, self._is_heard = self._is_heard, False
        return ECHOES if is_heard else 1


async def _require_state(connection: Connection) -> StreamState:
    state = await read_state(connection, EVENTS)
    if state is None:
        raise MeshError("the mesh keeps no events yet", "openclaw sync on the lead makes the place for them")
    return state


async def _read(connection: Connection, subject: str, start: int) -> AsyncIterator[Told]:
    async for stored in read_stored(connection, EVENTS, subject, start):
        try:
            yield Told(stored.sequence, decode_event(stored.payload))
        except WireError:
            continue  # of a version to come, or no event at all
