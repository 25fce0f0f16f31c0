"""The desk of an agent run in a mesh: what the lead was asked once is not asked twice, whatever happened between."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.agent.desk import Ending
from openclaw_hooks.agent.events import EventLog, RunBegan, RunEnded, runs_folder
from openclaw_hooks.agent.model import Outcome, Provenance, Terms
from openclaw_hooks.agent.records.fit import fit_row
from openclaw_hooks.agent.records.row import Row
from openclaw_hooks.agent.records.text import attempts_text
from openclaw_hooks.board.actor import find_actor
from openclaw_hooks.board.leases.claims import LostError
from openclaw_hooks.board.leases.held import current_claims, held_lease
from openclaw_hooks.board.opening import open_board
from openclaw_hooks.cli.agent.mesh_desk import MeshDesk
from openclaw_hooks.cli.agent.options import open_desk
from openclaw_hooks.cli.task.door import find_line
from openclaw_hooks.errors import RefusedError
from openclaw_hooks.mesh.relay.intents import list_intents
from openclaw_hooks.mesh.sidecar.keeping import list_held
from openclaw_hooks.tasks.model import Status
from tests.cli.task.conftest import refused_there

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Clerk
    from tests.cli.task.conftest import Mesh

RUN = "R-abc123"


def open_here(clerk: Clerk) -> MeshDesk:
    """The desk as a new process finds it."""
    board = open_board(str(clerk.repository.path))
    desk = open_desk(board, find_actor(board.repo), "claude")
    assert isinstance(desk, MeshDesk)
    return desk


def end_of(task: str, outcome: Outcome = Outcome.COMPLETED, metric: str = "true") -> Ending:
    row = Row(
        run=RUN,
        task=task,
        title="Write it",
        node="node-a",
        agent="claude",
        provenance=Provenance.MOCK,
        outcome=outcome,
        began="2026-11-22T10:00:00Z",
        ended="2026-11-22T10:05:00Z",
        metric=metric,
    )
    return Ending(attempts_text(row), fit_row(row), is_measured=True)


def test_a_run_claims_starts_and_completes_and_each_can_be_asked_again(clerk: Clerk, join: Callable[..., Mesh]) -> None:
    mesh = join("worker")
    task = mesh.add(metric="true")
    lease = open_here(clerk).claim(task, RUN, 10)
    again = open_here(clerk).claim(task, RUN, 10)
    assert (again.token, again.made) == (lease.token, lease.made)
    held = held_lease(mesh.repo.state_dir, task)
    assert held is not None
    assert (held.run, held.token, held.worktree) == (RUN, lease.token, "")
    assert current_claims(mesh.repo) == []
    for _ in range(2):
        open_here(clerk).start(task, lease.token)
    assert open_here(clerk).find(task).status is Status.RUNNING
    assert open_here(clerk).find_loss(task, lease.token) == ""
    assert f"{task} is worked on by run {RUN}, which alone may move it" in refused_there(
        clerk, "task", "complete", task
    )
    told = open_here(clerk).complete(task, lease.token, end_of(task))
    assert told[0] is Status.COMPLETED
    assert open_here(clerk).complete(task, lease.token, end_of(task))[0] is Status.COMPLETED
    assert f"### Run {RUN}" in open_here(clerk).find(task).body
    assert held_lease(mesh.repo.state_dir, task) is None
    assert open_here(clerk).find_loss(task, lease.token) == f"the claim of {task} is lost: it was given free"


def test_a_metric_that_is_another_by_now_has_not_been_measured(clerk: Clerk, join: Callable[..., Mesh]) -> None:
    mesh = join("worker")
    task = mesh.add(metric="make test")
    lease = open_here(clerk).claim(task, RUN, 10)
    status, why = open_here(clerk).complete(task, lease.token, end_of(task, metric="true"))
    assert (status, why) == (Status.PENDING_REVIEW, "its metric was not measured")


def test_a_task_that_another_has_is_refused_and_one_that_another_took_is_lost(
    clerk: Clerk, join: Callable[..., Mesh]
) -> None:
    mesh = join("worker")
    theirs, ours = mesh.add(), mesh.add()
    mesh.other("claim", theirs)
    with pytest.raises(RefusedError, match="is claimed by w2"):
        open_here(clerk).claim(theirs, RUN, 10)
    token = open_here(clerk).claim(ours, RUN, 10).token
    assert mesh.other("release", ours, "boss", "lead", reason="it hangs", force=True).ok
    assert mesh.other("claim", ours).ok
    with pytest.raises(LostError, match="w2 has it now"):
        open_here(clerk).heartbeat(ours, token, 10)
    with pytest.raises(LostError):
        open_here(clerk).complete(ours, token, end_of(ours))
    assert open_here(clerk).find_loss(ours, token).startswith(f"the claim of {ours} is lost")


def test_what_waits_for_the_lead_is_not_sent_twice(clerk: Clerk, join: Callable[..., Mesh]) -> None:
    mesh = join("worker")
    task = mesh.add(metric="true")
    token = open_here(clerk).claim(task, RUN, 10).token
    mesh.close()
    line = find_line(open_board(str(clerk.repository.path)), find_actor(mesh.repo))
    assert line is not None
    for _ in range(2):
        status, why = open_here(clerk).complete(task, token, end_of(task))
        assert status is Status.CLAIMED
        assert "sent" in why
    [intent] = list_intents(line.place).waiting.values()
    assert (intent.command.verb, intent.command.token) == ("complete", token)
    assert RUN in intent.command.args["row"]


def test_a_sidecar_keeps_no_claim_alive_of_a_run_that_may_be_dead_but_one_that_waits_for_the_lead(
    clerk: Clerk, join: Callable[..., Mesh]
) -> None:
    mesh = join("worker")
    by_hand, under_way, over = mesh.add(), mesh.add(), mesh.add()
    clerk.say("task", "claim", by_hand)
    open_here(clerk).claim(under_way, RUN, 10)
    open_here(clerk).claim(over, "R-ended0", 10)
    for run, task in ((RUN, under_way), ("R-ended0", over)):
        folder = os.path.join(runs_folder(mesh.repo), run)
        os.makedirs(folder)
        log = EventLog(folder)
        log.append(
            RunBegan(
                run=run,
                task=task,
                title="Write it",
                node="node-a",
                agent="claude",
                provenance=Provenance.MOCK,
                base="0" * 40,
                target="main",
                terms=Terms(),
            )
        )
    log.append(RunEnded(outcome=Outcome.COMPLETED))
    assert {held.task for held in list_held(mesh.repo.state_dir, "node-a")} == {by_hand, over}
