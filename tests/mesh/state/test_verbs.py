"""Who may do what over the mesh: every verb, asked by a worker, a person's node and a lead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from openclaw_hooks.board.approving.content_hash import Kind, content_hash
from openclaw_hooks.mesh.state.decide import VERBS
from openclaw_hooks.tasks.model import Delegation, Mode, Status
from tests.mesh.state.desk import code, said

if TYPE_CHECKING:
    from tests.mesh.state.desk import Desk

REVIEWED = {"status": Status.PENDING_REVIEW, "requires_review": True, "owner": "w1"}
NODES = ("w1", "w2", "ada", "boss")  # w1 has the task where somebody has

# verb, arguments, the task before, and what becomes of it for each node: a status, or the code of the refusal
CASES: list[tuple[str, dict[str, Any], dict[str, object] | str, tuple[str, str, str, str]]] = [
    ("claim", {}, {}, ("claimed", "claimed", "claimed", "claimed")),
    ("start", {}, "w1", ("running", "lost", "lost", "lost")),
    ("heartbeat", {}, "w1", ("claimed", "lost", "lost", "lost")),
    ("complete", {}, "w1", ("completed", "lost", "lost", "lost")),
    ("fail", {"reason": "no"}, "w1", ("failed", "lost", "lost", "refused")),
    ("fail", {"reason": "no", "force": True}, "w1", ("failed", "lost", "lost", "failed")),
    ("fail", {}, "w1", ("invalid", "invalid", "invalid", "invalid")),
    ("release", {"reason": "no"}, "w1", ("released", "lost", "lost", "refused")),
    ("release", {"reason": "no", "force": True}, "w1", ("released", "lost", "lost", "released")),
    ("accept", {}, {"status": Status.PROPOSED}, ("illegal", "illegal", "illegal", "queued")),
    ("reject", {"reason": "no"}, {"status": Status.PROPOSED}, ("illegal", "illegal", "illegal", "rejected")),
    ("reject", {"reason": "no"}, REVIEWED, ("illegal", "illegal", "queued", "queued")),
    ("reject", {"reason": "no", "final": True}, REVIEWED, ("illegal", "illegal", "failed", "failed")),
    ("cancel", {"reason": "no"}, {}, ("illegal", "illegal", "illegal", "cancelled")),
    ("cancel", {"reason": "no"}, "w1", ("illegal", "illegal", "illegal", "cancelled")),
    ("requeue", {}, {"status": Status.FAILED}, ("illegal", "illegal", "illegal", "queued")),
    ("requeue", {"force": True}, "w1", ("illegal", "illegal", "illegal", "queued")),
    ("requeue", {}, "w1", ("illegal", "illegal", "illegal", "refused")),
    ("approve", {}, REVIEWED, ("invalid", "invalid", "invalid", "invalid")),
    ("plan_advance", {}, {}, ("not_found", "not_found", "not_found", "not_found")),
]


@pytest.mark.parametrize("place", range(len(NODES)), ids=NODES)
@pytest.mark.parametrize(("verb", "args", "before", "after"), CASES)
def test_who_may_do_what(
    desk: Desk, verb: str, args: dict[str, Any], before: dict[str, object] | str, after: tuple[str, ...], place: int
) -> None:
    task = desk.add(**before) if isinstance(before, dict) else desk.add()
    if isinstance(before, str):
        desk.claim(before, task)
    was, content = desk.status(task), desk.state.content(task)
    answer = desk.ask(NODES[place], verb, task, **args)
    if answer.ok:
        assert desk.status(task) == after[place]
        assert answer.files[f"tasks/{task}.md"].encode() == desk.state.content(task)
    else:
        assert code(answer) == after[place]
        assert said(answer)
        assert (desk.status(task), desk.state.content(task)) == (was, content)


def approval(desk: Desk, task: str, by: str = "ada") -> dict[str, str]:
    """What a person's machine makes of the file as it is."""
    return {"by": by, "at": "2026-11-22T10:00:00Z", "hash": content_hash(Kind.TASK, desk.state.content(task) or b"")}


def test_a_person_approves_and_it_is_their_nodes_approval_whatever_it_says(desk: Desk) -> None:
    task = desk.add(**REVIEWED)
    assert desk.ask("ada", "approve", task, approval=approval(desk, task, by="the-boss")).ok
    assert desk.status(task) == "completed"
    given = desk.task(task).approval
    assert given is not None
    assert given.by == "ada"


@pytest.mark.parametrize(
    ("node", "agent", "role"), [("w1", "", ""), ("ada", "claude", ""), ("boss", "claude", ""), ("boss", "", "worker")]
)
def test_workers_and_agents_approve_nothing(desk: Desk, node: str, agent: str, role: str) -> None:
    task = desk.add(**REVIEWED)
    answer = desk.ask(node, "approve", task, approval=approval(desk, task), agent=agent, role=role)
    assert code(answer) == "illegal"
    assert "for a person only" in said(answer)
    assert desk.status(task) == "pending_review"


