"""The board from an empty repository on: tasks, a plan of each shipped template, and two clones that share by git."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.plans.templates import load_templates
from tests.cli.conftest import Clerk
from tests.conftest import Repository

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.cli.conftest import Answer

    Openclaw = Callable[..., Answer]

TEMPLATES = [template.id for template in load_templates(None)]
OPEN = {"queued", "claimed", "running", "pending_review"}
AGENT = {"OPENCLAW_AGENT": "x", "OPENCLAW_NODE_ROLE": "worker", "OPENCLAW_NODE_ID": "worker-1"}


def start_plan(clerk: Clerk, template: str) -> str:
    """An approved plan of a shipped template; its metrics are ones that pass here."""
    options = ["--context", "export as CSV", "--var", "version=v1.0.0"]
    options = options if template == "team-release" else options[:2]
    draft = clerk("plan", "create", template, *options, "--json").data("plan")
    for subtask in draft["subtasks"]:
        if subtask["metric"]:
            options += ["--set", f"{subtask['id']}.metric=test -f src/app.py"]
    clerk.say("plan", "abort", draft["id"])
    plan = clerk.say("plan", "create", template, "--quiet", *options).strip()
    assert clerk.plan(plan)["status"] == "draft"
    assert clerk.listed("--all", "--plan", plan) == []
    clerk.refused("plan", "approve", plan, OPENCLAW_AGENT="x")
    clerk.say("plan", "approve", plan)
    return plan


def open_tasks(clerk: Clerk, plan: str) -> list[str]:
    """The ids of the tasks of a plan that can be claimed now."""
    return [task["id"] for task in clerk("task", "list", "--ready", "--plan", plan, "--json").data("tasks")]


def do_task(clerk: Clerk, task_id: str) -> None:
    """An agent's worker does a task, or a person what is for a person; who has to look at it approves."""
    mode = clerk.task(task_id)["delegation"]["mode"]
    env = {} if mode == "human" else AGENT
    clerk.say("task", "claim", task_id, **env)
    clerk.say("task", "start", task_id, **env)
    measure = ["--run-metric"] if clerk.task(task_id)["metric"] else []
    clerk.say("task", "complete", task_id, "--result", "Done.", *measure, **env)
    if clerk.status(task_id) == "pending_review":
        clerk.refused("task", "approve", task_id, **AGENT)
        clerk.say("task", "approve", task_id)


def do_all(clerk: Clerk, plan: str) -> int:
    """Everybody does what there is to do; gives how many tasks that were."""
    done = 0
    while ready := open_tasks(clerk, plan):
        do_task(clerk, ready[0])
        done += 1
    return done


def subtasks_of(clerk: Clerk, plan: str) -> Iterator[tuple[str, str]]:
    """Each subtask of a plan with its state."""
    return ((subtask["id"], subtask["state"]) for subtask in clerk.plan(plan)["subtasks"])


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_plan_of_each_template_from_draft_to_completed(clerk: Clerk, template: str) -> None:
    plan = start_plan(clerk, template)
    assert do_all(clerk, plan) == len(clerk.plan(plan)["subtasks"])
    assert clerk.plan(plan)["status"] == "completed"
    assert {state for _, state in subtasks_of(clerk, plan)} == {"completed"}
    assert clerk.subjects()[0].startswith(("board: ", f"plan {plan}"))
    assert clerk.repository.git("status", "--porcelain").stdout == ""


def fail_task(clerk: Clerk, task_id: str) -> str:
    """A worker gives a task up; what that brings about is told."""
    env = {} if clerk.task(task_id)["delegation"]["mode"] == "human" else AGENT
    clerk.say("task", "claim", task_id, **env)
    return clerk.say("task", "fail", task_id, "--reason", "the cause lies elsewhere", **env)


