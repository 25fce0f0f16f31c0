"""Nodes with a connection of their own and no manners, against the lead's service and the real server."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

import pytest

from openclaw_hooks.mesh.place import MeshError
from openclaw_hooks.mesh.replica.streams import read_all
from openclaw_hooks.mesh.service.door import FEW_OF_NODE, MAX_OF_NODE
from openclaw_hooks.mesh.service.inbox import leave
from openclaw_hooks.mesh.wire.messages import Answer, Command, decode_answer, encode_message, new_request_id
from tests.mesh.conftest import run
from tests.mesh.service.test_service import board, playing

if TYPE_CHECKING:
    from pathlib import Path

    from openclaw_hooks.board.place import Board
    from openclaw_hooks.mesh.connection import Connection
    from tests.mesh.conftest import Stage
    from tests.mesh.service.test_service import Scene

__all__ = ["board"]  # the fixture

SLOW = "".join(f"## {x * 3 % 20011}\n" for x in range(20_000))  # a text that takes long to merge


async def send_raw(link: Connection, subject: str, command: Command) -> Answer:
    """The answer to a command as somebody sends it who writes subjects himself."""
    return decode_answer(await link.request(subject, encode_message(command), 1.0))


def make_command(verb: str, task: str = "", **args: Any) -> Command:
    """A command with a new id."""
    return Command(new_request_id(), verb, task, args)


async def claim_all(scene: Scene, node: str, tasks: list[str]) -> float:
    """How long the slowest claim took."""
    slowest = 0.0
    for task in tasks:
        began = time.monotonic()
        answer = await scene.ask(node, "claim", task)
        assert answer.ok, answer.error
        slowest = max(slowest, time.monotonic() - began)
    return slowest


def test_who_floods_the_lead_with_slow_commands_waits_and_others_do_not(
    stage: Stage, board: Board, tmp_path: Path
) -> None:
    async def play() -> None:
        async with playing(stage, board, tmp_path) as (scene, leading):
            tasks = [await scene.new(f"task {number}") for number in range(12)]
            target = await scene.new("the target")
            base = (leading.service.state.content(target) or b"").decode()
            slow = [make_command("edit", target, base=base, content=base + SLOW + str(n)) for n in range(60)]
            hostile = await scene.link("w1")
            inbox = hostile.client.new_inbox()
            answers: list[bytes] = []

            async def keep(message: Any) -> None:
                answers.append(message.data)

            await hostile.client.subscribe(inbox, cb=keep)
            for command in slow:
                await hostile.client.publish("mesh.cmd.w1.edit", encode_message(command), reply=inbox)
            for _ in range(MAX_OF_NODE * 2):
                await hostile.client.publish("mesh.cmd.w1.hello", encode_message(make_command("hello")), reply=inbox)
            await hostile.client.flush()
            assert await claim_all(scene, "w2", tasks) < 2.0
            assert leading.service.state.tasks[target].status.value == "queued"
            while len(answers) < MAX_OF_NODE:
                await asyncio.sleep(0.05)
            codes = [told.error.code for told in map(decode_answer, answers) if told.error]
            assert "busy" in codes
            assert "too many commands" in (tmp_path / "sync.log").read_text()
            assert '"text":"w1 ' in (tmp_path / "sync.log").read_text()

    assert FEW_OF_NODE < MAX_OF_NODE
    run(play(), 60)


def test_subjects_of_others_cannot_be_spoken_on(stage: Stage, board: Board, tmp_path: Path) -> None:
    async def play() -> None:
        async with playing(stage, board, tmp_path) as (scene, leading):
            task = await scene.new("wanted")
            links = {node: await scene.link(node) for node in ("w1", "ada")}
            for node, subject in [
                ("w1", "mesh.cmd.w2.claim"),
                ("w1", "mesh.cmd.human.approve"),
                ("w1", "mesh.cmd.human.w1.approve"),
                ("w1", "mesh.cmd.lead.w1.cancel"),
                ("w1", "mesh.cmd.lead.boss.cancel"),
                ("w1", "mesh.cmd.*.claim"),
                ("w1", "mesh.cmd.w1.human.ada.approve"),
                ("ada", "mesh.cmd.human.w1.claim"),
                ("ada", "mesh.cmd.lead.ada.cancel"),
            ]:
                verb = subject.rpartition(".")[2]
                try:
                    answer = await send_raw(links[node], subject, make_command(verb, task, reason="x"))
                except MeshError:
                    continue
                assert answer.error is not None, subject
                assert answer.error.code == "invalid", subject
            assert leading.service.state.tasks[task].status.value == "queued"
            mismatched = await send_raw(links["w1"], "mesh.cmd.w1.hello", make_command("claim", task))
            assert mismatched.error is not None
            assert mismatched.error.code == "invalid"
            for node, verb, role in (("w1", "hello", "worker"), ("ada", "hello", "worker")):
                told = await send_raw(
                    links[node], f"mesh.cmd.{node}.{verb}", make_command(verb, role="lead", node="boss")
                )
                assert (told.result["node"], told.result["role"]) == (node, role)

    run(play())


@pytest.mark.parametrize(
    "subject", ["$KV.MESH_IN.w2.{}", "$KV.MESH_NODES.w2", "$KV.MESH_TOOLS.w2.x", "mesh.events.task.{}"]
)
def test_keys_and_events_of_others_cannot_be_written(stage: Stage, board: Board, tmp_path: Path, subject: str) -> None:
    async def play() -> None:
        async with playing(stage, board, tmp_path) as (scene, _):
            hostile = await scene.link("w1")
            with pytest.raises(MeshError):
                await hostile.request(subject.format("0" * 16), b"{}", 0.5)

    run(play())


def test_an_inbox_is_the_word_of_its_node_once_and_never_of_a_revoked_one(
    stage: Stage, board: Board, tmp_path: Path
) -> None:
    async def play() -> None:
        async with playing(stage, board, tmp_path) as (scene, leading):
            boss, worker = await scene.link("boss"), await scene.link("w1")
            scene.revoked = {"w2"}
            left = make_command("propose", fields={"title": "mine"}, role="lead", node="boss", created_by="boss")
            await leave(await scene.link("w2"), "w2", make_command("propose", fields={"title": "of one who is out"}))
            for _ in range(3):  # taken out, and written again
                await leave(worker, "w1", left)
                while await read_all(boss, "MESH_IN"):
                    await asyncio.sleep(0.02)
            (made,) = leading.service.state.tasks.values()
            assert (made.title, made.created_by, made.status.value) == ("mine", "w1", "proposed")
            await leading.end()
            await leave(worker, "w1", left)
            other = await scene.lead()
            while await read_all(boss, "MESH_IN"):
                await asyncio.sleep(0.02)
            assert len(other.service.state.tasks) == 1, "also for the next lead"
            assert "w2 is not let in any more" in (tmp_path / "sync.log").read_text()
            await other.end()

    run(play())


def test_an_inbox_that_one_node_fills_keeps_no_other_waiting(
    stage: Stage, board: Board, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("openclaw_hooks.mesh.service.inbox.MAX_LEFT", 50)

    async def play() -> None:
        async with playing(stage, board, tmp_path) as (scene, leading):
            await leading.end()  # nobody leads while it is filled
            hostile = await scene.link("w1")
            for number in range(400):
                command = make_command("propose", fields={"title": f"one of many {number}"})
                await hostile.client.publish(f"$KV.MESH_IN.w1.{command.id}", encode_message(command))
            for key in ("*", ">", "a.b.c", 'a"b', "x" * 900):
                await hostile.client.publish(f"$KV.MESH_IN.w1.{key}", b"{}")
            await hostile.client.flush()
            await leave(await scene.link("w2"), "w2", make_command("propose", fields={"title": "of another"}))
            other = await scene.lead()
            while await read_all(await scene.link("boss"), "MESH_IN"):
                await asyncio.sleep(0.02)
            made = [task.created_by for task in other.service.state.tasks.values()]
            assert (made.count("w1"), made.count("w2")) == (50, 1)
            assert "w1 left over 50 commands" in (tmp_path / "sync.log").read_text()
            await other.end()

    run(play())


def test_calls_that_are_refused_do_not_fill_the_log(stage: Stage, board: Board, tmp_path: Path) -> None:
    async def play() -> None:
        async with playing(stage, board, tmp_path) as (scene, _):
            hostile = await scene.link("w1")
            for _number in range(50):
                command = make_command("call", node="w2", tool="x", method="y")
                answer = await send_raw(hostile, "mesh.cmd.w1.call", command)
                assert answer.error is not None
                assert answer.error.code == "forbidden"
            assert (tmp_path / "sync.log").read_text().count("w1 called") == 1

    run(play())


def test_a_node_that_fills_the_disk_is_stopped(
    stage: Stage, board: Board, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("openclaw_hooks.mesh.service.quota.MAX_BYTES", 1 << 20)

    async def play() -> None:
        async with playing(stage, board, tmp_path) as (scene, leading):
            task = await scene.new("to be filled")
            answers = []
            for number in range(8):
                base = (leading.service.state.content(task) or b"").decode()
                content = f"{base[:200]}{number}" + "x" * 200_000
                answers.append(await scene.ask("w1", "edit", task, base=base, content=content))
            codes = [answer.error.code if answer.error else "" for answer in answers]
            assert codes == [""] * 6 + ["busy"] * 2
            assert (await scene.ask("w2", "claim", task)).ok, "nobody else is"
            assert all([(await scene.ask("boss", "new", fields={"title": "x"})).ok for _ in range(3)])

    run(play())
