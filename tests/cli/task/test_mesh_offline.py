"""Verbs in a clone that has joined a mesh, when its lead cannot be asked: what waits, what is refused, what needs no lead."""

from __future__ import annotations

import json
import os
import socket
import time
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.board.leases.held import held_lease
from openclaw_hooks.git import open_repo
from openclaw_hooks.mesh.place import find_place, make_folders
from openclaw_hooks.mesh.relay import client
from openclaw_hooks.mesh.relay.intents import Intent, list_intents
from openclaw_hooks.mesh.relay.membership import Membership, save_membership

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openclaw_hooks.mesh.place import Place
    from tests.cli.conftest import Clerk

REASON = ("--reason", "no time")


@pytest.fixture
def place(clerk: Clerk) -> Place:
    """Where the mesh of the clerk's repository keeps its state."""
    return find_place(open_repo(str(clerk.repository.path)))


def join(place: Place, node: str = "node-a", role: str = "worker") -> None:
    """Let the repository be a node of a mesh."""
    make_folders(place)
    save_membership(place, Membership(node, role))


def waiting(place: Place) -> list[Intent]:
    """The intents that wait."""
    return list(list_intents(place).waiting.values())


@pytest.fixture
def held(clerk: Clerk, place: Place) -> str:
    """A task that this clone holds in a mesh that it has joined as a worker."""
    made = clerk.add("Write it", "--metric", "true")
    clerk.say("task", "claim", made)
    join(place)
    return made


@pytest.mark.parametrize("verb", ["complete", "fail", "release"])
def test_the_end_of_a_claim_waits_with_its_token(clerk: Clerk, place: Place, held: str, verb: str) -> None:
    head = clerk.board_head()
    lease = held_lease(open_repo(str(clerk.repository.path)).state_dir, held)
    token = lease.token if lease else ""
    told = clerk.say("task", verb, held[:5], *(REASON if verb != "complete" else ("-m", "It is done.")))
    (intent,) = waiting(place)
    assert told == f"{held} {verb} queued: sent when `openclaw sync` runs (intent {intent.command.id})\n"
    assert (intent.command.verb, intent.command.task, intent.command.token) == (verb, held, token)
    assert "It is done." in str(intent.command.args) if verb == "complete" else "no time" in str(intent.command.args)
    assert clerk.board_head() == head, "this board shows what the lead has decided, and nothing is yet"
    assert f"{verb} of it waits" in clerk.refused("task", verb, held, *(REASON if verb != "complete" else ()))


def test_the_metric_is_run_before_a_completion_waits(clerk: Clerk, place: Place, held: str) -> None:
    clerk.say("task", "complete", held, "--run-metric")
    assert waiting(place)[0].command.args["measured"] == "true"


def test_a_proposal_waits_and_what_is_wrong_with_it_is_said_at_once(clerk: Clerk, place: Place) -> None:
    join(place)
    told = clerk.say("task", "propose", "Cache the tables", "--label", "speed")
    assert told.startswith("propose queued: sent when `openclaw sync` runs (intent ")
    assert waiting(place)[0].command.args["fields"]["labels"] == ["speed"]
    assert "needs a title" in clerk.wrong("task", "propose", " ")
    assert "no role" in clerk.wrong("task", "new", "x", "--role", "nobody")
    assert len(waiting(place)) == 1


def test_a_new_task_of_a_worker_waits_as_a_proposal(clerk: Clerk, place: Place) -> None:
    join(place)
    answer = clerk("task", "new", "Cache the tables", "-q")
    assert (answer.code, answer.out) == (0, ""), "there is no id yet"
    assert "propose queued" in answer.err
    assert waiting(place)[0].command.verb == "propose"
    shown = clerk("task", "new", "Another", "--json").data("queued")
    assert shown["queued"][0]["intent"] == waiting(place)[1].command.id
    assert shown["tasks"] == []


def test_an_edit_waits_with_what_it_was_made_from(clerk: Clerk, place: Place, held: str) -> None:
    path = clerk.file(held)
    before = path.read_text()
    told = clerk.say("task", "edit", held, "--note", "See the log.")
    assert told.startswith(f"{held} edit queued: ")
    args = waiting(place)[0].command.args
    assert args["base"] == before
    assert args["content"].endswith("## Notes\n\n- See the log.\n")
    assert path.read_text() == before
    assert "not for a worker" in clerk.refused("task", "edit", held, "--priority", "3")


@pytest.mark.parametrize("verb", ["claim", "start", "heartbeat", "accept", "reject", "approve", "cancel", "requeue"])
def test_what_cannot_wait_is_refused_in_one_line_that_says_what_to_do(
    clerk: Clerk, place: Place, held: str, verb: str
) -> None:
    words = [held, *(REASON if verb in {"reject", "cancel", "requeue"} else ())]
    why = clerk.refused("task", verb, *words)
    if verb != "approve":  # which is for a person, with or without a lead
        assert why == (
            f"`{verb}` is for the lead of the mesh to decide, and no sidecar runs here (start it: `openclaw sync`)"
        )
    assert waiting(place) == []