def reach_a_role(clerk: Clerk, plan: str) -> str:
    """The first task of the plan that has a role, by which its failure goes to somebody; those before it are done."""
    while not clerk.task(ready := open_tasks(clerk, plan)[0])["role"]:
        do_task(clerk, ready)
    return ready


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_failure_in_a_plan_of_each_template_is_recovered(clerk: Clerk, template: str) -> None:
    plan = start_plan(clerk, template)
    failed = reach_a_role(clerk, plan)
    said = fail_task(clerk, failed)
    assert re.search(rf"^T-\w{{6}} queued: .* \(recovers {failed}\)$", said, re.MULTILINE)
    [recovery] = clerk.plan(plan)["recoveries"]
    assert recovery["recovers"] == failed
    assert f"recovery {recovery['task']} queued" in clerk.say("plan", "show", plan)
    do_task(clerk, recovery["task"])
    assert clerk.status(failed) == "completed"
    assert clerk.task(failed)["recovered_by"] == recovery["task"]
    do_all(clerk, plan)
    assert clerk.plan(plan)["status"] == "completed"


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_failure_that_nobody_makes_good_ends_the_plan(clerk: Clerk, template: str) -> None:
    plan = start_plan(clerk, template)
    failed = reach_a_role(clerk, plan)
    fail_task(clerk, failed)
    for level in (1, 2):
        waiting = [task["task"] for task in clerk.plan(plan)["recoveries"] if task["status"] == "queued"]
        for recovery in waiting:
            fail_task(clerk, recovery)
        assert waiting or level == 2
    do_all(clerk, plan)
    ended = clerk.plan(plan)
    assert ended["status"] == "aborted"
    assert ended["reason"]
    assert len(ended["recoveries"]) <= 2
    statuses = {task["status"] for task in clerk("task", "list", "--all", "--plan", plan, "--json").data("tasks")}
    assert not statuses & OPEN


def test_from_an_empty_repository_by_hand_and_by_agent(openclaw: Openclaw, repository: Repository) -> None:
    """The real program: a person sets up and decides, an agent's worker does the work."""
    repository.git("commit", "--allow-empty", "--no-verify", "--message", "chore: start")
    assert openclaw("init", "--agents", "none", "--no-pre-commit").code == 0
    repository.git("add", ".openclaw/config.yaml")
    repository.git("commit", "--no-verify", "--message", "chore: guard")
    design = openclaw("task", "new", "Design", "-q").out.strip()
    build = openclaw("task", "new", "Build", "-q", "--depends-on", design, "--scope", "src/").out.strip()
    assert [line.split()[0] for line in openclaw("task", "ready").out.splitlines()] == ["ID", design]
    assert openclaw("task", "claim", build, **AGENT).code == 1
    assert openclaw("task", "complete", design, "-m", "As before.").code == 0
    assert openclaw("task", "claim", build, **AGENT).code == 0
    assert openclaw("task", "claim", build).code == 1
    assert openclaw("task", "start", build, **AGENT).code == 0
    assert openclaw("task", "complete", build, **AGENT).code == 0
    assert openclaw("task", "list").err.startswith("no tasks")
    assert repository.git("status", "--porcelain").stdout == ""
    log = repository.git("log", "--reverse", "--format=%s", "openclaw/board").stdout.splitlines()
    assert log[1:] == [
        *(f"task {name} queued: {title} ({host(log)})" for name, title in ((design, "Design"), (build, "Build"))),
        f"task {design} queued -> completed ({host(log)})",
        f"task {build} queued -> claimed (worker-1)",
        f"task {build} claimed -> running (worker-1)",
        f"task {build} running -> completed (worker-1)",
    ]


def host(log: list[str]) -> str:
    """The name that this machine goes by on the board."""
    return log[1].rpartition("(")[2].rstrip(")")


