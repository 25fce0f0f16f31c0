"""How fast a mesh at work is for one: edits from file to file, commands, and claims."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING, NamedTuple

from benchmarks import mesh_reference as reference
from benchmarks.hooks import CLI
from benchmarks.mesh_stage import BODY, Clone, Line, wait_until
from openclaw_hooks.mesh.nodes import NodeRole
from openclaw_hooks.mesh.wire.messages import Command, decode_answer, encode_message, new_request_id
from openclaw_hooks.mesh.wire.subjects import command_subject

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openclaw_hooks.mesh.access import Access

ROUND = 10  # edits of one side before the other side's turn
POLL_S = 0.0005


class Times(NamedTuple):
    """Milliseconds of each attempt: ours, and the usual way's beside it."""

    ours: list[float]
    reference: list[float]


def make_tasks(clone: Clone, count: int, title: str) -> list[str]:
    """New tasks of the usual size."""
    with Line(clone) as line:
        return [line.new_task(f"{title} {number}") for number in range(count)]


def wait_for_all(clones: Sequence[Clone], tasks: Sequence[str]) -> None:
    """Returns when each board has all of `tasks`."""
    wanted = set(tasks)
    for clone in clones:
        wait_until(lambda clone=clone: wanted <= set(clone.list()), f"the tasks at {clone.name}")  # type: ignore[misc]


def edit_file(clone: Clone, task: str, line: str) -> bytes:
    """Saves `line` at the end of a task's file, as an editor does; what it holds then."""
    content = clone.read(task) + f"{line}\n".encode()
    with open(os.path.join(clone.top, "saved.tmp"), "wb") as stream:
        stream.write(content)
    os.replace(stream.name, clone.path(task))
    return content


def time_files(clones: tuple[Clone, Clone], lead: Access, tasks: Sequence[str], runs: int) -> Times:
    """From an edit saved on the first board to the same bytes on the second; beside it from a put to a watcher's file."""
    writer, reader = clones
    times = Times([], [])
    folder = os.path.join(writer.home, f"beside-{writer.name}")
    os.makedirs(folder)
    (url,), seed = lead.urls, lead.seed
    words = [sys.executable, "-m", "benchmarks.mesh_reference", url, folder]
    follower = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert follower.stdin is not None
    assert follower.stdout is not None
    try:
        follower.stdin.write(f"{seed}\n")
        follower.stdin.flush()
        follower.stdout.readline()
        for start in range(0, runs, ROUND):
            times.ours.extend(_time_edits(writer, reader, tasks, range(start, min(start + ROUND, runs))))
            times.reference.extend(asyncio.run(_time_puts(lead, folder, min(ROUND, runs - start))))
    finally:
        follower.kill()
        follower.communicate()
    return times


def _time_edits(writer: Clone, reader: Clone, tasks: Sequence[str], numbers: range) -> list[float]:
    took = []
    for number in numbers:
        task = tasks[number % len(tasks)]
        wait_until(lambda task=task: writer.read(task) == reader.read(task), "both at the same")  # type: ignore[misc]
        began = time.perf_counter()
        content = edit_file(writer, task, f"{writer.name} wrote line {number}")
        wait_until(lambda: reader.read(task) == content, f"{task} at {reader.name}", POLL_S)  # noqa: B023  # at once
        took.append((time.perf_counter() - began) * 1000)
        time.sleep(0.05)
    return took


async def _time_puts(lead: Access, folder: str, runs: int) -> list[float]:
    connection = await reference.connect(lead)
    bucket = await reference.open_bucket(connection)
    took = []
    for _ in range(runs):
        content = BODY.encode() + os.urandom(8).hex().encode()
        path = os.path.join(folder, "one")
        began = time.perf_counter()
        await bucket.put("one", content)
        while not os.path.exists(path) or _read(path) != content:
            await asyncio.sleep(POLL_S)
        took.append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(0.05)
    await connection.close()
    return took


def _read(path: str) -> bytes:
    with open(path, "rb") as stream:
        return stream.read()


def time_verbs(giver: Clone, reader: Clone, tasks: Sequence[str]) -> tuple[list[float], list[float]]:
    """From a claim over the sidecar's socket to the other node's file; from the start of `openclaw task complete`."""
    sent, whole = [], []
    with Line(giver) as line:
        for task in tasks:
            began = time.perf_counter()
            line.command("claim", task)
            wait_until(lambda: b"status: claimed" in reader.read(task), f"{task} claimed", POLL_S)  # noqa: B023
            sent.append((time.perf_counter() - began) * 1000)
            began = time.perf_counter()
            words = [*CLI, "task", "complete", task, "-m", "done"]
            program = subprocess.Popen(words, cwd=giver.top, env=giver.env, stdout=subprocess.DEVNULL)
            wait_until(lambda: b"status: completed" in reader.read(task), f"{task} completed", POLL_S)  # noqa: B023
            whole.append((time.perf_counter() - began) * 1000)
            program.wait()
    return sent, whole


def time_claims(clone: Clone, tasks: Sequence[str]) -> list[float]:
    """Milliseconds of each claim over the socket of the sidecar, which also shows it on the board."""
    took = []
    with Line(clone) as line:
        for task in tasks:
            began = time.perf_counter()
            answer = line.command("claim", task)
            took.append((time.perf_counter() - began) * 1000)
            assert "error" not in answer, answer
    return took


async def ask_claims(clone: Clone, tasks: Sequence[str]) -> list[float]:
    """Milliseconds of each claim as the lead is asked for it over the server."""
    connection = await reference.connect(clone.access)
    took = []
    for task in tasks:
        command = Command(new_request_id(), "claim", task)
        began = time.perf_counter()
        subject = command_subject(clone.name, "claim", NodeRole.WORKER)
        answer = decode_answer(await connection.request(subject, encode_message(command)))
        took.append((time.perf_counter() - began) * 1000)
        assert answer.ok, answer
    await connection.close()
    return took


async def put_claims(clone: Clone, tasks: Sequence[str]) -> list[float]:
    """The same in the usual way: get and put."""
    connection = await reference.connect(clone.access)
    await reference.push(connection, dict.fromkeys(tasks, reference.QUEUED))
    _, took = await reference.claim_all(connection, clone.name, tasks)
    await connection.close()
    return took
