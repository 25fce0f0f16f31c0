"""A station at a board of its own, and a mesh in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.board.actor import find_actor
from openclaw_hooks.board.opening import open_board
from tests.mesh.mirror.desk import Mesh, Station

if TYPE_CHECKING:
    from tests.conftest import Repository


@pytest.fixture
def mesh() -> Mesh:
    """A mesh without a key."""
    return Mesh()


@pytest.fixture
def station(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> Station:
    """A node that leads, at an empty board."""
    monkeypatch.setenv("OPENCLAW_NODE_ID", "boss")
    repository.stage("code.py", "print(1)\n")
    repository.commit("chore: start")
    board = open_board(str(repository.path), create=True)
    return Station(board, find_actor(board.repo))
