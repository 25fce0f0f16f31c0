"""Claims of many at once, and of one who was away too long: each task has one holder, and is completed once."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from typing import TYPE_CHECKING

from openclaw_hooks.mesh.access import join_access
from openclaw_hooks.mesh.connection import open_connection
from openclaw_hooks.mesh.invite import read_join_file
from openclaw_hooks.mesh.nodes import NodeRole
from openclaw_hooks.mesh.wire.subjects import command_subject
from tests.mesh.sidecar.conftest import wait_until
from tests.mesh.sidecar.faults.crowd import check_folder
from tests.mesh.sidecar.faults.lineage import count_moves, read_lineage

if TYPE_CHECKING:
    from openclaw_hooks.mesh.connection import Connection
    from tests.mesh.sidecar.conftest import Clone, Mesh

NODES = int(os.environ.get("OPENCLAW_TEST_NODES", "8"))
TASKS = int(os.environ.get("OPENCLAW_TEST_TASKS", "40"))
QUICK = "mesh:\n  silent_minutes: 0.1\n"


async def claim(connection: Connection, node: str, task: str) -> dict[str, object]:
    """The answer to a claim over the connection of `node`; asked again while the lead has too much to do."""
    command = {"id": os.urandom(8).hex(), "verb": "claim", "task": task, "args": {}}
    payload, subject = json.dumps(command).encode(), command_subject(node, "claim", NodeRole.WORKER)
    while True:
        answer = dict(json.loads(await connection.request(subject, payload, 60)))
        if answer.get("error", {}).get("code") != "busy":
            return answer
        await asyncio.sleep(0.1)


async def claim_all(mesh: Mesh, names: list[str], tasks: list[str]) -> list[tuple[str, dict[str, object]]]:
    """What each of the nodes `names` is answered when all of them claim all of `tasks` at once."""
    joins = [read_join_file(str(mesh.folder / f"{name}.join")) for name in names]
    links = await asyncio.gather(*(open_connection(join_access(join), join.node, lambda _: None) for join in joins))
    asked = [(name, claim(link, name, task)) for task in tasks for name, link in zip(names, links, strict=True)]
    answers = await asyncio.gather(*(work for _, work in asked))
    for link in links:
        await link.close()
    return [(name, answer) for (name, _), answer in zip(asked, answers, strict=True)]


def test_of_many_who_claim_everything_at_once_each_task_has_one_winner(mesh: Mesh) -> None:
    boss = mesh.lead()
    names = [f"n{number}" for number in range(NODES)]
    for name in names:
        boss.run("mesh", "invite", name, "-o", str(mesh.folder / f"{name}.join"))
    tasks = [boss.new_task(f"task {number}") for number in range(TASKS)]
    answers = asyncio.run(claim_all(mesh, names, tasks))
    won = [(name, answer["result"]["lease"]) for name, answer in answers if "error" not in answer]  # type: ignore[index]
    assert sorted(lease["task"] for _, lease in won) == sorted(tasks)
    assert all(name == lease["owner"] for name, lease in won)
    refused = {answer["error"]["code"] for _, answer in answers if "error" in answer}  # type: ignore[index]
    assert refused <= {"taken", "illegal"}
    assert len(answers) == NODES * TASKS
    boss.flush()
    lineage = read_lineage(boss)
    for _, lease in won:
        values = lineage[lease["task"]]
        assert (count_moves(values, "claimed"), values[-1].owner) == (1, lease["owner"])
        assert boss.tasks[f"{lease['task']}.md"] == values[-1].content


def test_a_holder_that_stood_still_too_long_completes_nothing(mesh: Mesh) -> None:
    boss = mesh.add("boss", OPENCLAW_NODE_ID="boss")
    config = boss.top / ".openclaw" / "config.yaml"
    config.parent.mkdir()
    config.write_text(QUICK)
    boss.lead()
    first, second = mesh.join(boss, "w1"), mesh.join(boss, "w2")
    tasks = [boss.new_task(f"task {number}") for number in range(3)]
    for clone in (first, second):
        clone.flush()
    tokens = {task: first.command("claim", task)["result"]["lease"]["token"] for task in tasks}
    assert first.process is not None
    first.process.send_signal(signal.SIGSTOP)
    wait_until(lambda: all(b"status: queued" in text for text in second.tasks.values()), "they are free again")
    assert "w1 has not been heard for" in boss.log
    taken = {task: second.command("claim", task)["result"]["lease"]["token"] for task in tasks}
    first.process.send_signal(signal.SIGCONT)
    for task in tasks:
        late = _complete(first, task, tokens[task])
        assert late["error"]["code"] in ("lost", "refused"), late
        assert "w2" in late["error"]["message"]
        done = _complete(second, task, taken[task])
        assert not done.get("error"), done
        assert _complete(first, task, tokens[task]).get("error"), "not after it either"
    for clone in (first, second, boss):
        clone.flush()
        check_folder(clone)
    assert boss.tasks == first.tasks == second.tasks
    for values in read_lineage(boss).values():
        assert count_moves(values, "completed") + count_moves(values, "pending_review") == 1
        assert values[-1].owner == "w2"


def _complete(clone: Clone, task: str, token: str) -> dict[str, dict[str, str]]:
    return clone.command("complete", task, token, result=f"by {clone.top.name}")
