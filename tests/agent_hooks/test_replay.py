"""Recorded payloads through the real command, wherever the agent was started."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.agent_hooks.conftest import Agent, silent

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Repository

PAYLOADS = Path(__file__).parents[1] / "payloads"
RECORDED = sorted(PAYLOADS.glob("*/*.json"))
TELLING = ("SessionStart",)  # events that are given context in a repository without scope and role


def load(path: Path, project: Path) -> dict[str, Any]:
    """The payload as it would have come had the agent worked in `project`."""
    text = json.dumps(json.loads(path.read_text(encoding="utf-8"))["stdin"])
    payload: dict[str, Any] = json.loads(text.replace("/home/dev/project", str(project)))
    return payload


@pytest.fixture
def places(make_repository: Callable[..., Repository], tmp_path: Path) -> dict[str, Agent]:
    """Agents in the top, in a subfolder and in a worktree of a repository with a blank in its path."""
    repository = make_repository("my project")
    repository.stage("sub/n.txt", "hello\n")
    repository.commit("docs: start")
    worktree = tmp_path / "other tree"
    repository.git("worktree", "add", "-q", "-b", "topic", str(worktree))
    agents = {name: Agent(repository) for name in ("top", "subfolder", "worktree")}
    agents["subfolder"].path = repository.path / "sub"
    agents["worktree"].path = worktree
    return agents


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_recorded_payload_is_let_through(path: Path, places: dict[str, Agent]) -> None:
    for agent in places.values():
        (agent.path / "sub").mkdir(exist_ok=True)
        payload = load(path, agent.path)
        done = agent.raw(json.dumps(payload), path.parent.name, payload["hook_event_name"])
        if payload["hook_event_name"] in TELLING:
            assert (done.returncode, done.stderr) == (0, "")
            assert json.loads(done.stdout or "{}").keys() <= {"hookSpecificOutput"}
        else:
            silent(done)


def test_every_place_writes_into_one_audit_log(places: dict[str, Agent]) -> None:
    for agent in places.values():
        silent(agent.use("Bash", command="echo hi"))
    assert [entry["event"] for entry in places["top"].log()] == ["PreToolUse"] * 3


def test_a_subagent_is_named_in_the_log(places: dict[str, Agent]) -> None:
    payload = load(PAYLOADS / "claude" / "PreToolUse.Bash.subagent.json", places["top"].path)
    silent(places["top"].raw(json.dumps(payload), "claude"))
    assert places["top"].log()[-1]["agent"] == "general-purpose"
