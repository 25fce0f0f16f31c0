"""What a claim holds to while the board changes: its remote, and its scope."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.board.actor import find_actor
from openclaw_hooks.board.leases.held import held_lease
from openclaw_hooks.board.opening import open_board
from openclaw_hooks.board.sharing.remote import find_claim_remote
from openclaw_hooks.board.sharing.sync import sync_board
from openclaw_hooks.board.store import edit_board
from openclaw_hooks.plans import verbs
from openclaw_hooks.plans.service import change_board
from openclaw_hooks.plans.work import open_work
from openclaw_hooks.settings import BoardSettings, Settings
from openclaw_hooks.tasks.model import Status, TaskHead

if TYPE_CHECKING:
    from collections.abc import Callable

    from openclaw_hooks.board.place import Board
    from tests.conftest import Repository

TASK = "T-000001"


@pytest.fixture
def board(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> Board:
    monkeypatch.setenv("OPENCLAW_NODE_ID", "ada")
    repository.commit("chore: start", "--allow-empty")
    board = open_board(str(repository.path), create=True)
    with edit_board(board, find_actor(board.repo)) as edit:
        edit.add_task(TaskHead(id=TASK, title="Do it", status=Status.QUEUED, scope=("src/",)), "")
    return board


def claim(board: Board) -> None:
    with open_work(board, find_actor(board.repo)) as work:
        verbs.claim(work, TASK)


def widen(board: Board) -> tuple[str, ...]:
    """The scope that hooks hold work to after the task's own was widened."""
    with change_board(board, find_actor(board.repo)) as edit:
        edit.put_task(TASK, {"scope": ("src/", "docs/")})
    held = held_lease(board.repo.state_dir, TASK)
    assert held is not None
    return held.scope


def test_a_person_widens_the_scope_of_work_under_way(board: Board) -> None:
    claim(board)
    assert widen(board) == ("src/", "docs/")


def test_an_agent_does_not_widen_the_scope_that_it_works_in(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    claim(board)
    monkeypatch.setenv("OPENCLAW_AGENT", "coder")
    assert widen(board) == ("src/",)


def test_claims_need_no_remote_before_the_board_was_shared(
    board: Board, make_repository: Callable[..., Repository], repository: Repository
) -> None:
    shared = make_repository("shared.git", "--bare")
    repository.git("remote", "add", "origin", str(shared.path))
    assert find_claim_remote(board, Settings()) == ""
    assert find_claim_remote(board, Settings(board=BoardSettings(remote="origin"))) == "origin"
    sync_board(board, find_actor(board.repo))
    assert find_claim_remote(board, Settings()) == "origin"
    assert find_claim_remote(board, Settings(board=BoardSettings(remote="none"))) == ""
    claim(board)
    assert f"refs/openclaw/claims/{TASK}" in shared.git("for-each-ref", "refs/openclaw").stdout
