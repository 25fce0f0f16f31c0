"""The lead's service over a real server: one winner each, the same answer twice, and nothing written by who was too late."""

from __future__ import annotations

import asyncio
import json
import subprocess
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from openclaw_hooks.agent.records.fit import fit_row
from openclaw_hooks.board.opening import open_board
from openclaw_hooks.mesh.buckets import ensure_buckets
from openclaw_hooks.mesh.mirror.rows import has_rows
from openclaw_hooks.mesh.nodes import NodeRole
from openclaw_hooks.mesh.replica.streams import read_all, read_key
from openclaw_hooks.mesh.service.inbox import leave
from openclaw_hooks.mesh.sidecar.leading import Leading, Surroundings
from openclaw_hooks.mesh.state.decide import read_policy
from openclaw_hooks.mesh.sync_log import SyncLog
from openclaw_hooks.mesh.wire.events import decode_event
from openclaw_hooks.mesh.wire.messages import Answer, Command, decode_answer, encode_message, new_request_id
from openclaw_hooks.mesh.wire.subjects import command_subject
from tests.agent.records.story import begin, discard, row_of
from tests.mesh.conftest import run

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from nats.aio.msg import Msg

    from openclaw_hooks.board.place import Board
    from openclaw_hooks.mesh.connection import Connection
    from tests.mesh.conftest import Stage

ROLES = {"boss": NodeRole.LEAD, "ada": NodeRole.HUMAN}


@pytest.fixture
def board(tmp_path: Path) -> Board:
    """The lead's own board, which it reads its settings beside."""
    subprocess.run(["git", "init", "-q", str(tmp_path / "repo")], check=True)
    return open_board(str(tmp_path / "repo"), create=True)


class Scene:
    """A lead at work, and what it told."""

    def __init__(self, stage: Stage, board: Board, folder: Path) -> None:
        self.stage = stage
        self.policy = read_policy(board)
        self.log = SyncLog(str(folder / "sync.log"))
        self.silent: dict[str, float] = {}
        self.revoked: set[str] = set()
        self.told: dict[str, tuple[int, bytes | None]] = {}
        self.heard: set[str] = set()
        self.links: dict[str, Connection] = {}
        self._connecting = asyncio.Lock()

    async def link(self, node: str) -> Connection:
        """The connection of `node`."""
        async with self._connecting:
            if node not in self.links:
                self.links[node] = await self.stage.connect(node)
        return self.links[node]

    async def lead(self) -> Leading:
        """A lead that serves."""

        async def list_claims() -> list[Any]:
            return []

        around = Surroundings(
            "boss",
            lambda: self.policy,
            lambda: self.silent,
            self.told.update,
            self.heard.add,
            list_claims,
            lambda: True,
            lambda: self.revoked,
        )
        leading = Leading(await self.link("boss"), around, self.log)
        await leading.begin()
        return leading

    async def ask(self, node: str, verb: str, task: str = "", request: str = "", **args: Any) -> Answer:
        """The answer that `node` gets."""
        token = str(args.pop("token", ""))
        command = Command(request or new_request_id(), verb, task, args, token=token)
        subject = command_subject(node, verb, ROLES.get(node, NodeRole.WORKER))
        return decode_answer(await (await self.link(node)).request(subject, encode_message(command)))

    async def new(self, title: str) -> str:
        """The id of a new task."""
        return str((await self.ask("boss", "new", fields={"title": title}, body="")).result["task"])


@asynccontextmanager
async def playing(stage: Stage, board: Board, folder: Path) -> AsyncIterator[tuple[Scene, Leading]]:
    stage.up()
    scene = Scene(stage, board, folder)
    await ensure_buckets(await scene.link("boss"))
    leading = await scene.lead()
    try:
        yield scene, leading
    finally:
        await leading.end()
        for link in scene.links.values():
            await link.close()


def test_tasks_claimed_by_all_at_once_have_one_winner_each(stage: Stage, board: Board, tmp_path: Path) -> None:
    async def play() -> None:
        async with playing(stage, board, tmp_path) as (scene, leading):
            tasks = [await scene.new(f"task {number}") for number in range(25)]
            asked = [scene.ask(node, "claim", task) for task in tasks for node in ("w1", "w2", "ada", "boss")]
            answers = await asyncio.gather(*asked)
            winners = [answer.result["lease"] for answer in answers if answer.ok]
            assert sorted(lease["task"] for lease in winners) == sorted(tasks)
            assert {one.error.code for one in answers if one.error} <= {"taken", "illegal"}
            boss = await scene.link("boss")
            for lease in winners:
                stored = await read_key(boss, "MESH_TASKS", lease["task"])
                assert stored is not None
                assert f"owner: {lease['owner']}".encode() in (stored.content or b"")
                held = await read_key(boss, "MESH_LEASES", lease["task"])
                assert held is not None
                assert json.loads(held.content or b"")["token"] == lease["token"]
            assert {lease["task"]: lease["owner"] for lease in winners} == {
                task: leading.service.state.tasks[task].owner for task in tasks
            }
            assert scene.heard >= {"w1", "w2", "ada", "boss"}

    run(play())


