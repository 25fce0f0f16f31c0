"""Which tasks an agent takes by itself: those for an agent alone, and not again what it gave back."""

from __future__ import annotations

import pytest

from openclaw_hooks.cli.agent.pauses import FIRST_S, Pauses
from openclaw_hooks.cli.agent.pick import Wanted, pick_tasks
from openclaw_hooks.roles.load import load_roles
from openclaw_hooks.tasks.graph import judge_task
from openclaw_hooks.tasks.model import Collaboration, Delegation, Mode, Status, Task

ROLES = tuple(load_roles(None))


def make(number: int = 1, **fields: object) -> Task:
    values = {"id": f"T-00000{number}", "title": "Do it", "status": Status.QUEUED} | fields
    return Task(**values)  # type: ignore[arg-type]


def pick(*tasks: Task, wanted: Wanted | None = None) -> tuple[list[str], dict[str, str]]:
    board = {task.id: task for task in tasks}
    standings = {task.id: judge_task(task, board) for task in tasks}
    picked = pick_tasks(board, standings, wanted or Wanted(), ROLES)
    return [task.id for task in picked.tasks], picked.left


@pytest.mark.parametrize(
    ("task", "reason"),
    [
        (make(delegation=Delegation(mode=Mode.SOLO_MESH)), ""),
        (make(metric="make test"), ""),
        (make(scope=("src/api/**",), role="backend-dev"), ""),
        (make(delegation=Delegation(mode=Mode.HUMAN), metric="make test"), "its mode is human"),
        (make(delegation=Delegation(mode=Mode.SOUL, soul="ada")), "its mode is soul"),
        (make(delegation=Delegation(mode=Mode.LOCAL)), "its mode is local"),
        (make(delegation=Delegation(mode=Mode.COLLAB_MESH)), "its mode is collab_mesh"),
        (make(delegation=Delegation(collaboration=Collaboration())), "its mode is collab_mesh (declares how"),
        (make(metric="make test", scope=("src/auth/**",)), "its mode is collab_mesh (scope `src/auth/**`"),
        (make(), "its mode is local (no metric"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_only_what_is_for_an_agent_alone_is_taken(task: Task, reason: str) -> None:
    taken, left = pick(task)
    assert taken == ([] if reason else [task.id])
    assert left.get(task.id, "").startswith(reason)
    assert bool(left) is bool(reason)


def test_the_most_urgent_and_oldest_comes_first_and_what_is_not_ready_not_at_all() -> None:
    tasks = [
        make(1, metric="x", created="2026-01-03T00:00:00Z"),
        make(2, metric="x", created="2026-01-02T00:00:00Z"),
        make(3, metric="x", created="2026-01-04T00:00:00Z", priority=5),
        make(4, metric="x", depends_on=("T-000001",)),
        make(5, metric="x", status=Status.RUNNING, owner="eve"),
        make(6, metric="x", status=Status.PENDING_REVIEW),
    ]
    assert pick(*tasks) == (["T-000003", "T-000002", "T-000001"], {})


def test_roles_and_labels_that_are_asked_for() -> None:
    docs, code = (
        make(1, metric="x", role="docs-writer", labels=("small", "docs")),
        make(2, metric="x", role="qa-engineer"),
    )
    bare = make(3, metric="x")
    assert pick(docs, code, bare, wanted=Wanted(roles=("docs-writer",))) == (
        [docs.id],
        {code.id: "its role is qa-engineer", bare.id: "it has no role"},
    )
    assert pick(docs, code, wanted=Wanted(labels=("small", "docs")))[0] == [docs.id]
    assert pick(docs, wanted=Wanted(labels=("small", "big")))[1] == {docs.id: "it has no label big"}


def test_what_was_given_back_waits_to_be_requeued() -> None:
    assert pick(make(1, metric="x", status=Status.RELEASED)) == ([], {})


def test_what_was_tried_in_vain_pauses_twice_as_long_each_time_until_it_changes() -> None:
    now = 0.0
    pauses = Pauses(lambda: now)
    assert pauses.is_over("a", 1)
    pauses.add("a", 1)
    assert not pauses.is_over("a", 1)
    assert pauses.is_over("a", 2)
    assert pauses.is_over("b", 1)
    now = FIRST_S
    assert pauses.is_over("a", 1)
    pauses.add("a", 1)
    now = FIRST_S * 2.9
    assert not pauses.is_over("a", 1)
    now = FIRST_S * 3
    assert pauses.is_over("a", 1)
