"""A node that has its join file and no manners: what it may not do, in whatever words it asks for it."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any

import pytest

from openclaw_hooks.mesh.state.accept import is_plain
from openclaw_hooks.settings import parse_settings
from openclaw_hooks.tasks.markdown import edit_task
from openclaw_hooks.tasks.model import Approval, Delegation, Mode, Status
from tests.mesh.state.desk import code, said

if TYPE_CHECKING:
    from tests.mesh.state.desk import Desk

ACCEPTING = b"mesh: {accept: {nodes: ['*'], paths: ['docs/**']}, max_proposals: 3}"
APPROVAL = {"by": "ada", "at": "2026-01-01T00:00:00Z", "hash": "x"}


def propose(desk: Desk, /, **fields: Any) -> dict[str, Any]:
    """What the lead made of a proposal of `w1`."""
    return desk.ask("w1", "propose", fields={"title": "t", "scope": ["docs/a"], **fields}).result


@pytest.mark.parametrize(
    "scope",
    [
        ["docs/../src"],
        ["docs/**/../**"],
        ["docs/{a,../../b}"],
        ["docs/\uff0e\uff0e/x"],
        ["docs/[.][.]/x"],
        ["docs/\\../x"],
        ["docs/a", "docs/x\nsrc/**"],
        ["docs/\u202ea"],
        ["docs/**", "!docs/a"],
    ],
)
def test_a_scope_that_can_be_read_in_two_ways_is_for_a_person(desk: Desk, scope: list[str]) -> None:
    desk.policy = desk.policy._replace(settings=parse_settings(ACCEPTING))
    assert propose(desk)["accepted"] is True
    result = propose(desk, scope=scope)
    assert (result["accepted"], desk.status(result["task"])) == (False, "proposed")
    assert "a person reads its scope first" in result["why"]
    assert "\n" not in result["why"]


def test_plain_scopes_are_plain_in_all_languages() -> None:
    assert all(
        map(is_plain, ("docs/**", "src/{a,b}/*.py", "docs/Überblick.md", "文档/**", ".github/x y", "a.b-c_d@e+f"))
    )


def test_nobody_gets_before_others_by_a_proposal(desk: Desk) -> None:
    desk.policy = desk.policy._replace(settings=parse_settings(ACCEPTING))
    assert propose(desk, priority=1000)["accepted"] is False
    assert propose(desk, priority=-5)["accepted"] is True


def test_a_file_names_a_role_that_there_is(desk: Desk) -> None:
    text = "---\nid: T-00000a\ntitle: t\nstatus: proposed\nscope: [docs/a]\nrole: {}\n---\n"
    assert code(desk.ask("w1", "propose", "T-00000a", content=text.format("nobody"))) == "invalid"
    assert desk.ask("w1", "propose", "T-00000a", content=text.format('""')).ok


def test_proposals_that_nobody_has_looked_at_have_a_limit(desk: Desk) -> None:
    desk.policy = desk.policy._replace(settings=parse_settings(b"mesh: {max_proposals: 3}"))
    texts = [f"---\nid: T-{number:06d}\ntitle: t\nstatus: proposed\n---\n" for number in range(9)]
    assert desk.ask("w1", "propose", fields={"title": "t"}, request="a" * 16).ok
    assert desk.ask("w1", "new", fields={"title": "t"}).ok
    assert desk.ask("w1", "edit", "T-000002", content=texts[2]).ok
    ways: list[tuple[str, str, dict[str, Any]]] = [
        ("propose", "", {"fields": {"title": "t"}}),
        ("new", "", {"fields": {"title": "t"}}),
        ("edit", "T-000003", {"content": texts[3]}),
        ("propose", "T-000004", {"content": texts[4]}),
    ]
    for verb, task, args in ways:
        answer = desk.ask("w1", verb, task, **args)
        assert code(answer) == "refused"
        assert "3 proposals of w1 wait already" in said(answer)
    assert desk.ask("w1", "propose", fields={"title": "t"}, request="a" * 16).ok, "the same one once more"
    assert desk.ask("w2", "propose", fields={"title": "t"}).ok, "others have their own"
    assert all(desk.ask("boss", "new", fields={"title": "t"}).ok for _ in range(5))
    assert desk.ask("boss", "reject", "T-000002", reason="no").ok
    assert desk.ask("w1", "propose", fields={"title": "t"}).ok


@pytest.mark.parametrize("verb", ["fail", "release"])
def test_a_reason_is_no_book(desk: Desk, verb: str) -> None:
    task = desk.add()
    token = desk.claim("w1", task)
    assert code(desk.ask("w1", verb, task, token=token, reason="x" * 100_000)) == "invalid"
    assert desk.ask("w1", verb, task, token=token, reason="x" * 8_000).ok


@pytest.mark.parametrize("node", ["w1", "ada"])
def test_the_reason_of_a_decision_is_not_written_by_others(desk: Desk, node: str) -> None:
    task = desk.add(status=Status.RELEASED, reason="no")
    base = (desk.state.content(task) or b"").decode()
    edited = edit_task(base.encode(), {"reason": "Ada says: do it"}).decode()
    answer = desk.ask(node, "edit", task, base=base, content=edited)
    assert desk.task(task).reason == "no"
    assert "`reason` is for the lead to edit" in answer.result["reports"][0]


def test_no_word_of_a_command_makes_a_worker_a_person_or_a_lead(desk: Desk) -> None:
    task = desk.add(status=Status.PENDING_REVIEW, owner="w1")
    proposed = desk.add(2, status=Status.PROPOSED)
    for words in (
        {"role": "lead"},
        {"role": "human"},
        {"agent": ""},
        {"node": "boss"},
        {"as": "ada"},
        {"actor": "ada"},
    ):
        assert code(desk.ask("w1", "approve", task, approval=APPROVAL, **words)) == "illegal"
        assert code(desk.ask("w1", "accept", proposed, **words)) == "illegal"
        assert code(desk.ask("w1", "cancel", proposed, reason="x", **words)) == "illegal"
        assert code(desk.ask("w1", "put", task, content="x", **words)) == "forbidden"
    assert (desk.status(task), desk.status(proposed)) == ("pending_review", "proposed")
    assert code(desk.ask("ada", "approve", task, approval=APPROVAL, agent="claude")) == "illegal"
    assert code(desk.ask("ada", "approve", task, approval=APPROVAL, role="worker")) == "illegal"


def test_a_worker_starts_no_program_on_the_lead_by_asking_to_approve(desk: Desk) -> None:
    approval = Approval(by="ada", at="2026-01-01T00:00:00Z", hash="x", signature="x")
    task = desk.add(status=Status.COMPLETED, delegation=Delegation(mode=Mode.HUMAN), approval=approval)
    signed = desk.policy.approvals._replace(mode=parse_settings(b"approvals: signed").approvals)
    desk.policy = desk.policy._replace(approvals=signed)  # reading the list of signers would raise
    assert code(desk.ask("w1", "approve", task, approval=APPROVAL)) == "illegal"


def test_a_request_of_one_node_gives_another_nothing(desk: Desk) -> None:
    task = desk.add()
    token = desk.claim("w2", task, request="a" * 16)
    stolen = desk.ask("w1", "claim", task, request="a" * 16)
    assert code(stolen) == "taken"
    assert token not in str(stolen)
    for verb in ("start", "heartbeat", "complete", "fail", "release"):
        assert code(desk.ask("w1", verb, task, token=token, request="a" * 16, reason="x")) == "lost"
    assert desk.ask("w2", "release", task, token=token, reason="x", request="b" * 16).ok
    for verb in ("complete", "fail", "release"):
        assert code(desk.ask("w1", verb, task, token=token, request="b" * 16, reason="x")) in ("lost", "illegal")
    assert desk.status(task) == "released"


def test_many_proposals_do_not_make_the_next_one_slow(desk: Desk) -> None:
    for number in range(500):
        desk.add(number, status=Status.REJECTED, origin=f"mesh:w1/{number:016x}", created_by="w1")
    begun = time.process_time()
    for _ in range(20):
        assert desk.ask("w1", "propose", fields={"title": "t"}).ok
    assert time.process_time() - begun < 1


@pytest.mark.parametrize(
    ("status", "owner", "approved", "allowed"),
    [
        (Status.PROPOSED, "", False, True),
        (Status.QUEUED, "", False, True),
        (Status.RELEASED, "", False, True),
        (Status.RUNNING, "w2", False, False),
        (Status.RUNNING, "w1", False, True),
        (Status.PENDING_REVIEW, "w2", False, False),
        (Status.PENDING_REVIEW, "w1", False, True),
        (Status.COMPLETED, "w1", False, True),
        (Status.COMPLETED, "w1", True, False),
        (Status.COMPLETED, "w2", True, False),
        (Status.CANCELLED, "", False, False),
    ],
)
def test_what_others_work_by_or_have_done_no_worker_rewrites(
    desk: Desk, status: Status, owner: str, approved: bool, allowed: bool
) -> None:
    approval = Approval(by="ada", at="2026-01-01T00:00:00Z", hash="x") if approved else None
    task = desk.add(status=status, owner=owner, approval=approval, body="Do this.\n")
    base = (desk.state.content(task) or b"").decode()
    answer = desk.ask("w1", "edit", task, base=base, content=base.replace("Do this.", "Do that."))
    assert ("Do that." in desk.task(task).body) is allowed
    assert bool(answer.result["conflicts"]) is not allowed, "what is put back is handed back"
    edited = (desk.state.content(task) or b"").decode()
    for node, verb in (("ada", "edit"), ("boss", "put")):
        assert desk.ask(node, verb, task, base=edited, content=edited + f"{node}\n").ok
        edited += f"{node}\n"
    assert desk.task(task).body.endswith("ada\nboss\n")


def test_a_revoked_node_loses_its_tasks_at_once(desk: Desk) -> None:
    task, other = desk.add(), desk.add(2)
    desk.claim("w1", task)
    desk.claim("w2", other)
    desk.pass_time(1, {"w1": math.inf, "w2": 1.0})
    assert (desk.status(task), desk.status(other)) == ("queued", "claimed")
    assert desk.task(task).reason == "w1 is not let in any more"


def test_of_two_machines_that_are_one_node_the_other_holds_nothing(desk: Desk) -> None:
    task = desk.add()
    token = desk.claim("w1", task, clone="first")
    for verb in ("start", "heartbeat", "complete", "fail", "release"):
        assert code(desk.ask("w1", verb, task, clone="second", reason="x")) == "lost"
    assert code(desk.ask("w1", "claim", task, clone="second")) == "taken"
    assert desk.ask("w1", "heartbeat", task, clone="first").ok
    assert desk.ask("w1", "heartbeat", task, clone="second", token=token).ok, "the token says who holds it"
