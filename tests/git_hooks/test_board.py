"""A commit by hand inside the board's worktree, where the user's hooks run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.board.actor import find_actor
from openclaw_hooks.board.opening import open_board
from openclaw_hooks.board.store import edit_board
from openclaw_hooks.tasks.model import Status, TaskHead
from tests.conftest import Repository

if TYPE_CHECKING:
    import subprocess

ID = "T-4kf2mz"
PATH = f"tasks/{ID}.md"


@pytest.fixture
def board(guarded: Repository) -> Repository:
    """The board's worktree, with one task in it."""
    board = open_board(str(guarded.path), create=True)
    with edit_board(board, find_actor(board.repo)) as edit:
        head = TaskHead(id=ID, title="Mend the door", status=Status.QUEUED, labels=("a", "b"), metric="make test")
        edit.add_task(head, "## Notes\n\nOne.\n")
    return Repository(Path(board.top))


def try_commit(
    board: Repository, old: str, new: str, message: str = "docs: by hand"
) -> subprocess.CompletedProcess[str]:
    path = board.path / PATH
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    board.git("add", PATH)
    return board.commit(message, check=False)


def refused(done: subprocess.CompletedProcess[str], *words: str) -> None:
    output = done.stdout + done.stderr
    assert done.returncode == 1, output
    assert all(word in output for word in (f"{PATH}: protected: ", *words)), output


def test_an_ordinary_edit_can_be_committed_by_hand(board: Repository) -> None:
    done = try_commit(board, "title: Mend the door", "title: Mend both doors")
    assert done.returncode == 0, done.stdout + done.stderr
    assert try_commit(board, "One.", "Two.").returncode == 0


def test_a_key_that_vanished_is_named_and_an_emptied_one_is_not(board: Repository) -> None:
    done = try_commit(board, "metric: make test\n", "")
    refused(done, "key `metric` had vanished", "the next openclaw command takes it over")
    board.git("checkout", "-q", "HEAD", "--", PATH)
    assert try_commit(board, "labels: [a, b]\n", "labels: []\n").returncode == 0


def test_a_metric_is_neither_emptied_nor_replaced_by_hand(board: Repository) -> None:
    for new in ("metric:\n", "metric: true\n"):
        refused(try_commit(board, "metric: make test\n", new), "its metric is `make test`", "a person runs")
        board.git("checkout", "-q", "HEAD", "--", PATH)


def test_an_unknown_key_that_vanished_is_named_too(board: Repository) -> None:
    assert try_commit(board, "title:", "x-tool: keep me\ntitle:").returncode == 0
    refused(try_commit(board, "x-tool: keep me\n", ""), "key `x-tool` had vanished")


@pytest.mark.parametrize("status", ["completed", "claimed", "rejected"])
def test_a_move_that_is_not_made_by_hand_is_refused(board: Repository, status: str) -> None:
    refused(try_commit(board, "status: queued", f"status: {status}"), f"queued -> {status} is put back")


def test_an_approval_by_hand_is_refused(board: Repository) -> None:
    refused(try_commit(board, "title:", "approval: {by: me, at: 2026-01-01T00:00:00Z}\ntitle:"), "`approval`")


def test_a_file_is_neither_deleted_nor_renamed_by_hand(board: Repository) -> None:
    board.git("rm", "-q", PATH)
    refused(board.commit("chore: away", check=False), "not removed by hand")
    board.git("reset", "-q", "--hard")
    board.git("mv", PATH, "tasks/T-000000.md")
    refused(board.commit("chore: away", check=False), "not removed by hand")


def test_a_broken_file_is_refused_with_its_line(board: Repository) -> None:
    done = try_commit(board, "title: Mend the door", "title: [")
    assert done.returncode == 1
    assert PATH in done.stdout + done.stderr


def test_a_merge_on_the_board_is_not_judged(board: Repository) -> None:
    board.git("branch", "other")
    assert try_commit(board, "One.", "Two.").returncode == 0
    board.git("checkout", "-q", "--detach", "other")
    path = board.path / PATH
    path.write_text(path.read_text().replace("status: queued", "status: claimed\nowner: bob"))
    board.git("commit", "-q", "--no-verify", "-am", "task claimed elsewhere")
    theirs = board.head()
    board.git("checkout", "-q", "openclaw/board")
    done = board.git("merge", "--no-edit", theirs, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_files_of_such_names_in_the_users_own_tree_are_theirs(guarded: Repository, board: Repository) -> None:
    guarded.stage(PATH, "---\nid: T-4kf2mz\nmetric: x\n---\n")
    guarded.commit("docs: mine")
    guarded.stage(PATH, "nothing of the kind\n")
    guarded.commit("docs: mine too")
    guarded.git("rm", "-q", PATH)
    guarded.commit("docs: away")
