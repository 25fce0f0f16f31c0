"""Programs of the same user that an agent started, and what of the mesh's secrets lies about where."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from openclaw_hooks.board.approving.content_hash import Kind, content_hash
from tests.mesh.sidecar.conftest import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.mesh.sidecar.conftest import Clone, Mesh

CLIENT = """
import json, socket, sys
with socket.socket(socket.AF_UNIX) as client:
    client.connect(sys.argv[1])
    client.sendall(sys.argv[2].encode() + b"\\n")
    print(client.makefile().readline())
"""


def ask_by_hand(clone: Clone, command: dict[str, Any], **env: str) -> dict[str, Any]:
    """What the sidecar answers to a program that leaves out which agent it belongs to."""
    request = json.dumps({"op": "command", "agent": "", "command": {"id": os.urandom(8).hex(), **command}})
    argv = [sys.executable, "-c", CLIENT, clone.place.sync_socket, request]
    done = subprocess.run(argv, check=True, capture_output=True, text=True, env={**clone.env, **env}, timeout=30)
    return dict(json.loads(done.stdout))


def make_approve(clone: Clone, task: str) -> dict[str, Any]:
    """The command that approves the task as it lies on the board of `clone`."""
    digest = content_hash(Kind.TASK, clone.tasks[f"{task}.md"], task)
    return {
        "verb": "approve",
        "task": task,
        "args": {"approval": {"by": "ada", "at": "2026-01-01T00:00:00Z", "hash": digest}},
    }


def finish_task(boss: Clone, person: Clone) -> str:
    """The id of a task under review, on both boards."""
    task = str(boss.command("new", fields={"title": "for a person", "mode": "human"}, body="")["result"]["task"])
    wait_until(lambda: f"{task}.md" in person.tasks)
    assert "error" not in person.command("complete", task, result="done")
    wait_until(lambda: all(b"status: pending_review" in one.tasks[f"{task}.md"] for one in (boss, person)))
    return task


@pytest.mark.skipif(not hasattr(__import__("socket"), "SO_PEERCRED"), reason="only Linux says who is at the other end")
def test_what_an_agent_starts_approves_by_no_door(mesh: Mesh) -> None:
    boss = mesh.lead()
    ada = mesh.join(boss, "ada", "human")
    task = finish_task(boss, ada)
    for clone in (ada, boss):
        answer = ask_by_hand(clone, make_approve(clone, task), CLAUDECODE="1")
        assert (answer["ok"], answer["error"]["code"]) == (False, "illegal"), answer
        clone.env["CLAUDECODE"] = "1"
        assert "is for a person only" in clone.run("task", "approve", task, code=1).stderr
        del clone.env["CLAUDECODE"]
    os.makedirs(ada.place.intents, exist_ok=True)
    for number, verb in enumerate(("approve", "accept", "cancel", "no.verb"), 1):
        command = {**make_approve(ada, task), "id": os.urandom(8).hex(), "verb": verb}
        path = Path(ada.place.intents) / f"{number:09d}-{command['id']}.json"
        path.write_text(json.dumps({"command": command, "made": "2026-01-01T00:00:00Z"}))
    assert "this is no intent" in ada.run("mesh", "intents").stdout + ada.run("mesh", "intents").stderr
    after = boss.new_task("what comes after")
    wait_until(lambda: f"{after}.md" in ada.tasks)
    ada.flush()
    assert b"status: pending_review" in boss.tasks[f"{task}.md"]
    assert "error" not in ask_by_hand(ada, make_approve(ada, task)), "a person's own program may"


def list_files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below `folder`, with what is in it."""
    for path in folder.rglob("*"):
        with suppress(OSError):
            if stat.S_ISREG(path.lstat().st_mode):
                yield str(path), path.read_bytes()


def test_secrets_lie_where_they_belong_and_nowhere_else(mesh: Mesh) -> None:
    boss = mesh.lead()
    worker = mesh.join(boss, "w1")
    task = boss.new_task()
    lease = boss.command("claim", task)["result"]["lease"]
    wait_until(lambda: b"status: claimed" in worker.tasks.get(f"{task}.md", b""))
    assert worker.command("claim", task)["error"]["code"] == "taken"
    told = [boss.run(*words).stdout for words in (("mesh", "status", "--json"), ("mesh", "nodes", "--json"))]
    told += [
        worker.run(*words).stdout for words in (("mesh", "status", "--json"), ("mesh", "events"), ("task", "list"))
    ]
    running = subprocess.run(["ps", "-axww", "-o", "command="], check=True, capture_output=True, text=True).stdout
    seeds = [Path(clone.place.seed(node)).read_text().strip() for clone, node in ((boss, "boss"), (worker, "w1"))]
    for secret in (*seeds, lease["token"]):
        assert secret not in running + "".join(told)
    for path, content in list_files(mesh.folder):
        for node, seed in zip(("boss", "w1"), seeds, strict=True):
            assert seed.encode() not in content or path.endswith((f"/keys/{node}.seed", f"/{node}.join")), path
        if str(worker.top) in path or path.endswith((".log", "sync.json", "sync.out")):
            assert lease["token"].encode() not in content, path
    for clone in (boss, worker):
        assert os.stat(clone.place.folder).st_mode & 0o077 == 0
        open_files = [path for path, _ in list_files(Path(clone.place.folder, "keys")) if os.stat(path).st_mode & 0o077]
        assert open_files == []
        assert os.stat(clone.place.sync_socket).st_mode & 0o077 == 0
