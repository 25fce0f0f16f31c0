"""Many nodes at once: a race for tasks, watchers, and edits of the same files; whether anything is lost or done twice."""

from __future__ import annotations

import asyncio
import os
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

from benchmarks import mesh_reference as reference
from benchmarks.mesh_live import Times, edit_file
from benchmarks.mesh_stage import Clone, Line, wait_until
from openclaw_hooks.mesh.replica.streams import read_key
from openclaw_hooks.mesh.replica.watch import Watch
from openclaw_hooks.mesh.replica.writes import put

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from openclaw_hooks.mesh.connection import Connection
    from openclaw_hooks.mesh.replica.pages import Entry
    from openclaw_hooks.mesh.replica.streams import Epoch

WATCHERS = 20


class Race(NamedTuple):
    """A race for tasks: milliseconds per attempt, tasks with other than one winner, and what was won."""

    took: list[float]
    doubles: int
    winners: dict[str, tuple[str, str]]


def race(clones: Sequence[Clone], tasks: list[str]) -> Race:
    """All nodes claim all tasks at once, each in an order of its own."""
    gate = threading.Barrier(len(clones))
    took: list[float] = []
    won: dict[str, list[tuple[str, str]]] = {task: [] for task in tasks}

    def run(number: int) -> None:
        with Line(clones[number]) as line:
            gate.wait()
            for task in shuffled(tasks, number):
                began = time.perf_counter()
                answer = line.command("claim", task)
                took.append((time.perf_counter() - began) * 1000)
                if "error" not in answer:
                    won[task].append((clones[number].name, answer["result"]["lease"]["token"]))

    with ThreadPoolExecutor(len(clones)) as pool:
        list(pool.map(run, range(len(clones))))
    doubles = sum(len(winners) != 1 for winners in won.values())
    return Race(took, doubles, {task: winners[0] for task, winners in won.items() if winners})


def count_wrong(clones: Sequence[Clone], done: Race) -> int:
    """Tasks that some board does not give to the node that was told it had won."""
    for clone in clones:
        with Line(clone) as line:
            line.ask("flush")
    return sum(
        any(f"owner: {node}\n".encode() not in clone.read(task) for clone in clones)
        for task, (node, _) in done.winners.items()
    )


def race_reference(lead: Clone, count: int, tasks: list[str]) -> tuple[list[float], int]:
    """The same in the usual way: milliseconds, and tasks that several believe to have claimed."""

    async def run(number: int, gate: threading.Barrier) -> tuple[list[str], list[float]]:
        connection = await reference.connect(lead.access)
        gate.wait()
        done = await reference.claim_all(connection, f"n{number}", shuffled(tasks, number))
        await connection.close()
        return done

    async def prepare() -> None:
        connection = await reference.connect(lead.access)
        await reference.push(connection, dict.fromkeys(tasks, reference.QUEUED))
        await connection.close()

    asyncio.run(prepare())
    gate = threading.Barrier(count)
    with ThreadPoolExecutor(count) as pool:
        done = list(pool.map(lambda number: asyncio.run(run(number, gate)), range(count)))
    won = [key for mine, _ in done for key in mine]
    return [time for _, took in done for time in took], len(won) - len(set(won))


async def time_watchers(lead: Clone, worker: Clone, task: str, runs: int) -> Times:
    """From a write to each of 20 who watch, beside it to each of 20 of the library's own watchers."""
    writer = await reference.connect(lead.access)
    connections = [await reference.connect(worker.access) for _ in range(WATCHERS)]
    times = Times(await _watch(writer, connections, task, runs), await _watch_reference(writer, lead, task, runs))
    for connection in (*connections, writer):
        await connection.close()
    return times


