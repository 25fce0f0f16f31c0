"""Plays the story of the mesh with real sidecars and a real server, and judges what came of every step."""

from __future__ import annotations

import os
import re
import shlex
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple, assert_never

from openclaw_hooks.demo.board_steps import Step
from openclaw_hooks.demo.board_story import fill_in, judge_step
from openclaw_hooks.demo.mesh_nodes import Nodes, hash_board
from openclaw_hooks.demo.mesh_steps import BOSS, PATIENCE_S, Kill, Look, Race, Same, Start

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from openclaw_hooks.demo.mesh_steps import MeshStep
    from openclaw_hooks.process import Completed

AGAIN_S = 0.1


class Played(NamedTuple):
    """A step as it came out: who did what, what that printed, how long it took, and what is wrong (empty: nothing)."""

    title: str
    who: str
    command: str
    output: str
    seconds: float
    fault: str


class Came(NamedTuple):
    """What came of a step, before it is told."""

    who: str
    command: str
    output: str
    fault: str = ""


def play_mesh_steps(nodes: Nodes, steps: Iterable[MeshStep]) -> Iterator[Played]:
    """Each step as it came out; the first fault ends the story, for what follows builds on it."""
    kept: dict[str, str] = {}
    for step in steps:
        began = time.monotonic()
        came = _play(nodes, step, kept)
        yield Played(step.title, came.who, came.command, came.output, time.monotonic() - began, came.fault)
        if came.fault:
            return


def _play(nodes: Nodes, step: MeshStep, kept: dict[str, str]) -> Came:
    match step:
        case Step():
            return _give(nodes, step, kept)
        case Look():
            return _look(nodes, step, kept)
        case Race():
            return _race(nodes, step, kept)
        case Kill():
            who = fill_in(step.who, kept)
            return Came(who, f"kill -9 {nodes.kill(who)}", "")
        case Start():
            return _start(nodes, step, kept)
        case Same():
            return _compare(nodes)
    assert_never(step)


def _give(nodes: Nodes, step: Step, kept: dict[str, str]) -> Came:
    who, words = fill_in(step.who, kept), tuple(fill_in(word, kept) for word in step.words)
    done = nodes.call(who, words)
    output = _read(done)
    return Came(who, _show(words), output, judge_step(step, done.code, output, kept))


def _look(nodes: Nodes, step: Look, kept: dict[str, str]) -> Came:
    """Gives the command until it shows what it must, or the patience is over; the lines that show it."""
    who, words = fill_in(step.who, kept), tuple(fill_in(word, kept) for word in step.words)
    shows, deadline = fill_in(step.shows, kept), time.monotonic() + PATIENCE_S
    while shows not in (output := _read(nodes.call(who, words))):
        if time.monotonic() > deadline:
            fault = f"does not show `{shows}` within {PATIENCE_S:g} s"
            return Came(who, _show(words), f"{output}\n{nodes.read_log(who)}", fault)
        time.sleep(AGAIN_S)
    return Came(who, _show(words), "\n".join(line.strip() for line in output.splitlines() if shows in line))


def _race(nodes: Nodes, step: Race, kept: dict[str, str]) -> Came:
    words = tuple(fill_in(word, kept) for word in step.words)
    with ThreadPoolExecutor(len(step.runners)) as pool:
        done = dict(zip(step.runners, pool.map(lambda who: nodes.call(who, words), step.runners), strict=True))
    output = "\n".join(f"{who}: {_read(one)}" for who, one in done.items())
    return Came(" | ".join(step.runners), _show(words), output, judge_race(step, done, kept))


def judge_race(step: Race, done: dict[str, Completed], kept: dict[str, str]) -> str:
    """What is wrong with how a race ended; empty when nothing is. Who won goes into `kept`."""
    won = [who for who, one in done.items() if one.code == 0]
    if len(won) != 1:
        return f"{len(won)} of {len(done)} have it"
    kept["winner"] = won[0]
    kept["other"] = next(who for who in done if who != won[0])
    name, pattern = step.keeps
    found = re.search(pattern, _read(done[won[0]]))
    if found is None:
        return f"names no {name}"
    kept[name] = found[1]
    lost, refused = done[kept["other"]], fill_in(step.refused, kept)
    if lost.code != 1:
        return f"exit code {lost.code} for who is too late, not 1"
    return "" if refused in _read(lost) else f"does not show `{refused}`"


def _start(nodes: Nodes, step: Start, kept: dict[str, str]) -> Came:
    """Starts a sidecar, which goes on by itself; one that has not joined yet is invited by the lead."""
    who = fill_in(step.who, kept)
    if not step.role:
        nodes.start(who)
        return Came(who, "openclaw sync", "")
    nodes.add(who)
    name = f"{who}.join"
    path = os.path.join(nodes.scratch.folder, name)
    invite = ("mesh", "invite", who, "--role", step.role, "--output")
    done = nodes.call(BOSS, (*invite, path))
    if done.code != 0:
        return Came(BOSS, _show((*invite, name)), _read(done), f"exit code {done.code}, not 0")
    nodes.start(who, "--join", path)
    return Came(who, _show(("sync", "--join", name)), _read(done).splitlines()[0])


def _compare(nodes: Nodes) -> Came:
    """Waits until all boards are the same, which the slowest mirror decides."""
    deadline = time.monotonic() + PATIENCE_S
    while len(set((hashes := {who: hash_board(folder) for who, folder in nodes.folders.items()}).values())) > 1:
        if time.monotonic() > deadline:
            break
        time.sleep(AGAIN_S)
    output = "\n".join(f"{found}  {who}" for who, found in hashes.items())
    fault = "the boards differ" if len(set(hashes.values())) > 1 else ""
    return Came("all", "sha256 of .openclaw/board/tasks/* and plans/*", output, fault)


def _show(words: tuple[str, ...]) -> str:
    return f"openclaw {shlex.join(words)}"


def _read(done: Completed) -> str:
    return (done.stdout + done.stderr).decode("utf-8", "replace").strip()
