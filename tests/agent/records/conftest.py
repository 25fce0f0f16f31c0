"""A board to write rows to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.board.actor import find_actor
from openclaw_hooks.board.opening import open_board
from tests.board.conftest import Desk

if TYPE_CHECKING:
    from tests.conftest import Repository


@pytest.fixture
def desk(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk at the board of a repository with one commit."""
    monkeypatch.setenv("OPENCLAW_NODE_ID", "node-a")
    repository.commit("chore: start", "--allow-empty")
    board = open_board(str(repository.path), create=True)
    return Desk(board, find_actor(board.repo))