@pytest.mark.parametrize("verb", ["approve", "abort", "advance"])
def test_plans_are_decided_by_the_lead_alone(clerk: Clerk, place: Place, verb: str) -> None:
    plan = clerk.say("plan", "create", "team-bugfix", "-c", "x", "-q").strip()
    join(place, role="human")
    assert f"`plan {verb}` is for the lead of the mesh" in clerk.refused("plan", verb, plan)


@pytest.mark.parametrize("role", ["worker", "human"])
def test_plans_are_made_by_leads_alone(clerk: Clerk, place: Place, role: str) -> None:
    join(place, role=role)
    assert "plans are for a lead to make" in clerk.refused("plan", "create", "team-bugfix", "-c", "x")
    assert "draft" in clerk.say("plan", "create", "team-bugfix", "-c", "x", "--dry-run")


def test_ends_without_a_claim_or_a_reason_are_refused_as_they_would_be_by_the_lead(
    clerk: Clerk, place: Place, held: str
) -> None:
    other = "T-000000"
    assert f"no claim of {other}" in clerk.refused("task", "complete", other)
    assert "say why" in clerk.wrong("task", "fail", held)
    assert waiting(place) == []


def test_what_one_reads_needs_no_lead(clerk: Clerk, held: str) -> None:
    assert held in clerk.say("task", "list")
    assert held in clerk.say("task", "show", held)
    clerk("task", "ready")
    clerk("task", "lint")


def test_a_lead_without_a_sidecar_works_on_its_board(clerk: Clerk, place: Place) -> None:
    join(place, role="lead")
    made = clerk.add()
    assert "claimed by node-a" in clerk.say("task", "claim", made)
    assert clerk.status(made) == "claimed"


def test_a_repository_that_only_runs_the_server_works_on_its_board(clerk: Clerk, place: Place) -> None:
    make_folders(place)
    made = clerk.add()
    assert "claimed by node-a" in clerk.say("task", "claim", made)


def test_nobody_acts_in_another_name_than_that_of_the_node(clerk: Clerk, place: Place, held: str) -> None:
    for words, env in (((held, "--as", "other"), {}), ((held,), {"OPENCLAW_NODE_ID": "other"})):
        why = clerk.refused("task", "complete", *words, **env)
        assert why.startswith("this repository is `node-a` in its mesh, and cannot act as `other`")
    assert waiting(place) == []


@pytest.fixture
def hung(held: str, place: Place, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """A sidecar that takes what it is sent and never answers, as one that is stopped; the clone holds a task."""
    assert held
    monkeypatch.setattr(client, "TIMEOUT_S", 0.2)
    make_folders(place)
    os.makedirs(os.path.dirname(place.sync_socket), mode=0o700, exist_ok=True)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(place.sync_socket)
        listening.listen(10)
        yield listening
    os.unlink(place.sync_socket)


@pytest.mark.usefixtures("hung")
def test_a_sidecar_that_hangs_is_said_to_and_nothing_is_half_done(clerk: Clerk, place: Place, held: str) -> None:
    began = time.monotonic()
    why = clerk.refused("task", "start", held)
    assert "the sidecar does not answer" in why
    assert "giving the same command again is safe" in why
    assert time.monotonic() - began < 5
    assert waiting(place) == []


def test_what_a_hung_sidecar_was_sent_waits_under_the_same_id(
    clerk: Clerk, place: Place, held: str, hung: socket.socket
) -> None:
    assert "queued: sent when the lead can be reached" in clerk.say("task", "complete", held, "-m", "Done.")
    (intent,) = waiting(place)
    sent = []
    hung.settimeout(1)
    for _ in range(3):  # one that only asked whether anybody is there
        connection, _ = hung.accept()
        with connection, connection.makefile("rb") as stream:
            sent += [json.loads(line)["command"]["id"] for line in stream]
    assert sent == [intent.command.id] * 2


def test_intents_are_shown_and_dropped(clerk: Clerk, place: Place, held: str) -> None:
    assert clerk("mesh", "intents").err == "no intents wait\n"
    clerk.say("task", "complete", held, "-m", "Done\x1b[31m.")
    clerk.say("task", "propose", "Cache the tables")
    shown = clerk.say("mesh", "intents")
    assert [line.split()[1:2] for line in shown.splitlines()[1:]] == [["waits"], ["waits"]]
    assert "Cache" in shown
    assert "\x1b" not in shown
    data = clerk("mesh", "intents", "--json").data("mesh-intents")
    assert [(one["verb"], one["task"]) for one in data["waiting"]] == [("complete", held), ("propose", "")]
    assert (data["refused"], data["broken"]) == ([], [])
    assert clerk.say("mesh", "intents", "--drop", data["waiting"][0]["intent"]) == "dropped: complete Done [31m.\n"
    assert [intent.command.verb for intent in waiting(place)] == ["propose"]
    assert "no intent" in clerk.wrong("mesh", "intents", "--drop", "zz")
