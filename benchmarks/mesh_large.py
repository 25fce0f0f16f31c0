"""A mesh of ten thousand tasks: brought into it, read from it by a new node, held in memory, and its server killed."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from benchmarks import mesh_reference as reference
from benchmarks.mesh_live import edit_file
from benchmarks.mesh_stage import Clone, Line, Mesh, fill, wait_until
from openclaw_hooks.mesh.place import MeshError
from openclaw_hooks.mesh.replica.streams import stream_state

if TYPE_CHECKING:
    from collections.abc import Sequence

KILLS = 3
AFTER_S = 4.0


class Whole(NamedTuple):
    """Seconds for a whole board: since the mesh was reached, and since the program was started; then the usual way's."""

    reached: float
    started: float
    reference: float


class Large(NamedTuple):
    """What was measured with a large board; memory in MB (lead, worker, server), `claims` in milliseconds."""

    push: Whole
    pull: Whole
    memory: tuple[float, float, float]
    claims: list[float]


def measure_large(mesh: Mesh, number: int, count: int) -> tuple[Large, Clone, Clone]:
    """The figures of a new mesh, its lead and its one worker."""
    lead = mesh.add(f"boss{number}")
    ids = fill(lead, count)
    push = _time_push(lead, ids)
    name = f"reader{number}"
    worker = mesh.invite(lead, name)
    began = time.time()
    worker.start("--join", os.path.join(mesh.folder, f"{name}.join"))
    reached = worker.wait_for_noted("connected")
    wait_until(lambda: len(worker.list()) == count and worker.read(ids[-1]) == lead.read(ids[-1]), "the pull", 0.05)
    ended = time.time()
    claims = _time_claims_after(worker, ids[:-1])
    beside = asyncio.run(_pull_reference(lead, os.path.join(mesh.folder, f"beside{number}")))
    pull = Whole(ended - reached, ended - began, beside)
    for clone in (lead, worker):
        with Line(clone) as line:
            line.ask("flush")
    assert all(worker.read(task) == lead.read(task) for task in ids), "the boards differ"
    return Large(push, pull, _weigh(lead, worker), claims), lead, worker


def _time_push(lead: Clone, ids: Sequence[str]) -> Whole:
    """Until the server has every file of the board."""
    began = time.time()
    lead.start()
    ready = lead.wait_for_noted("serving")
    asyncio.run(_wait_for_keys(lead, len(ids)))
    ended = time.time()
    return Whole(ended - ready, ended - began, asyncio.run(_push_reference(lead, ids)))


async def _wait_for_keys(lead: Clone, count: int) -> None:
    connection = await reference.connect(lead.access)
    while True:
        with suppress(MeshError):
            if (await stream_state(connection, "MESH_TASKS")).keys >= count:
                break
        await asyncio.sleep(0.05)
    await connection.close()


async def _push_reference(lead: Clone, ids: Sequence[str]) -> float:
    connection = await reference.connect(lead.access)
    took = await reference.push(connection, {task: lead.read(task) for task in ids})
    await connection.close()
    return took


async def _pull_reference(lead: Clone, folder: str) -> float:
    connection = await reference.connect(lead.access)
    took = await reference.pull(connection, folder)
    await reference.clear(connection)
    await connection.close()
    return took


def _time_claims_after(worker: Clone, tasks: Sequence[str]) -> list[float]:
    """Milliseconds of claims in the seconds after all files are there, while these are being committed."""
    took = []
    until = time.perf_counter() + AFTER_S
    with Line(worker) as line:
        for task in tasks:
            began = time.perf_counter()
            answer = line.command("claim", task)
            took.append((time.perf_counter() - began) * 1000)
            assert "error" not in answer, answer
            if time.perf_counter() > until:
                break
            time.sleep(0.1)
    return took


def _weigh(lead: Clone, worker: Clone) -> tuple[float, float, float]:
    time.sleep(1)
    assert lead.process is not None
    assert worker.process is not None
    return memory_mb(lead.process.pid), memory_mb(worker.process.pid), memory_mb(lead.server_pid)


def memory_mb(pid: int) -> float:
    """What a process holds in memory."""
    with open(f"/proc/{pid}/status", encoding="utf-8") as stream:
        return next(int(line.split()[1]) for line in stream if line.startswith("VmRSS")) / 1024


class Kill(NamedTuple):
    """A server killed under load: seconds until both boards were in step again, and what of it all was lost."""

    seconds: float
    acknowledged: int
    lost: int


def measure_kill(lead: Clone, worker: Clone, task: str) -> Kill:
    """Kills the server while tasks are made, edits a file at once, and waits for the edit at the other board."""
    made: list[str] = []
    is_over = threading.Event()
    maker = threading.Thread(target=_make_tasks, args=(lead, made, is_over), daemon=True)
    maker.start()
    time.sleep(0.5)
    os.kill(lead.server_pid, signal.SIGKILL)
    content = edit_file(worker, task, f"written at {time.time()}, without a server")
    took = wait_until(lambda: lead.read(task) == content, "the edit at the lead", 0.002)
    is_over.set()
    maker.join()
    for clone in (lead, worker, lead):
        with Line(clone) as line:
            line.ask("flush")
    held = set(lead.list()) & set(worker.list())
    return Kill(took, len(made), sum(one not in held for one in made))


def _make_tasks(lead: Clone, made: list[str], is_over: threading.Event) -> None:
    """Makes tasks; those whose making was acknowledged are in `made`."""
    with Line(lead) as line:
        while not is_over.is_set():
            answer = line.command("new", fields={"title": f"made {len(made)}"}, body="")
            if "error" not in answer:
                made.append(str(answer["result"]["task"]))
            time.sleep(0.01)