def test_the_same_request_is_done_once_also_by_the_next_lead(stage: Stage, board: Board, tmp_path: Path) -> None:
    async def play() -> None:
        async with playing(stage, board, tmp_path) as (scene, leading):
            task = await scene.new("once")
            request = new_request_id()
            both = await asyncio.gather(*(scene.ask("w1", "claim", task, request) for _ in range(2)))
            assert both[0] == both[1]
            assert both[0].ok
            await leading.end()
            other = await scene.lead()
            again = await scene.ask("w1", "claim", task, request)
            assert again.result["lease"]["token"] == both[0].result["lease"]["token"]
            entries = await read_all(await scene.link("boss"), "MESH_TASKS")
            assert [entry.revision for entry in entries] == [2], "made and claimed: nothing more was written"
            await other.end()

    run(play())


def test_the_row_of_a_run_is_on_the_leads_disk_before_its_node_hears_a_yes(
    stage: Stage, board: Board, tmp_path: Path
) -> None:
    async def play() -> None:
        async with playing(stage, board, tmp_path) as (scene, _):
            task = await scene.new("run of an agent")
            claim = await scene.ask("w1", "claim", task)
            row = row_of(begin(task=task, node="w1"), discard(1))
            told = {"token": claim.result["lease"]["token"], "row": fit_row(row).decode(), "reason": "failed: no"}
            forged = fit_row(replace(row, node="w2")).decode()
            assert (await scene.ask("w1", "release", task, **{**told, "row": forged})).error is not None
            assert not has_rows(board)
            assert (await scene.ask("w1", "release", task, **told)).ok
            assert has_rows(board)

    run(play())


def test_a_zombie_lead_writes_over_nothing_and_decides_anew(stage: Stage, board: Board, tmp_path: Path) -> None:
    async def play() -> None:
        async with playing(stage, board, tmp_path) as (scene, old):
            task = await scene.new("fought over")
            new = await scene.lead()  # both take commands now; each knows only its own writes
            answers = await asyncio.gather(*(scene.ask(node, "claim", task) for node in ("w1", "w2")))
            tokens = {one.result["lease"]["token"] for one in answers if one.ok}
            stored = await read_key(await scene.link("boss"), "MESH_LEASES", task)
            assert stored is not None
            assert json.loads(stored.content or b"")["token"] in tokens
            owner = json.loads(stored.content or b"")["owner"]
            for leading in (old, new):
                await leading.end()
            last = await scene.lead()
            assert last.service.state.tasks[task].owner == owner
            other = "w1" if owner == "w2" else "w2"
            late = await scene.ask(other, "complete", task, token=next(iter(tokens)), result="mine")
            assert late.error is not None
            assert late.error.code == "lost"
            await last.end()

    run(play())


def test_events_and_own_board_hear_of_what_was_written(stage: Stage, board: Board, tmp_path: Path) -> None:
    async def play() -> None:
        async with playing(stage, board, tmp_path) as (scene, _):
            heard: list[bytes] = []

            async def keep(message: Msg) -> None:
                heard.append(message.data)

            worker = await scene.link("w2")
            await worker.client.subscribe("mesh.events.task.>", cb=keep)
            await worker.client.flush()
            task = await scene.new("to be told of")
            answer = await scene.ask("w1", "claim", task)
            while len(heard) < 2:
                await asyncio.sleep(0.01)
            told = [decode_event(payload) for payload in heard]
            assert [(one.name, one.what, one.by) for one in told] == [(task, "queued", "boss"), (task, "claimed", "w1")]
            assert told[1].revision == answer.revisions[task] == scene.told[task][0]

    run(play())


def test_inbox_is_worked_off_and_emptied_whatever_lies_in_it(stage: Stage, board: Board, tmp_path: Path) -> None:
    async def play() -> None:
        async with playing(stage, board, tmp_path) as (scene, leading):
            worker = await scene.link("w1")
            await worker.request("$KV.MESH_IN.w1.nonsense", b"\xff")
            await worker.request("$KV.MESH_IN.w1.0123456789abcdef", b"{}")
            fine = Command(new_request_id(), "propose", "", {"fields": {"title": "left there"}, "body": ""})
            await leave(worker, "w1", fine)
            odd = Command(new_request_id(), "approve", "T-000000")
            await leave(worker, "w1", odd)
            while not leading.service.state.tasks or await read_all(await scene.link("boss"), "MESH_IN"):
                await asyncio.sleep(0.02)
            (made,) = leading.service.state.tasks.values()
            assert (made.title, made.status.value, made.created_by) == ("left there", "proposed", "w1")

    run(play())


def test_silent_owner_loses_the_task_and_its_late_word_is_refused(stage: Stage, board: Board, tmp_path: Path) -> None:
    async def play() -> None:
        async with playing(stage, board, tmp_path) as (scene, leading):
            task = await scene.new("left lying")
            lease = (await scene.ask("w1", "claim", task)).result["lease"]
            scene.silent["w1"] = 600.0
            while leading.service.state.tasks[task].status.value != "queued":
                await asyncio.sleep(0.05)
            assert "w1 has not been heard for 10 minutes" in leading.service.state.tasks[task].reason
            late = await scene.ask("w1", "complete", task, token=lease["token"])
            assert late.error is not None
            scene.silent.clear()
            assert (await scene.ask("w2", "claim", task)).result["lease"]["token"] > lease["token"]

    run(play())
