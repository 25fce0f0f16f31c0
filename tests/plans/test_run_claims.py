"""A task that an agent run has: the run alone ends it, by its token, whoever else works in the clone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.board.actor import find_actor
from openclaw_hooks.board.leases.held import current_claims, held_lease
from openclaw_hooks.board.opening import open_board
from openclaw_hooks.board.store import edit_board, read_board
from openclaw_hooks.errors import RefusedError
from openclaw_hooks.plans import verbs
from openclaw_hooks.plans.work import open_work
from openclaw_hooks.tasks.model import Status, TaskHead

if TYPE_CHECKING:
    from collections.abc import Callable

    from openclaw_hooks.board.place import Board
    from openclaw_hooks.plans.work import Work
    from tests.conftest import Repository

TASK = "T-000001"
RUN = "R-abc123"
WORKED_ON = f"{TASK} is worked on by run {RUN}, which alone may move it"


@pytest.fixture
def board(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> Board:
    """A board whose one task a run has claimed."""
    monkeypatch.setenv("OPENCLAW_NODE_ID", "ada")
    repository.commit("chore: start", "--allow-empty")
    board = open_board(str(repository.path), create=True)
    actor = find_actor(board.repo)
    with edit_board(board, actor) as edit:
        edit.add_task(TaskHead(id=TASK, title="Do it", status=Status.QUEUED), "")
    with open_work(board, actor, run=RUN) as work:
        verbs.claim(work, TASK)
    return board


def do(board: Board, verb: Callable[[Work], object]) -> None:
    with open_work(board, find_actor(board.repo)) as work:
        verb(work)


def status_of(board: Board) -> Status:
    return read_board(board).tasks[TASK].status


VERBS: dict[str, Callable[[Work], object]] = {
    "start": lambda work: verbs.start(work, TASK),
    "complete": lambda work: verbs.complete(work, TASK, "All done."),
    "fail": lambda work: verbs.fail(work, TASK, "no"),
    "release": lambda work: verbs.release(work, TASK, "no"),
    "requeue": lambda work: verbs.requeue(work, TASK),
    "claim": lambda work: verbs.claim(work, TASK),
}


@pytest.mark.parametrize("verb", VERBS)
def test_nobody_moves_the_task_of_a_run_without_its_token(board: Board, verb: str) -> None:
    with pytest.raises(RefusedError, match=WORKED_ON):
        do(board, VERBS[verb])
    assert status_of(board) is Status.CLAIMED


def test_an_agent_cannot_force_its_way_out_of_its_run(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENCLAW_AGENT", "any")
    forced: list[Callable[[Work], object]] = [
        lambda work: verbs.release(work, TASK, "no", by_force=True),
        lambda work: verbs.fail(work, TASK, "no", by_force=True),
        lambda work: verbs.requeue(work, TASK, by_force=True),
        lambda work: verbs.cancel(work, TASK, "not wanted"),
    ]
    for verb in forced:
        with pytest.raises(RefusedError, match=WORKED_ON):
            do(board, verb)
    assert status_of(board) is Status.CLAIMED


def test_a_person_takes_the_task_from_a_run_by_force(board: Board) -> None:
    do(board, lambda work: verbs.release(work, TASK, "it is stuck", by_force=True))
    assert status_of(board) is Status.RELEASED
    assert held_lease(board.repo.state_dir, TASK) is None


def test_the_run_ends_its_task_by_its_token(board: Board) -> None:
    held = held_lease(board.repo.state_dir, TASK)
    assert held is not None
    assert held.run == RUN
    do(board, lambda work: verbs.complete(work, TASK, "Done.", token=held.token))
    assert status_of(board) is not Status.CLAIMED


def test_a_person_at_work_in_the_same_clone_is_not_held_to_the_task_of_a_run(
    board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert current_claims(board.repo) == []
    monkeypatch.setenv("OPENCLAW_TASK", TASK)
    assert [held.run for held in current_claims(board.repo)] == [RUN]


def test_what_an_attempt_of_the_run_starts_may_not_use_even_its_token(
    board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = held_lease(board.repo.state_dir, TASK)
    assert held is not None
    monkeypatch.setenv("OPENCLAW_RUN", RUN)
    forbidden: list[Callable[[Work], object]] = [
        lambda work: verbs.complete(work, TASK, "Done.", token=held.token),
        lambda work: verbs.release(work, TASK, "no", by_force=True),
        lambda work: verbs.cancel(work, TASK, "not wanted"),
    ]
    for verb in forbidden:
        with pytest.raises(RefusedError, match=WORKED_ON):
            do(board, verb)
    monkeypatch.setenv("OPENCLAW_RUN", "R-another")
    do(board, lambda work: verbs.complete(work, TASK, "Done.", token=held.token))
