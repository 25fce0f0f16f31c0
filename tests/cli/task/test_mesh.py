"""Claims, races and lost answers in a clone whose mesh is up."""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.board.leases.held import current_claims, held_lease, lost_lease
from openclaw_hooks.checkout import find_checkout
from openclaw_hooks.mesh.place import find_place
from openclaw_hooks.mesh.relay import client
from openclaw_hooks.mesh.relay.intents import list_intents
from tests.cli.task.conftest import refused_there
from tests.cli.test_lazy import imported_by

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Clerk
    from tests.cli.task.conftest import Mesh

REASON = ("--reason", "no time")
STAMP = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
TOO_MUCH = {"nats", "nkeys", "asyncio", "sqlite3", "watchfiles", "ssl"}


def test_a_lost_race_names_the_holder_and_the_end_of_the_lease(clerk: Clerk, join: Callable[..., Mesh]) -> None:
    mesh = join("worker")
    made = mesh.add()
    mesh.other("claim", made)
    why = refused_there(clerk, "task", "claim", made)
    assert re.fullmatch(rf"{made} is claimed by w2 until {STAMP} \(choose another task: .* after {STAMP}\)", why)


def test_hooks_know_a_claim_of_the_mesh_and_what_became_of_it(clerk: Clerk, join: Callable[..., Mesh]) -> None:
    mesh = join("worker")
    made, other = mesh.add("Write", scope=["src/"]), mesh.add()
    token = re.search(r"token (\S+)\)", clerk.say("task", "claim", made))
    clerk.say("task", "claim", other)
    checkout = find_checkout(str(clerk.repository.path))
    assert checkout is not None
    held = {one.task: one for one in current_claims(checkout)}
    assert set(held) == {made, other}
    assert (held[made].scope, held[made].token) == (("src/",), token[1] if token else "")
    assert "lease         node-a, until" in clerk.say("task", "show", made)
    before = held[made].expires
    clerk.say("task", "heartbeat", made, "--minutes", "600")
    lease = held_lease(mesh.repo.state_dir, made)
    assert lease is not None
    assert lease.expires > before
    clerk.say("task", "release", made, *REASON)
    assert [one.task for one in current_claims(checkout)] == [other]


def test_a_zombie_cannot_complete_and_its_clone_knows_why(clerk: Clerk, join: Callable[..., Mesh]) -> None:
    mesh = join("worker")
    made = mesh.add()
    clerk.say("task", "claim", made)
    mesh.tell(op="shift", seconds=100_000)
    assert mesh.other("claim", made).ok
    why = refused_there(clerk, "task", "complete", made, "-m", "Done.")
    assert re.match(rf"the claim of {made} is lost: w2 has it now, until {STAMP}", why)
    assert clerk.task(made)["owner"] == "w2"
    assert held_lease(mesh.repo.state_dir, made) is None
    lost = lost_lease(mesh.repo.state_dir, made)
    assert lost is not None, "commits that were made under it must not be sent"
    assert lost.owner == "node-a"


def test_what_was_done_before_a_failure_is_told(clerk: Clerk, join: Callable[..., Mesh]) -> None:
    mesh = join("worker")
    first, second, third = mesh.add(), mesh.add(), mesh.add()
    mesh.other("claim", second)
    answer = clerk("task", "claim", first, second, third)
    assert answer.code == 1
    assert answer.out.startswith(f"{first} claimed by node-a until ")
    assert answer.out.count("\n") == 1
    assert f"openclaw: {second} is claimed by w2" in answer.err
    assert (clerk.status(first), clerk.status(third)) == ("claimed", "queued")
    told = clerk("task", "claim", third, second, "--json")
    assert told.code == 1
    assert [task["id"] for task in json.loads(told.out)["data"]] == [third]


def test_an_answer_that_was_lost_is_given_to_the_same_command_again(
    clerk: Clerk, join: Callable[..., Mesh], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "TIMEOUT_S", 0.5)
    mesh = join("worker")
    made = mesh.add()
    mesh.tell(op="mode", mode="deaf")
    assert "giving the same command again is safe" in refused_there(clerk, "task", "claim", made)
    mesh.tell(op="mode", mode="")
    assert "claimed by node-a until" in clerk.say("task", "claim", made)
    assert "is already claimed here by node-a" in refused_there(clerk, "task", "claim", made)
    clerk.say("task", "complete", made)


@pytest.mark.parametrize("mode", ["offline", "unknown"])
def test_while_no_lead_answers_what_can_wait_does(clerk: Clerk, join: Callable[..., Mesh], mode: str) -> None:
    mesh = join("worker")
    made, other = mesh.add(), mesh.add()
    clerk.say("task", "claim", made)
    mesh.tell(op="mode", mode=mode)
    assert f"the lead is {mode}" in refused_there(clerk, "task", "claim", other)
    told = clerk.say("task", "complete", made, "-m", "Done.")
    assert told.startswith(f"{made} complete queued: sent when the lead can be reached (intent ")
    (intent,) = list_intents(find_place(mesh.repo)).waiting.values()
    mesh.tell(op="mode", mode="")
    assert mesh.deliver() == [intent.command.id]
    assert clerk.status(made) == "completed"
    assert list_intents(find_place(mesh.repo)).waiting == {}


def test_what_lies_in_the_inbox_of_the_server_is_said_to(clerk: Clerk, join: Callable[..., Mesh]) -> None:
    mesh = join("worker")
    mesh.tell(op="mode", mode="queued")
    assert "propose queued: the lead decides when it is back" in clerk.say("task", "propose", "x")
    assert list_intents(find_place(mesh.repo)).waiting == {}


def test_nobody_acts_in_another_name_and_no_claim_is_local(clerk: Clerk, join: Callable[..., Mesh]) -> None:
    mesh = join("lead")
    made = mesh.add()
    assert "cannot act as `other`" in refused_there(clerk, "task", "claim", made, "--as", "other")
    assert "leave out --local" in refused_there(clerk, "task", "claim", made, "--local")


def test_a_killed_sidecar_leaves_a_lead_to_its_board_and_a_worker_to_intents(
    clerk: Clerk, join: Callable[..., Mesh]
) -> None:
    mesh = join("lead")
    made = clerk.add()
    mesh.process.kill()
    mesh.process.wait()
    assert os.path.lexists(mesh.path)
    assert "claimed by node-a" in clerk.say("task", "claim", made)


def test_no_verb_of_a_mesh_imports_nats_or_asyncio(clerk: Clerk, join: Callable[..., Mesh]) -> None:
    mesh = join("worker")
    made = mesh.add()
    for words in (("claim", made), ("complete", made, "-m", "Done.")):
        found = imported_by(clerk, "task", *words)
        assert "openclaw_hooks.mesh.relay.line" in found
        assert not found & TOO_MUCH


def test_without_a_mesh_nothing_of_it_is_imported(clerk: Clerk) -> None:
    made = clerk.add()
    for words in (("claim", made), ("complete", made, "-m", "Done."), ("list",), ("new", "x")):
        found = imported_by(clerk, "task", *words)
        assert not found & TOO_MUCH
        assert not {name for name in found if name.startswith("openclaw_hooks.mesh")}