def test_two_clones_share_a_board_by_git_alone(clerk: Clerk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk.repository.git("init", "--quiet", "--bare", str(tmp_path / "shared.git"))
    clerk.repository.git("remote", "add", "origin", str(tmp_path / "shared.git"))
    clerk.repository.git("push", "--quiet", "origin", "main")
    task, other = clerk.add("Shared", "--label", "a"), clerk.add("Other")
    assert "pushed to origin" in clerk.say("board", "sync")
    clerk.repository.git("clone", "--quiet", str(tmp_path / "shared.git"), str(tmp_path / "second"))
    second = Clerk(Repository(tmp_path / "second"), monkeypatch, clerk.capture)
    node = {"OPENCLAW_NODE_ID": "node-b"}
    assert sorted(second.listed()) == ["Other", "Shared"]  # attached on demand

    clerk.say("task", "edit", task, "--priority", "4")
    second.say("task", "edit", task, "--title", "Shared and renamed", "--add-label", "b", **node)
    second.say("board", "sync", **node)
    clerk.say("board", "sync")
    second.say("board", "sync", **node)
    for desk in (clerk, second):
        found = desk.task(task)
        assert (found["priority"], found["title"], found["labels"]) == (4, "Shared and renamed", ["a", "b"])
    assert clerk.board_head() == second.board_head()

    second.say("task", "claim", other, **node)
    assert "node-b" in clerk.refused("task", "claim", other)
    second.say("task", "complete", other, "--result", "By the second.", **node)
    second.say("board", "sync", **node)
    clerk.say("board", "sync")
    assert (clerk.status(other), clerk.task(other)["owner"]) == ("completed", "node-b")
    assert clerk.repository.git("status", "--porcelain").stdout == ""


JOIN = """id: join
name: Join
requires_approval: false
phases:
  - name: apart
    subtasks:
      - {id: left, title: Left, delegation: {mode: local}}
      - {id: right, title: Right, delegation: {mode: local}}
  - name: together
    subtasks:
      - {id: both, title: Both, delegation: {mode: local}}
"""


def test_a_plan_goes_on_when_a_sync_brings_its_halves_together(
    clerk: Clerk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk.repository.write(".openclaw/plan-templates/join.yaml", JOIN)
    clerk.repository.git("init", "--quiet", "--bare", str(tmp_path / "shared.git"))
    clerk.repository.git("remote", "add", "origin", str(tmp_path / "shared.git"))
    plan = clerk.say("plan", "create", "join", "--quiet").strip()
    by_title = {task["title"]: task["id"] for task in clerk("task", "list", "--json").data("tasks")}
    clerk.repository.git("push", "--quiet", "origin", "main")
    clerk.say("board", "sync")
    clerk.repository.git("clone", "--quiet", str(tmp_path / "shared.git"), str(tmp_path / "second"))
    second = Clerk(Repository(tmp_path / "second"), monkeypatch, clerk.capture)
    node = {"OPENCLAW_NODE_ID": "node-b"}
    clerk.say("task", "complete", by_title["Left"])
    second.say("task", "complete", by_title["Right"], **node)
    second.say("board", "sync", **node)
    said = clerk.say("board", "sync")
    assert "queued: Both" in said
    assert [task["title"] for task in clerk("task", "list", "--ready", "--json").data("tasks")] == ["Both"]
    second.say("board", "sync", **node)
    assert clerk.board_head() == second.board_head(), "what followed was pushed along"
    assert clerk.plan(plan)["tasks"].keys() == {"left", "right", "both"}


def test_a_plan_hears_of_a_task_that_was_cancelled_by_hand_before_a_sync(clerk: Clerk, tmp_path: Path) -> None:
    clerk.repository.write(".openclaw/plan-templates/join.yaml", JOIN)
    clerk.repository.git("init", "--quiet", "--bare", str(tmp_path / "shared.git"))
    clerk.repository.git("remote", "add", "origin", str(tmp_path / "shared.git"))
    plan = clerk.say("plan", "create", "join", "--quiet").strip()
    for task in clerk("task", "list", "--json").data("tasks"):
        file = clerk.file(task["id"])
        file.write_text(file.read_text().replace("status: queued", "status: cancelled"))
    assert "executing -> aborted" in clerk.say("board", "sync")
    assert clerk.plan(plan)["status"] == "aborted"
