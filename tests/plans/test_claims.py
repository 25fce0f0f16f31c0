"""The verbs of a claim over a real board: nobody gets a task twice, and a lost claim hurts nobody else."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.board.actor import find_actor
from openclaw_hooks.board.leases.claims import LostError, Terms, claim_task, drop, read_lease
from openclaw_hooks.board.leases.held import held_lease, lost_lease, save_held
from openclaw_hooks.board.opening import open_board
from openclaw_hooks.board.store import edit_board, read_board
from openclaw_hooks.errors import RefusedError
from openclaw_hooks.plans import verbs
from openclaw_hooks.plans.work import open_work
from openclaw_hooks.tasks.model import Status, TaskHead

if TYPE_CHECKING:
    from openclaw_hooks.board.place import Board
    from tests.conftest import Repository

CLAIMER = """
import json, sys
from openclaw_hooks.board.actor import find_actor
from openclaw_hooks.board.opening import open_board
from openclaw_hooks.errors import RefusedError
from openclaw_hooks.plans import verbs
from openclaw_hooks.plans.work import open_work

top, *ids = sys.argv[1:]
board = open_board(top)
for task in ids:
    try:
        with open_work(board, find_actor(board.repo)) as work:
            print(json.dumps([task, verbs.claim(work, task).token]), flush=True)
    except RefusedError:
        pass
"""


@pytest.fixture
def board(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> Board:
    monkeypatch.setenv("OPENCLAW_NODE_ID", "ada")
    repository.commit("chore: start", "--allow-empty")
    return open_board(str(repository.path), create=True)


def add_tasks(board: Board, count: int = 1) -> list[str]:
    with edit_board(board, find_actor(board.repo)) as edit:
        return [
            edit.add_task(TaskHead(id=f"T-{number:06d}", title="Do it", status=Status.QUEUED), "")
            for number in range(count)
        ]


def test_two_processes_of_one_node_never_both_get_a_task(board: Board) -> None:
    ids = add_tasks(board, 12)
    words = [sys.executable, "-c", CLAIMER, board.repo.top]
    racing = [subprocess.Popen([*words, *ids], stdout=subprocess.PIPE, text=True) for _ in range(2)]
    won = [json.loads(line) for process in racing for line in process.communicate(timeout=120)[0].splitlines()]
    assert sorted(task for task, _ in won) == ids
    for task, token in won:
        lease = read_lease(board.repo, task)
        assert lease
        assert lease.token == token


def test_a_claim_that_was_cut_off_before_its_commit_is_taken_up(board: Board) -> None:
    [task] = add_tasks(board)
    cut_off = claim_task(board.repo, read_board(board).tasks[task], "ada", Terms(60))
    with open_work(board, find_actor(board.repo)) as work:
        assert verbs.claim(work, task).token == cut_off.token
    assert read_board(board).tasks[task].status is Status.CLAIMED


def test_whoever_lost_a_claim_cannot_give_away_the_task_of_its_new_holder(board: Board) -> None:
    [task] = add_tasks(board)
    with open_work(board, find_actor(board.repo)) as work:
        verbs.claim(work, task)
    held = held_lease(board.repo.state_dir, task)
    assert held
    head = read_board(board).tasks[task]
    taken = claim_task(board.repo, head, "bob", Terms(60, now=time.time() + 8 * 86400))
    save_held(board.repo.state_dir, held)  # bob works in another clone
    with pytest.raises(LostError, match=r"is lost: bob"), open_work(board, find_actor(board.repo)) as work:
        verbs.release(work, task, "")
    assert read_lease(board.repo, task) == taken
    assert held_lease(board.repo.state_dir, task) is None
    assert lost_lease(board.repo.state_dir, task) == held


def test_what_this_clone_still_has_of_a_task_that_is_over_can_be_given_up(board: Board) -> None:
    [task] = add_tasks(board)
    with open_work(board, find_actor(board.repo)) as work:
        verbs.claim(work, task)
    held = held_lease(board.repo.state_dir, task)
    assert held
    with open_work(board, find_actor(board.repo)) as work:
        verbs.cancel(work, task, "not wanted")
    drop(board.repo, task)
    save_held(board.repo.state_dir, held)  # the end was cut off
    with pytest.raises(RefusedError, match="is given up"), open_work(board, find_actor(board.repo)) as work:
        verbs.release(work, task, "")
    assert held_lease(board.repo.state_dir, task) is None


def test_a_claim_made_among_the_boards_files_is_for_the_main_working_tree(board: Board) -> None:
    [task] = add_tasks(board)
    with open_work(open_board(board.top), find_actor(board.repo)) as work:
        verbs.claim(work, task)
    held = held_lease(board.repo.state_dir, task)
    assert held
    assert held.worktree == board.repo.top
