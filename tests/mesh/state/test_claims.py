"""Claims over the mesh: one holder at a time, and nobody passes for a holder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.board.leases.held import stamp
from openclaw_hooks.mesh.state.leases import MeshLease, decode_lease, encode_lease
from openclaw_hooks.settings import parse_settings
from openclaw_hooks.tasks.model import Status
from tests.mesh.state.desk import code, said

if TYPE_CHECKING:
    from tests.mesh.state.desk import Desk

HOUR = 3600


def test_the_first_claim_wins_and_the_second_hears_who_has_it_until_when(desk: Desk) -> None:
    task = desk.add()
    answer = desk.ask("w1", "claim", task, minutes=60)
    assert (answer.result["lease"]["owner"], answer.result["before"]) == ("w1", "queued")
    late = desk.ask("w2", "claim", task)
    assert code(late) == "taken"
    assert said(late) == f"{task} is claimed by w1 until {stamp(desk.now + HOUR)}"
    assert (desk.status(task), desk.task(task).owner, desk.lease(task).owner) == ("claimed", "w1", "w1")


def test_a_claim_lasts_as_long_as_the_settings_say_unless_it_says_otherwise(desk: Desk) -> None:
    lease = desk.ask("w1", "claim", desk.add()).result["lease"]
    assert (lease["expires"], lease["minutes"]) == (stamp(desk.now + 2 * HOUR), 120)


def test_a_blocked_task_is_not_claimed(desk: Desk) -> None:
    first = desk.add(1)
    second = desk.add(2, depends_on=(first,))
    answer = desk.ask("w1", "claim", second)
    assert code(answer) == "refused"
    assert said(answer) == f"{second} is blocked: waits for {first} (queued)"
    desk.claim("w1", first)
    desk.ask("w1", "complete", first)
    desk.claim("w2", second)


@pytest.mark.parametrize(
    ("status", "said_so"), [(Status.COMPLETED, "completed and cannot"), (Status.PROPOSED, "proposed and cannot")]
)
def test_what_is_not_in_the_queue_is_not_claimed(desk: Desk, status: Status, said_so: str) -> None:
    answer = desk.ask("w1", "claim", desk.add(status=status))
    assert code(answer) == "illegal"
    assert said_so in said(answer)


def test_a_heartbeat_puts_the_end_off_and_changes_no_file(desk: Desk) -> None:
    task = desk.add()
    token = desk.claim("w1", task, minutes=10)
    desk.now += 300
    answer = desk.ask("w1", "heartbeat", task, minutes=10, token=token)
    assert answer.result["lease"]["expires"] == stamp(desk.now + 600)
    assert desk.last is not None
    assert desk.last.changes == {}
    assert list(answer.files) == [f"tasks/{task}.md"]
    assert desk.lease(task).token == token
    assert code(desk.ask("w2", "heartbeat", task)) == "lost"
    assert code(desk.ask("w1", "heartbeat", task, token="1-00000000")) == "lost"


def test_after_its_end_a_lease_can_be_taken_over_and_the_zombie_is_refused(desk: Desk) -> None:
    task = desk.add()
    old = desk.claim("w1", task, minutes=1)
    desk.now += 60 + 61
    new = desk.claim("w2", task)
    assert int(new.partition("-")[0]) == int(old.partition("-")[0]) + 1
    for verb, args in (("heartbeat", {}), ("complete", {}), ("fail", {"reason": "x"}), ("release", {"reason": "x"})):
        for token in (old, ""):
            answer = desk.ask("w1", verb, task, token=token, **args)
            assert code(answer) == "lost", verb
            assert "w2 has it now" in said(answer)
    assert code(desk.ask("w1", "start", task, token=old)) == "lost"
    assert (desk.status(task), desk.lease(task).owner) == ("claimed", "w2")


def test_an_end_that_has_passed_is_still_the_owners_until_somebody_takes_over(desk: Desk) -> None:
    task = desk.add()
    token = desk.claim("w1", task, minutes=1)
    desk.now += HOUR
    assert desk.ask("w1", "heartbeat", task, token=token).ok
    desk.now += 10 * HOUR
    assert desk.ask("w1", "complete", task, token=token).ok


def test_a_token_of_an_earlier_claim_of_the_same_node_counts_for_nothing(desk: Desk) -> None:
    task = desk.add()
    old = desk.claim("w1", task)
    desk.ask("w1", "release", task, reason="later", token=old)
    desk.claim("w1", task)
    assert code(desk.ask("w1", "complete", task, token=old)) == "lost"
    assert desk.status(task) == "claimed"


def test_a_silent_owner_loses_the_task_after_five_minutes(desk: Desk) -> None:
    task = desk.add()
    token = desk.claim("w1", task)
    assert desk.pass_time(10, {"w1": 299}).changes == {}
    decision = desk.pass_time(10, {"w1": 300, "w2": 900})
    assert (desk.status(task), desk.task(task).owner) == ("queued", "")
    assert desk.task(task).reason == "w1 has not been heard for 5 minutes"
    assert [(event.what, event.old, event.by) for event in decision.events] == [("queued", "claimed", "boss")]
    answer = desk.ask("w1", "complete", task, token=token)
    assert code(answer) == "lost"
    assert "given free" in said(answer)
    assert desk.claim("w2", task).startswith("2-")


def test_a_short_silence_is_enough_where_the_settings_say_so(desk: Desk) -> None:
    desk.policy = desk.policy._replace(settings=parse_settings(b"mesh: {silent_minutes: 0.1}"))
    task = desk.add()
    desk.claim("w1", task)
    assert desk.pass_time(1, {"w1": 5.9}).changes == {}
    desk.pass_time(1, {"w1": 6.2})
    assert desk.task(task).reason == "w1 has not been heard for 6 seconds"


def test_a_lease_that_has_ended_sends_the_task_back(desk: Desk) -> None:
    task = desk.add()
    desk.claim("w1", task, minutes=1)
    end = desk.lease(task).expires
    assert desk.pass_time(90).changes == {}
    desk.pass_time(40)
    assert (desk.status(task), desk.task(task).reason) == ("queued", f"the lease of w1 ended {end}")
    assert desk.pass_time(40) == desk.last
    assert desk.last is not None
    assert (desk.last.changes, desk.last.leases) == ({}, {})


def test_a_task_that_is_claimed_without_a_lease_goes_back_after_a_while(desk: Desk) -> None:
    task = desk.add(status=Status.RUNNING, owner="w9")
    assert desk.pass_time(0).changes == {}
    assert desk.pass_time(299).changes == {}
    desk.pass_time(1)
    assert (desk.status(task), desk.task(task).reason) == ("queued", "w9 holds no lease of it")


def test_a_claim_cut_off_between_lease_and_task_is_taken_up_by_the_same_command(desk: Desk) -> None:
    task = desk.add()
    request = "a" * 16
    desk.ask("w1", "claim", task, request=request)
    token = desk.lease(task).token
    desk.write(task, (desk.state.content(task) or b"").replace(b"claimed\nowner: w1", b"queued"))
    assert desk.status(task) == "queued"
    assert desk.claim("w1", task, request=request) == token
    assert desk.status(task) == "claimed"


def test_a_claim_cut_off_for_good_holds_others_off_for_a_moment_only(desk: Desk) -> None:
    task = desk.add()
    desk.write_lease(task, MeshLease(task, "w1", "7-00000000", stamp(desk.now + HOUR)))
    assert code(desk.ask("w2", "claim", task)) == "taken"
    desk.pass_time(0)
    desk.pass_time(31)
    assert desk.claim("w2", task).startswith("8-")


def test_an_end_cut_off_between_lease_and_task_is_taken_up_by_the_same_command_alone(desk: Desk) -> None:
    task = desk.add()
    token = desk.claim("w1", task)
    before = desk.state.content(task)
    request = "b" * 16
    desk.ask("w1", "complete", task, token=token, request=request)
    desk.write(task, before)
    for node, other in (("w1", "c" * 16), ("w2", request)):
        assert code(desk.ask(node, "complete", task, request=other)) == "lost"
    assert desk.ask("w1", "complete", task, token=token, request=request).ok
    assert desk.status(task) == "completed"


def test_a_repeated_command_is_answered_as_done(desk: Desk) -> None:
    task = desk.add()
    first = desk.ask("w1", "claim", task, request="d" * 16)
    again = desk.ask("w1", "claim", task, request="d" * 16)
    assert first.result["lease"] == again.result["lease"]
    assert desk.ask("w1", "complete", task, request="e" * 16).ok
    decided = desk.revision
    assert desk.ask("w1", "complete", task, request="e" * 16).ok
    assert desk.revision == decided
    assert code(desk.ask("w1", "complete", task)) == "illegal"
    assert code(desk.ask("w2", "complete", task, request="e" * 16)) == "illegal"


def test_a_lease_survives_its_value_and_what_is_none_is_refused() -> None:
    lease = MeshLease("T-000001", "w1", "3-0a0a0a0a", stamp(0), request="w1/x")
    assert decode_lease("T-000001", encode_lease(lease)) == lease
    bad = [b"", b"{", b"[]", b'{"task": 1}', encode_lease(lease).replace(b"3-", b"x-"), b"\xff\xfe" * 9]
    assert [decode_lease("T-000001", value) for value in bad] == [None] * len(bad)
    assert decode_lease("T-000002", encode_lease(lease)) is None


def test_behind_a_lease_that_cannot_be_read_tokens_go_on(desk: Desk) -> None:
    task = desk.add()
    desk.claim("w1", task)
    desk.write_lease(task, None)
    number = desk.revision
    assert code(desk.ask("w1", "complete", task)) == "lost"
    assert code(desk.ask("boss", "release", task, reason="lost lease", force=True)) == ""
    assert desk.claim("w2", task).startswith(f"{number + 1}-")


def test_a_lost_store_costs_nobody_their_claim(desk: Desk) -> None:
    held, done = desk.add(1), desk.add(2)
    tokens = {task: desk.claim("w1", task) for task in (held, done)}
    for task in (held, done):
        desk.write_lease(task, None)
    desk.state.leases.clear()
    for node, token in (("w2", tokens[held]), ("w1", ""), ("w1", "no token"), ("w1", "0-00000000")):
        assert code(desk.ask(node, "heartbeat", held, token=token)) == "lost", (node, token)
    renewed = desk.ask("w1", "heartbeat", held, token=tokens[held], minutes=30).result["lease"]
    assert (renewed["token"], renewed["expires"]) == (tokens[held], stamp(desk.now + 1800))
    assert code(desk.ask("w1", "complete", held, token="1-00000000")) == "lost", "one of them has it, for good"
    desk.ask("w1", "complete", done, token=tokens[done])
    assert desk.status(done) == "completed"


def test_a_claim_that_somebody_had_since_is_not_taken_up(desk: Desk) -> None:
    task = desk.add()
    old = desk.claim("w1", task, minutes=1)
    desk.now += 60 + 61
    new = desk.claim("w2", task)
    desk.ask("w2", "release", task, token=new, reason="not mine")
    assert code(desk.ask("w1", "heartbeat", task, token=old)) in ("lost", "refused")
    desk.write(task, desk.state.content(task).replace(b"status: released", b"status: claimed\nowner: w1"))  # type: ignore[union-attr]
    assert code(desk.ask("w1", "heartbeat", task, token=old)) == "lost"
