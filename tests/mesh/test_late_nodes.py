"""Nodes that are let in while the server runs: what they send arrives, as if they had been there from the start."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from openclaw_hooks.mesh.accounts import make_accounts, without_new_imports
from openclaw_hooks.mesh.buckets import ensure_buckets
from openclaw_hooks.mesh.place import MeshError
from openclaw_hooks.mesh.server import reload_server
from tests.mesh.conftest import put, run

if TYPE_CHECKING:
    from openclaw_hooks.mesh.connection import Connection
    from tests.mesh.conftest import Stage


async def use_all(lead: Connection, node: Connection, name: str) -> str:
    """What the lead answers `name`, which may also read what is stored and write what is its own."""

    async def answer(message: Any) -> None:
        await message.respond(message.subject.encode())

    heard = await lead.client.subscribe(f"mesh.cmd.{name}.claim", cb=answer)
    await lead.client.flush()
    assert "state" in json.loads(await node.request("mesh.js.STREAM.INFO.KV_MESH_TASKS"))
    await put(node, f"$KV.MESH_IN.{name}.a", b"a task")
    answered = await node.request(f"mesh.cmd.{name}.claim")
    await heard.unsubscribe()
    return answered.decode()


@pytest.mark.parametrize("is_cut_short", [False, True])
def test_what_a_node_sends_that_is_let_in_later_arrives(stage: Stage, is_cut_short: bool) -> None:
    async def work() -> list[str]:
        lead, one = await stage.connect("boss"), await stage.connect("w1")
        await ensure_buckets(lead)
        after = make_accounts(stage.nodes)
        if is_cut_short:  # whoever told the server before was killed in between, the server may have heard of it or not
            with open(stage.place.accounts, encoding="utf-8") as stream:
                step = without_new_imports(stream.read(), after)
            with open(stage.place.accounts, "w", encoding="utf-8") as stream:
                stream.write(step)
        reload_server(stage.place, after)
        two = await stage.connect("w2")
        found = [await use_all(lead, two, "w2"), await use_all(lead, one, "w1")]
        reload_server(stage.place, make_accounts([node for node in stage.nodes if node.name != "w2"]))
        reload_server(stage.place, after)
        again = await stage.connect("w2")
        found.append(await use_all(lead, again, "w2"))
        for connection in (lead, one, two, again):
            await connection.close()
        return found

    stage.up(make_accounts([node for node in stage.nodes if node.name != "w2"]))
    assert run(work()) == ["mesh.cmd.w2.claim", "mesh.cmd.w1.claim", "mesh.cmd.w2.claim"]


def test_only_new_accounts_wait_for_their_imports(stage: Stage) -> None:
    before = make_accounts([node for node in stage.nodes if node.name != "w2"])
    after = make_accounts(stage.nodes)
    step = without_new_imports(before, after)
    assert without_new_imports(after, after) == ""
    assert without_new_imports(step, after) == step  # whether the server heard of it nobody knows
    kept = [line for line in after.splitlines() if line not in step.splitlines()]
    assert kept
    assert all("w2" in line for line in kept)
    assert after.count("imports: [") == step.count("imports: [") + 1


def test_accounts_that_the_server_refuses_in_the_second_step_leave_the_first_ones(stage: Stage) -> None:
    before = make_accounts([node for node in stage.nodes if node.name != "w2"])
    stage.up(before)
    broken = make_accounts(stage.nodes).replace('service: { account: "MESH", subject: "mesh.cmd.w2.>"', "nonsense: {")
    assert broken != make_accounts(stage.nodes)
    with pytest.raises(MeshError, match="did not take the new accounts"):
        reload_server(stage.place, broken)
    with open(stage.place.accounts, encoding="utf-8") as stream:
        assert stream.read() == before