def test_what_a_command_says_of_its_role_gives_nothing(desk: Desk) -> None:
    task = desk.add(status=Status.PROPOSED)
    assert code(desk.ask("w1", "accept", task, role="lead")) == "illegal"
    assert code(desk.ask("boss", "accept", task, role="worker")) == "illegal"
    assert code(desk.ask("stranger", "accept", task, as_role="king")) == "illegal"
    assert desk.ask("boss", "accept", task, agent="claude").ok


def test_an_approval_of_other_content_does_not_count(desk: Desk) -> None:
    task = desk.add(**REVIEWED)
    given = approval(desk, task)
    desk.ask("boss", "edit", task, base="", content=(desk.state.content(task) or b"").decode() + "\nMore.\n")
    answer = desk.ask("ada", "approve", task, approval=given)
    assert (code(answer), "changed since" in said(answer)) == ("refused", True)


def test_completed_work_that_changed_is_approved_again_by_people_only(desk: Desk) -> None:
    task = desk.add(**REVIEWED)
    desk.ask("ada", "approve", task, approval=approval(desk, task))
    desk.ask("boss", "edit", task, base="", content=(desk.state.content(task) or b"").decode() + "\nMore.\n")
    assert code(desk.ask("w1", "approve", task, approval=approval(desk, task))) == "illegal"
    assert desk.ask("ada", "approve", task, approval=approval(desk, task)).ok


def test_a_reviewed_task_waits_for_its_review_and_says_why(desk: Desk) -> None:
    task = desk.add(delegation=Delegation(mode=Mode.SOLO_MESH), metric="make test")
    desk.claim("w1", task)
    answer = desk.ask("w1", "complete", task, result="Done.", measured="true")
    assert answer.result["why"] == "its metric was not measured"
    assert (desk.status(task), desk.task(task).body) == ("pending_review", "## Result\n\nDone.\n")
    assert desk.lease(task).owner == ""


def test_a_metric_that_was_run_completes(desk: Desk) -> None:
    task = desk.add(delegation=Delegation(mode=Mode.SOLO_MESH), metric="make test")
    desk.claim("w1", task)
    assert desk.ask("w1", "complete", task, measured="make test").ok
    assert desk.status(task) == "completed"


def test_a_person_completes_what_nobody_claimed_in_one_step(desk: Desk) -> None:
    task = desk.add()
    assert code(desk.ask("w1", "complete", task)) == "refused"
    assert desk.ask("ada", "complete", task).ok
    assert (desk.status(task), desk.task(task).owner, desk.lease(task).owner) == ("completed", "ada", "")


@pytest.mark.parametrize("verb", sorted(set(VERBS) - {"propose", "new", "hello"}))
def test_what_is_not_there_is_said_to_be_so(desk: Desk, verb: str) -> None:
    name = "P-000009" if verb.startswith("plan_") else "T-000009"
    answer = desk.ask("boss", verb, name, reason="x", content="no task")
    assert code(answer) == ("invalid" if verb in ("edit", "put") else "not_found")


def test_an_unknown_verb_and_wrong_arguments_are_said_to_be_so(desk: Desk) -> None:
    task = desk.add()
    assert code(desk.ask("w1", "explode", task)) == "invalid"
    assert "`explode`" in said(desk.ask("w1", "explode", task))
    for args in ({"minutes": "soon"}, {"minutes": -1}, {"minutes": 10**6}, {"force": "yes"}, {"approval": 7}):
        assert code(desk.ask("w1", "claim", task, **args)) == "invalid"
    assert desk.ask("w1", "claim", task, from_the_future=[1]).ok


def test_identity_in_the_body_is_nobodys(desk: Desk) -> None:
    task = desk.add()
    desk.ask("w1", "claim", task, owner="boss", node="boss", by="boss")
    assert desk.task(task).owner == "w1"
    desk.ask("w1", "complete", task, owner="boss", status="failed")
    assert (desk.task(task).owner, desk.status(task)) == ("w1", "completed")


def test_a_result_that_makes_the_file_too_large_is_refused_as_that(desk: Desk) -> None:
    task = desk.add()
    desk.claim("w1", task)
    answer = desk.ask("w1", "complete", task, result="x" * 300_000)
    assert code(answer) == "too_large"
    assert desk.status(task) == "claimed"


def test_a_result_with_a_secret_is_refused(desk: Desk, aws_key: str) -> None:
    task = desk.add()
    desk.claim("w1", task)
    answer = desk.ask("w1", "complete", task, result=f"The key is {aws_key}.")
    assert code(answer) == "refused"
    assert aws_key not in said(answer)
    assert desk.status(task) == "claimed"


def test_hello_says_who_one_is(desk: Desk) -> None:
    assert desk.ask("w1", "hello").result["rights"] == ["any"]
    assert desk.ask("ada", "hello", agent="claude").result["rights"] == ["any"]
    assert desk.ask("boss", "hello").result == {
        "node": "boss",
        "role": "lead",
        "rights": ["any", "human", "lead"],
        "reports": [],
    }


def test_events_say_what_happened_to_whom(desk: Desk) -> None:
    task = desk.add()
    desk.claim("w1", task)
    assert desk.last is not None
    [event] = desk.last.events
    assert (event.kind, event.name, event.what, event.old, event.by, event.owner, event.title) == (
        *("task", task, "claimed", "queued", "w1", "w1"),
        "Do it",
    )
