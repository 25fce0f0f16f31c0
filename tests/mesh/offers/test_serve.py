"""Tools of nodes, called through the lead: who may, what comes back, and what is too much."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.mesh.buckets import BUCKETS
from openclaw_hooks.mesh.offers import forward, serve
from openclaw_hooks.mesh.offers.direct import read_state
from openclaw_hooks.mesh.offers.forward import may_call
from openclaw_hooks.mesh.offers.registry import HEARTBEAT_S, PREFIX, Offer, parse_offer, read_offers
from openclaw_hooks.mesh.offers.tools import MAX_CALLS, MAX_PAYLOAD, Target, Tool, ToolError
from openclaw_hooks.mesh.wire.messages import Answer, encode_message
from tests.mesh.conftest import put, run
from tests.mesh.offers.conftest import ECHO, Scene, scene_of

if TYPE_CHECKING:
    import pytest

    from openclaw_hooks.mesh.offers.tools import ToolCall
    from tests.mesh.conftest import Stage

SAY = "w1.echo.say"


def code_of(answer: Answer) -> str:
    """Why it is a no."""
    assert answer.error
    assert not answer.ok
    return answer.error.code


def test_who_may_call_is_said_per_caller_in_three_parts() -> None:
    calls = {"w1": ("w2.knowledge.*", "*.echo.say"), "*": ("ci.commands.test-?",)}
    assert may_call(calls, "w1", Target("w2", "knowledge", "search"))
    assert may_call(calls, "w1", Target("ada", "echo", "say"))
    assert may_call(calls, "w9", Target("ci", "commands", "test-1"))
    assert not may_call(calls, "w1", Target("w2", "commands", "say"))
    assert not may_call(calls, "w1", Target("w3", "knowledge", "search"))
    assert not may_call(calls, "w9", Target("ci", "commands", "test-10"))
    assert not may_call({}, "w1", Target("w2", "echo", "say"))
    for pattern in ("*", "w2.*", "w2.echo.say.more", ">", ""):
        assert not may_call({"w1": (pattern,)}, "w1", Target("w2", "echo", "say")), pattern


def test_a_call_needs_leave_but_those_of_leads_do_not(stage: Stage) -> None:
    async def work() -> tuple[Answer, Answer, Answer, list[str]]:
        async with scene_of(stage) as scene:
            await scene.lead()
            await scene.offer("w1", lambda: [ECHO])
            refused = await scene.call("w2", SAY, {"caller": "boss"})
            lead = await scene.call("boss", SAY)
            scene.calls = {"w2": ("w1.echo.*",), "ada": ("*.echo.say",)}
            allowed = await scene.call("w2", SAY, {"caller": "boss"})
            person = await scene.call("ada", SAY)
            assert person.result["caller"] == "ada"
            return refused, lead, allowed, scene.log

    stage.up()
    refused, lead, allowed, log = run(work())
    assert refused.error
    assert (refused.error.code, refused.error.message) == ("forbidden", "w2 may not call w1.echo.say")
    assert "`w2: [...]`" in refused.error.hint
    assert lead.result["caller"] == "boss"
    assert allowed.result == {"caller": "w2", "method": "say", "params": {"caller": "boss"}}  # by subject, not by word
    assert [line.partition(" after")[0] for line in log[:3]] == [
        "w2 called w1.echo.say: forbidden",
        "boss called w1.echo.say: done",
        "w2 called w1.echo.say: done",
    ]


async def misuse(scene: Scene, target: str, **options: Any) -> str:
    """How the lead refuses a call."""
    return code_of(await scene.call("boss", target, **options))


def test_what_cannot_be_called_is_said_at_once(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forward, "GRACE_S", 0.1)

    async def work() -> list[str]:
        async with scene_of(stage) as scene:
            lead = await scene.lead()
            await scene.offer("w1", lambda: [ECHO])
            heard: list[str] = []

            async def hear(message: Any) -> None:
                heard.append(message.subject)

            await lead.client.subscribe("mesh.tool.w2.>", cb=hear)
            found = [
                await misuse(scene, "w2.echo.say", timeout_s=0.2),  # somebody is there, and says nothing
                await misuse(scene, "w1.other.say"),
                await misuse(scene, "w1.echo.shout"),
                await misuse(scene, "nobody.echo.say"),
                await misuse(scene, "w1.echo.>"),
                await misuse(scene, "*.echo.say"),
                await misuse(scene, SAY, node="w2.echo"),
                await misuse(scene, SAY, tool=["echo"]),
                await misuse(scene, SAY, params=["no", "object"]),
                await misuse(scene, SAY, timeout_s=601),
                await misuse(scene, SAY, timeout_s=float("1e-400")),
                await misuse(scene, SAY, timeout_s="long"),
                await misuse(scene, SAY, timeout_s=True),
                await misuse(scene, SAY, params={"text": "x" * MAX_PAYLOAD}),
            ]
            assert heard == ["mesh.tool.w2.echo.say"]
            return found

    stage.up()
    assert run(work()) == ["unknown", *["not_found"] * 3, *["invalid"] * 9, "too_large"]


async def misbehave(call: ToolCall) -> Any:
    """A tool that does whatever should not be done."""
    what = call.params["what"]
    if what == "large":
        return {"text": "x" * MAX_PAYLOAD}
    if what == "no-object":
        return ["a list"]
    if what == "no-json":
        return {"x": object()}
    if what == "nan":
        return {"x": "\ud800"}
    if what == "refuse":
        raise OpenclawError("not today", "tomorrow")
    if what == "code":
        raise ToolError("taken", "somebody else has it")
    if what == "fail":
        raise KeyError("a secret path")
    if what == "time-out":
        raise TimeoutError
    if what == "slow":
        await asyncio.sleep(60)
    return {"fits": "x" * (MAX_PAYLOAD - 100)}


def test_a_tool_that_misbehaves_is_answered_for(stage: Stage) -> None:
    async def work() -> tuple[dict[str, str], dict[str, str], list[str], int]:
        async with scene_of(stage) as scene:
            await scene.lead()
            await scene.offer("w1", lambda: [Tool("bad", {"do": ""}, misbehave)])
            codes, messages = {}, {}
            for what in ("large", "no-object", "no-json", "nan", "refuse", "code", "fail", "time-out", "slow"):
                timeout_s = 0.2 if what == "slow" else 20.0
                answer = await scene.call("boss", "w1.bad.do", {"what": what}, timeout_s=timeout_s)
                codes[what] = code_of(answer)
                assert answer.error
                messages[what] = answer.error.message
            fits = await scene.call("boss", "w1.bad.do", {"what": "fit"})
            return codes, messages, scene.log, len(fits.result["fits"])

    stage.up()
    codes, messages, log, size = run(work())
    assert codes == {
        "large": "too_large",
        "no-object": "refused",
        "no-json": "refused",
        "nan": "refused",
        "refuse": "refused",
        "code": "taken",
        "fail": "unknown",
        "time-out": "unknown",
        "slow": "unknown",
    }
    assert messages["refuse"] == "not today"
    assert messages["fail"] == "bad.do failed on w1: KeyError"
    assert messages["slow"] == "bad.do took longer than 0.2 s"
    assert any("KeyError('a secret path')" in line for line in log)
    assert size == MAX_PAYLOAD - 100


def test_the_lead_passes_on_a_result_and_nothing_else(stage: Stage) -> None:
    answers = {
        "files": encode_message(Answer("f" * 16, result={"a": 1}, files={"tasks/T-000000.md": "x"}, lines=["x"])),
        "code": b'{"id": "", "ok": false, "error": {"code": "made up", "message": "' + b"m" * 9000 + b'"}}',
        "garbage": b"\xff\x00",
        "large": b'{"id": "", "result": {"x": "' + b"x" * (MAX_PAYLOAD + 2000) + b'"}}',
        "huge": b"x" * 900_000,
        "nothing": b"",
    }

    async def work() -> dict[str, Answer]:
        async with scene_of(stage) as scene:
            await scene.lead()
            [worker] = await scene.connect("w1")

            async def answer(message: Any) -> None:
                await message.respond(answers[message.subject.split(".")[-1]])

            await worker.client.subscribe("mesh.tool.w1.raw.*", cb=answer)
            await worker.client.flush()
            return {name: await scene.call("boss", f"w1.raw.{name}") for name in answers}

    stage.up()
    found = run(work())
    assert (found["files"].result, found["files"].files, found["files"].lines) == ({"a": 1}, {}, [])
    assert found["files"].id != "f" * 16
    assert found["code"].error
    assert (code_of(found["code"]), len(found["code"].error.message)) == ("refused", 2000)
    assert [code_of(found[name]) for name in ("garbage", "large", "huge", "nothing")] == [
        "refused",
        "too_large",
        "refused",
        "refused",
    ]


def test_so_many_calls_at_once_and_no_more(stage: Stage) -> None:
    async def work() -> tuple[list[str], Answer]:
        async with scene_of(stage) as scene:
            await scene.lead()
            release = asyncio.Event()

            async def wait(_: ToolCall) -> dict[str, Any]:
                await release.wait()
                return {}

            await scene.offer("w1", lambda: [Tool("slow", {"wait": ""}, wait)])
            calls = [asyncio.create_task(scene.call("boss", "w1.slow.wait")) for _ in range(MAX_CALLS)]
            await asyncio.sleep(0.1)
            scene.calls = {"w2": ("w1.*.*",)}
            too_many = await scene.call("w2", "w1.slow.wait")
            release.set()
            codes = ["" if (await call).ok else "no" for call in calls]
            assert (await scene.call("w2", "w1.slow.wait")).ok  # there is room again
            return codes, too_many

    stage.up()
    codes, too_many = run(work())
    assert codes == [""] * MAX_CALLS
    assert code_of(too_many) == "busy"


def test_a_node_that_stops_answers_what_is_under_way_and_takes_its_tools_back(stage: Stage) -> None:
    async def work() -> tuple[Answer, list[Offer], Answer, list[bool]]:
        async with scene_of(stage) as scene:
            lead = await scene.lead()
            ended: list[bool] = []

            async def wait(_: ToolCall) -> dict[str, Any]:
                try:
                    await asyncio.sleep(60)
                finally:
                    ended.append(True)
                return {}

            task = await scene.offer("w1", lambda: [Tool("slow", {"wait": "waits"}, wait)])
            assert [(offer.node, offer.tool, offer.methods) for offer in await read_offers(lead)] == [
                ("w1", "slow", {"wait": "waits"})
            ]
            call = asyncio.create_task(scene.call("boss", "w1.slow.wait"))
            await asyncio.sleep(0.1)
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            return await call, await read_offers(lead), await scene.call("boss", "w1.slow.wait"), ended

    stage.up()
    stopped, offers, gone, ended = run(work())
    assert (code_of(stopped), offers, code_of(gone), ended) == ("unknown", [], "not_found", [True])


def test_tools_come_and_go_while_a_node_is_up(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "LOOK_S", 0.02)

    async def work() -> list[list[str]]:
        async with scene_of(stage) as scene:
            lead = await scene.lead()
            tools = [ECHO]
            broken: list[str] = []

            def find() -> list[Tool]:
                if broken:
                    raise OpenclawError(broken[0])
                return tools

            async def settle(names: list[str]) -> list[str]:
                for _ in range(200):
                    found = [offer.tool for offer in await read_offers(lead)]
                    if found == names:
                        break
                    await asyncio.sleep(0.01)
                return found

            await scene.offer("w1", find)
            found = []
            tools.append(ECHO._replace(name="second"))
            found.append(await settle(["echo", "second"]))
            broken.append("the list is broken")
            found.append(await settle([]))
            await asyncio.sleep(0.1)
            assert [line for line in scene.log if "broken" in line] == ["no tools are offered: the list is broken"]
            broken.clear()
            tools.append(ECHO._replace(name="not a name"))
            found.append(await settle(["echo", "second"]))
            return found

    stage.up()
    assert run(work()) == [["echo", "second"], [], ["echo", "second"]]


def test_an_announcement_is_repeated(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "LOOK_S", 0.01)
    monkeypatch.setattr(serve, "HEARTBEAT_S", 0.2)

    async def work() -> int:
        async with scene_of(stage) as scene:
            lead = await scene.lead()
            await scene.offer("w1", lambda: [ECHO])
            state = await read_state(lead, "KV_MESH_TOOLS")
            assert state
            await asyncio.sleep(0.7)
            after = await read_state(lead, "KV_MESH_TOOLS")
            assert after
            return after.last - state.last

    stage.up()
    assert 1 <= run(work()) <= 4  # with each look it would be dozens


def test_a_node_is_called_again_after_the_server_came_back(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "LOOK_S", 0.1)
    monkeypatch.setattr(serve, "HEARTBEAT_S", 0.1)
    monkeypatch.setattr(serve, "RETRY_S", 0.1)

    async def work() -> bool:
        async with scene_of(stage) as scene:
            await scene.lead()
            task = await scene.offer("w1", lambda: [ECHO])
            stage.kill()
            await asyncio.sleep(0.5)
            assert not task.done()
            assert len([line for line in scene.log if "could not be announced" in line]) == 1
            stage.up()
            for _ in range(200):
                with suppress(OpenclawError):
                    answer = await scene.call("boss", SAY)
                    if answer.ok:
                        return len(await read_offers(scene.connections["boss"])) == 1
                await asyncio.sleep(0.05)
            return False

    stage.up()
    assert run(work())


def test_a_tool_is_a_micro_service_as_others_know_them(stage: Stage) -> None:
    async def work() -> dict[str, Any]:
        async with scene_of(stage) as scene:
            lead = await scene.lead()
            await scene.offer("boss", lambda: [ECHO])
            assert (await scene.call("boss", "boss.echo.say")).ok
            found: dict[str, Any] = json.loads(await lead.request("$SRV.INFO.echo"))
            return found

    stage.up()
    found = run(work())
    assert (found["name"], found["metadata"]) == ("echo", {"node": "boss"})
    assert [each["subject"] for each in found["endpoints"]] == ["mesh.tool.boss.echo.*"]


def test_the_registry_withstands_what_nodes_write_into_it(stage: Stage) -> None:
    key = f"{PREFIX}w1"
    values = {
        "a": b"\xff",
        "b": b"[]",
        "c": b'{"node": "boss", "tool": "x", "methods": {"ok": "\\u001b[2J", "not ok": "", ">": ""}, "new": 1}',
        "D": b'{"node": "w1", "tool": "D"}',
        "e.f": b'{"node": "w1", "tool": "e"}',
        "g": b"[" * 60_000,
        "h": b'{"node": "w1", "tool": "h", "description": "' + b"x" * 70_000 + b'"}',
    }

    async def work() -> list[Offer]:
        async with scene_of(stage) as scene:
            lead = await scene.lead()
            [worker] = await scene.connect("w1")
            for name, value in values.items():
                await put(worker, f"{key}.{name}", value)
            return await read_offers(lead)

    stage.up()
    [offer] = run(work())
    assert (offer.node, offer.tool, list(offer.methods)) == ("w1", "c", ["ok"])  # the key says whose it is
    assert parse_offer(f"{key}.c", b"") is None


def test_many_offers_are_read_in_batches(stage: Stage) -> None:
    async def work() -> int:
        async with scene_of(stage) as scene:
            await scene.lead()
            [worker, other] = await scene.connect("w1", "w2")
            payload = json.dumps({"node": "w1", "tool": "x"}).encode()
            await asyncio.gather(*(worker.request(f"{PREFIX}w1.t{number}", payload) for number in range(1_100)))
            return len(await read_offers(other))

    stage.up()
    assert run(work()) == 1_100


def test_a_node_that_is_silent_is_forgotten_after_three_heartbeats() -> None:
    assert BUCKETS["MESH_TOOLS"].ttl_s == 3 * HEARTBEAT_S
