"""Edits of files that come over the mesh: merged with what there is, and judged by who sends them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.plans.model import PlanFile, PlanStatus, Subtask
from openclaw_hooks.tasks.markdown import edit_task
from openclaw_hooks.tasks.model import Delegation, Mode, Status
from tests.mesh.state.desk import code, said

if TYPE_CHECKING:
    from collections.abc import Callable

    from openclaw_hooks.mesh.wire.messages import Answer
    from tests.mesh.state.desk import Desk

PLAN = PlanFile(
    id="P-000001",
    title="Ship it",
    status=PlanStatus.DRAFT,
    subtasks=(Subtask(id="one", title="One", delegation=Delegation(mode=Mode.LOCAL)),),
)
BODY = "## Description\n\nWhat is wanted.\n\n## Notes\n\nNone.\n"


def text(desk: Desk, key: str) -> str:
    return (desk.state.content(key) or b"").decode()


def change(base: str, **changes: object) -> str:
    return edit_task(base.encode(), changes).decode()


def send(desk: Desk, node: str, key: str, base: str | None, content: str) -> Answer:
    return desk.ask(node, "edit", key, base=base, content=content)


def test_a_worker_writes_into_the_text_and_keys_of_others_stay(desk: Desk) -> None:
    task = desk.add(body=BODY)
    base = text(desk, task).replace("status: queued", "status: queued\nx_tool: 7 # theirs")
    desk.write(task, base.encode())
    answer = send(desk, "w1", task, base, base.replace("None.", "It is in src/a.py."))
    assert answer.error is None
    assert answer.result["conflicts"] == []
    assert text(desk, task) == base.replace("None.", "It is in src/a.py.")
    assert answer.files[f"tasks/{task}.md"] == text(desk, task)


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Something else"},
        {"scope": ("**",)},
        {"metric": "true"},
        {"requires_review": False},
        {"status": Status.COMPLETED},
        {"status": Status.CLAIMED, "owner": "w1"},
        {"status": Status.CANCELLED, "reason": "no"},
        {"owner": "w1"},
        {"created_by": "w1"},
        {"origin": "elsewhere"},
        {"plan": "P-000001", "subtask": "one"},
        {"recovered_by": "T-000009"},
    ],
)
@pytest.mark.parametrize("node", ["w1", "ada"])
def test_what_is_not_the_senders_to_edit_is_put_back_and_reported(
    desk: Desk, node: str, changes: dict[str, object]
) -> None:
    task = desk.add(body=BODY, scope=("src/",), created_by="boss")
    base = text(desk, task)
    answer = send(desk, node, task, base, change(base, **changes, body=BODY + "More.\n"))
    after = desk.task(task)
    for name in changes:
        if name != "reason":
            assert getattr(after, name) == getattr(desk.state.tasks[task], name)
    assert (after.status, after.owner, after.title, after.scope) == (Status.QUEUED, "", "Do it", ("src/",))
    assert (after.plan, after.metric, after.requires_review, after.created_by) == ("", "", None, "boss")
    assert after.body == BODY + "More.\n"
    assert answer.result["reports"]


def test_edits_of_two_nodes_are_merged(desk: Desk) -> None:
    task = desk.add(body=BODY)
    base = text(desk, task)
    send(desk, "w1", task, base, base.replace("None.", "One."))
    answer = send(desk, "w2", task, base, base.replace("What is wanted.", "What is really wanted."))
    assert answer.result["conflicts"] == []
    assert "What is really wanted." in text(desk, task)
    assert "One." in text(desk, task)


def test_of_two_edits_of_one_thing_the_first_stays_and_the_other_is_handed_back(desk: Desk) -> None:
    task = desk.add(body=BODY)
    base = text(desk, task)
    send(desk, "w1", task, base, base.replace("None.", "One."))
    answer = send(desk, "w2", task, base, base.replace("None.", "Two."))
    [conflict] = answer.result["conflicts"]
    assert ("One." in conflict["kept"], "Two." in conflict["dropped"]) == (True, True)
    assert "Two." not in text(desk, task)


def test_an_old_file_is_no_edit(desk: Desk) -> None:
    task = desk.add(body=BODY)
    base = text(desk, task)
    desk.claim("w1", task)
    answer = send(desk, "w2", task, base, base)
    assert desk.last is not None
    assert (answer.ok, desk.last.changes) == (True, {})
    assert desk.status(task) == "claimed"


def test_a_leads_file_is_merged_and_not_judged(desk: Desk) -> None:
    task = desk.add(body=BODY, scope=("src/",))
    base = text(desk, task)
    answer = desk.ask("boss", "put", task, base=base, content=change(base, title="New", scope=("docs/",)))
    assert answer.ok
    assert (desk.task(task).title, desk.task(task).scope) == ("New", ("docs/",))
    assert code(desk.ask("w1", "put", task, base=base, content=base)) == "forbidden"


def test_what_a_lead_ends_by_its_file_gives_the_lease_back(desk: Desk) -> None:
    task = desk.add()
    token = desk.claim("w1", task)
    base = text(desk, task)
    desk.ask("boss", "put", task, base=base, content=change(base, status=Status.CANCELLED, reason="over"))
    assert desk.lease(task).owner == ""
    assert code(desk.ask("w1", "heartbeat", task, token=token)) == "lost"


def test_a_lead_brings_files_that_the_buckets_lost(desk: Desk) -> None:
    task = desk.add(status=Status.COMPLETED, created_by="w1")
    content = text(desk, task)
    desk.write(task, None)
    assert task not in desk.state.tasks
    assert code(send(desk, "w1", task, None, content)) == "conflict"
    assert desk.ask("boss", "put", task, content=content).ok
    assert text(desk, task) == content


def test_plans_are_for_the_lead_to_edit(desk: Desk) -> None:
    plan = desk.add_plan(PLAN)
    base = text(desk, plan)
    edited = base.replace("One", "Another one")
    for node in ("w1", "ada"):
        answer = send(desk, node, plan, base, edited)
        assert text(desk, plan) == base
        [conflict] = answer.result["conflicts"]
        assert (conflict["field"], conflict["dropped"]) == ("file", edited)
        assert "put back" in answer.result["reports"][0]
    assert send(desk, "boss", plan, base, edited).ok
    assert text(desk, plan) == edited
    assert code(send(desk, "w1", "P-000002", None, base.replace(plan, "P-000002"))) == "forbidden"
    assert desk.ask("boss", "put", "P-000002", content=base.replace(plan, "P-000002")).ok


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("x" * 300_000, "too_large"),
        ("---\nid: T-00000c\ntitle: A\nstatus: queued\n---\n", "invalid"),
    ],
)
def test_files_that_are_none_change_nothing(desk: Desk, content: str, problem: str) -> None:
    task = desk.add()
    base = text(desk, task)
    for node in ("w1", "boss"):
        answer = send(desk, node, task, base, content)
        assert code(answer) == problem
        assert text(desk, task) == base
    for node in ("w1", "boss"):  # what no program can read is handed back whole
        answer = send(desk, node, task, base, "<<<<<<< mine\n")
        assert answer.result["conflicts"][0]["dropped"] == "<<<<<<< mine\n"
        assert text(desk, task) == base


def test_an_edit_names_a_task_or_a_plan(desk: Desk) -> None:
    for name in ("", "conflicts", "../x"):
        assert code(desk.ask("w1", "edit", name, content="x")) == "not_found"


def test_a_value_that_nobody_can_read_is_mended_by_the_lead(desk: Desk) -> None:
    task = desk.add()
    whole = text(desk, task)
    desk.write(task, b"---\nid: T-0000")
    assert code(desk.ask("w1", "claim", task)) == "invalid"
    assert "cannot be read" in said(send(desk, "w1", task, None, whole))
    assert desk.ask("boss", "put", task, content=whole).ok
    desk.claim("w1", task)


def test_no_edit_keeps_the_lead_from_all_else(desk: Desk) -> None:
    texts: list[Callable[[int], str]] = [
        lambda turn: "".join(f"## {(x * turn) % 20011}\n" for x in range(20_000)),
        lambda turn: "## a\nx\n" * (20_000 + turn),
        lambda turn: "\n" * (100_000 + turn) + "x",
    ]
    for number, make in enumerate(texts, 1):
        task = desk.add(number, body=make(3))
        base = text(desk, task)
        head = base[: base.index("---\n", 4) + 5]
        desk.write(task, (head + make(5)).encode())
        begun = time.process_time()
        assert send(desk, "w1", task, base, head + make(7)).ok
        assert time.process_time() - begun < 3  # it takes a fifth of that; a minute and more when it was quadratic


def test_a_long_head_is_for_the_lead_to_write(desk: Desk) -> None:
    task = desk.add()
    base = text(desk, task)
    long = base.replace("status: queued", "status: queued\nlabels:\n" + "- label\n" * 5_000)
    for answer in (send(desk, "w1", task, base, long), send(desk, "w1", "T-00000b", None, long)):
        assert code(answer) == "too_large"
    assert code(desk.ask("w1", "propose", fields={"title": "A", "labels": ["label"] * 5_000})) == "too_large"
    assert send(desk, "boss", task, base, long).ok