async def _watch(writer: Connection, connections: Sequence[Connection], task: str, runs: int) -> list[float]:
    heard: dict[bytes, list[float]] = {}
    watches = [Watch(connection, _Ear(heard), lambda _: None) for connection in connections]
    running = [asyncio.create_task(watch.run()) for watch in watches]
    for watch in watches:
        await watch.wait_until_complete()
    entry = await read_key(writer, "MESH_TASKS", task)
    assert entry is not None
    revision = entry.revision

    async def write(content: bytes) -> None:
        nonlocal revision
        revision = await put(writer, task, content, revision)

    try:
        return await _tell(heard, runs, write, entry.content or b"")
    finally:
        for one in running:
            one.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def _watch_reference(writer: Connection, lead: Clone, task: str, runs: int) -> list[float]:
    heard: dict[bytes, list[float]] = {}
    bucket = await reference.open_bucket(writer)
    connections = [await reference.connect(lead.access) for _ in range(WATCHERS)]

    async def listen(connection: Connection) -> None:
        watcher = await (await reference.open_bucket(connection)).watchall()
        async for entry in watcher:
            if entry is not None:
                heard.setdefault(entry.value or b"", []).append(time.perf_counter())

    running = [asyncio.create_task(listen(connection)) for connection in connections]
    await asyncio.sleep(1)

    async def write(content: bytes) -> None:
        await bucket.put(task, content)

    try:
        return await _tell(heard, runs, write, lead.read(task))
    finally:
        for one in running:
            one.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        for connection in connections:
            await connection.close()


async def _tell(
    heard: dict[bytes, list[float]], runs: int, write: Callable[[bytes], Awaitable[None]], base: bytes
) -> list[float]:
    """Milliseconds from each write to each who heard it."""
    took = []
    for number in range(runs):
        content = base + f"told {number}\n".encode()
        began = time.perf_counter()
        await write(content)
        deadline = began + 5
        while len(heard.get(content, ())) < WATCHERS and time.perf_counter() < deadline:
            await asyncio.sleep(0.001)
        took += [(at - began) * 1000 for at in heard[content]]
        await asyncio.sleep(0.02)
    return took


def count_lost_edits(first: Clone, second: Clone, tasks: Sequence[str]) -> int:
    """Edits of the same files, saved on two boards at once, that are neither in the files nor kept as conflicts."""
    words = []
    for number, task in enumerate(tasks):
        for clone in (first, second):
            words.append(f"{clone.name} noted {number} here")
            edit_file(clone, task, words[-1])
    for clone in (first, second, first):
        with Line(clone) as line:
            line.ask("flush")
    wait_until(lambda: all(first.read(task) == second.read(task) for task in tasks), "both boards the same")
    kept = b"".join(map(first.read, tasks)) + _read_conflicts(first) + _read_conflicts(second)
    return sum(word.encode() not in kept for word in words)


def _read_conflicts(clone: Clone) -> bytes:
    folder = os.path.join(os.path.dirname(clone.tasks), "conflicts")
    found = []
    for name in os.listdir(folder) if os.path.isdir(folder) else ():
        with open(os.path.join(folder, name), "rb") as stream:
            found.append(stream.read())
    return b"".join(found)


def count_lost_edits_of_reference(lead: Clone, tasks: Sequence[str]) -> int:
    """The same in the usual way: lines that two added to the same values at once, and that are not there."""
    names = (b"first\n", b"second\n")

    async def run() -> int:
        writer = await reference.connect(lead.access)
        await reference.push(writer, dict.fromkeys(tasks, b""))
        connections = [await reference.connect(lead.access) for _ in names]
        both = zip(connections, names, strict=True)
        await asyncio.gather(*(reference.append_all(connection, tasks, name) for connection, name in both))
        bucket = await reference.open_bucket(writer)
        values = [(await bucket.get(task)).value or b"" for task in tasks]
        for connection in (*connections, writer):
            await connection.close()
        return sum(name not in value for value in values for name in names)

    return asyncio.run(run())


class _Ear:
    """Notes when it hears of a content."""

    def __init__(self, heard: dict[bytes, list[float]]) -> None:
        self._heard = heard

    async def on_changes(self, bucket: str, entries: Sequence[Entry]) -> None:
        """Notes when it was."""
        now = time.perf_counter()
        for entry in entries:
            self._heard.setdefault(entry.content or b"", []).append(now)

    async def on_epoch(self, bucket: str, old: Epoch, new: Epoch) -> bool:
        """Goes on."""
        return True


def shuffled(things: list[str], seed: int) -> list[str]:
    """The same in another order, the same one each time."""
    return random.Random(seed).sample(things, len(things))
