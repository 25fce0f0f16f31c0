"""Clones that know only a part of their remote: attaching finds the board that no setting of theirs fetches."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.board.opening import open_board
from openclaw_hooks.board.sharing.remote import look_for_board
from openclaw_hooks.board.store import read_board
from openclaw_hooks.git import open_repo
from openclaw_hooks.setup.board_setup import set_up_board

if TYPE_CHECKING:
    from pathlib import Path

    from tests.board.conftest import Desk
    from tests.conftest import Repository

THIN = (["--depth=1"], ["--single-branch", "--branch=main"], ["--depth=1", "--sparse"])


@pytest.mark.parametrize("options", THIN, ids=" ".join)
def test_setting_up_a_thin_clone_takes_the_board_of_its_remote(
    started: Repository, desk: Desk, tmp_path: Path, options: list[str]
) -> None:
    desk.add("shared")
    clone = str(tmp_path / "clone")
    started.git("clone", "-q", *options, f"file://{started.path}", clone)
    lines, trouble = set_up_board(open_repo(clone))
    assert (lines[0], trouble) == (
        "create the branch openclaw/board from origin/openclaw/board: the board that others share",
        "",
    )
    board = open_board(clone)
    assert [task.title for task in read_board(board).tasks.values()] == ["shared"]


def test_a_remote_that_is_not_there_stops_no_setting_up(started: Repository) -> None:
    started.git("remote", "add", "origin", str(started.path / "nowhere"))
    before = time.monotonic()
    lines, trouble = set_up_board(open_repo(str(started.path)))
    assert (lines[0].partition(":")[0], trouble) == ("create the branch openclaw/board", "")
    assert time.monotonic() - before < 10


def test_a_board_that_is_known_is_not_looked_for(started: Repository, desk: Desk) -> None:
    desk.add("here")
    started.git("remote", "add", "origin", str(started.path))
    look_for_board(open_repo(str(started.path)))
    assert started.git("for-each-ref", "refs/remotes").stdout == ""
