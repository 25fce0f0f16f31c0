"""Presence: each node says every ten seconds that it is there, and everybody reads who was heard when.

When a node was heard comes from the server's clock and our own, never from what the node says the time is. What it
says about itself is bounded and judged, and is a claim: which role it has, the server's accounts know. That a node
leads is believed only under the key `lead`: no node has that name, so the server lets only those who may lead write it.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, NamedTuple

import msgspec
from msgspec import Meta, Struct

from openclaw_hooks.mesh.nodes import check_name
from openclaw_hooks.mesh.place import MeshError
from openclaw_hooks.mesh.replica.leadership import read_clock
from openclaw_hooks.mesh.replica.streams import parse_stamp, read_all, stream_state

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from openclaw_hooks.mesh.connection import Connection
    from openclaw_hooks.mesh.replica.pages import Entry

BUCKET = "MESH_NODES"
BEAT_S = 10.0
AGAIN_S = 1.0
BEATS_IN_SILENCE = 4  # that are missed by then: a single lost one takes nothing from anybody
MAX_BYTES = 16_000
LEAD_KEY = "lead"

Word = Annotated[str, Meta(max_length=64, pattern=r"\A[^\x00-\x1f\x7f-\x9f]*\Z")]
Line = Annotated[str, Meta(max_length=255, pattern=r"\A[^\x00-\x1f\x7f-\x9f]*\Z")]
Count = Annotated[int, Meta(ge=0, le=2**53)]


class Presence(Struct, frozen=True, omit_defaults=True):
    """What a node says about itself; `started` in UTC, `seen` the highest sequence it has, `lag` what waits there.

    A leader adds its term, and in `seeded` the buckets that it filled anew (`MESH_TASKS:<created>`).
    """

    node: Word
    role: Word = ""
    version: Word = ""
    host: Line = ""
    started: Word = ""
    seen: Count = 0
    lag: Count = 0
    offers: Annotated[tuple[Word, ...], Meta(max_length=100)] = ()
    leads: bool = False
    term: Count = 0
    seeded: Annotated[tuple[Line, ...], Meta(max_length=20)] = ()


class Heard(NamedTuple):
    """What a node said last, and how many seconds ago that was."""

    presence: Presence
    ago_s: float


def decode_presence(key: str, content: bytes | None) -> Presence:
    """What `content`, written under `key`, says; raises MeshError for what no node of ours writes."""
    if content is None or len(content) > MAX_BYTES:
        raise MeshError("nothing, or too much" if content is None else f"{len(content):,} bytes")
    try:
        presence = msgspec.json.decode(content, type=Presence)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise MeshError(str(error)) from error
    name = presence.node if key == LEAD_KEY else key
    if check_name(name) != presence.node:
        raise MeshError("it names another node")
    return presence


async def tell_presence(connection: Connection, presence: Presence) -> None:
    """Writes `presence` under its node's name, and as the leader's if it leads; raises MeshError when it was not taken."""
    content = msgspec.json.encode(presence)
    decode_presence(presence.node, content)
    for key in (presence.node, LEAD_KEY) if presence.leads else (presence.node,):
        answer = msgspec.json.decode(await connection.request(f"$KV.{BUCKET}.{key}", content), type=dict)
        if "error" in answer:
            raise MeshError(f"the presence was not taken: {answer['error'].get('description', 'no reason given')}")


def choose_beat(silent_minutes: float) -> float:
    """How many seconds lie between two beats where a node loses its claims after `silent_minutes`."""
    return min(BEAT_S, silent_minutes * 60 / BEATS_IN_SILENCE)


async def beat_presence(
    connection: Connection,
    describe: Callable[[], Presence],
    log: Callable[[str], None],
    find_beat: Callable[[], float] = lambda: BEAT_S,
) -> None:
    """Says what `describe` gives after each reconnect and whenever `find_beat` seconds are over, until it is cancelled."""
    wake = asyncio.Event()

    async def take_return() -> None:
        wake.set()

    connection.wakes.append(take_return)
    trouble = ""
    try:
        while True:
            found = ""
            try:
                await tell_presence(connection, describe())
            except MeshError as error:
                found = error.message
            if found and found != trouble:
                log(f"the mesh does not hear that this node is there: {found}")
            trouble = found
            await _wait(wake, min(find_beat(), AGAIN_S) if trouble else find_beat())
    finally:
        connection.wakes.remove(take_return)


async def _wait(wake: asyncio.Event, timeout_s: float) -> None:
    with suppress(TimeoutError):  # `wait_for` of Python 3.11 may swallow a cancellation
        async with asyncio.timeout(timeout_s):
            await wake.wait()
    wake.clear()


class PresenceBook:
    """Who was heard when; a node is remembered when its key is gone."""

    def __init__(
        self, connection: Connection, log: Callable[[str], None], clock: Callable[[], float] = read_clock
    ) -> None:
        self._connection = connection
        self._log = log
        self._clock = clock
        self._began = clock()
        self._revisions: dict[str, int] = {}
        self._heard: dict[str, tuple[Presence, float]] = {}
        self._leader: tuple[Presence, float] | None = None
        self._created = ""

    @property
    def nodes(self) -> Mapping[str, Heard]:
        """What each node said last, by name."""
        now = self._clock()
        return {name: Heard(presence, now - at) for name, (presence, at) in sorted(self._heard.items())}

    def silence(self, node: str) -> float:
        """For how many seconds `node` was not heard; of one that never was, since this book was begun."""
        heard = self._heard.get(node)
        return self._clock() - (heard[1] if heard else self._began)

    def leader(self, within_s: float = 3 * BEAT_S) -> Presence | None:
        """Who leads, as the last one that could say so did; None when that was not within `within_s`, or is over."""
        if self._leader is None or self._clock() - self._leader[1] >= within_s:
            return None
        own = self._heard.get(self._leader[0].node)
        is_over = own is not None and not own[0].leads and own[1] > self._leader[1]
        return None if is_over else self._leader[0]

    async def refresh(self) -> None:
        """Reads what changed; raises MeshError when it cannot."""
        state = await stream_state(self._connection, BUCKET)
        if state.epoch.created != self._created:
            self._created = state.epoch.created
            self._revisions.clear()
        entries = await read_all(self._connection, BUCKET)
        now = self._clock()
        for entry in entries:
            if self._revisions.get(entry.key) != entry.revision:
                self._revisions[entry.key] = entry.revision
                self._take(entry, now - max(state.at - parse_stamp(entry.stamp), 0))

    def _take(self, entry: Entry, at: float) -> None:
        try:
            presence = decode_presence(entry.key, entry.content)
        except MeshError as error:
            self._log(f"what {entry.key[:64]!r} says about itself is left out: {error.message[:200]}")
            return
        if entry.key == LEAD_KEY:
            self._leader = (presence, at)
            return
        before = self._heard.get(entry.key)
        # Never earlier than what is known: the server's clock may have been put back.
        self._heard[entry.key] = (presence, max(at, before[1]) if before else at)
