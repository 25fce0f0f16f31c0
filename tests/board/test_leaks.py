"""A secret does not get onto the board: not by a command, not by hand; what is there already stops nobody."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.board.actor import find_actor
from openclaw_hooks.board.opening import open_board
from openclaw_hooks.board.store import edit_board, read_task
from openclaw_hooks.errors import RefusedError
from openclaw_hooks.tasks.model import Status, TaskHead

if TYPE_CHECKING:
    from openclaw_hooks.board.place import Board
    from tests.conftest import Repository

ID = "T-4kf2mz"
HEAD = TaskHead(id=ID, title="Mend the door", status=Status.QUEUED)


@pytest.fixture
def board(repository: Repository) -> Board:
    repository.commit("chore: start", "--allow-empty")
    return open_board(str(repository.path), create=True)


def add(board: Board, body: str) -> None:
    with edit_board(board, find_actor(board.repo)) as edit:
        edit.add_task(HEAD, body)


def change(board: Board, **changes: object) -> list[str]:
    with edit_board(board, find_actor(board.repo)) as edit:
        edit.put_task(ID, changes)
    return edit.reports


def file(board: Board) -> Path:
    return Path(board.top, "tasks", f"{ID}.md")


def test_a_command_that_would_write_a_secret_is_refused_and_writes_nothing(board: Board, aws_key: str) -> None:
    with pytest.raises(RefusedError) as caught:
        add(board, f"Log in with {aws_key}.\n")
    assert f"tasks/{ID}.md:" in caught.value.message
    assert aws_key not in str(caught.value)
    assert not file(board).exists()
    add(board, "Log in.\n")
    with pytest.raises(RefusedError):
        change(board, metric=f"curl -u {aws_key}: example.org")
    assert read_task(board, ID)[0].metric == ""


def test_an_edit_by_hand_with_a_secret_is_reported_and_not_committed_while_others_go_on(
    board: Board, repository: Repository, aws_key: str
) -> None:
    add(board, "Log in.\n")
    file(board).write_text(file(board).read_text() + f"With {aws_key}.\n")
    reports = change(board, status=Status.CANCELLED)
    assert len(reports) == 1
    assert "not committed until it is taken out" in reports[0]
    assert aws_key not in reports[0]
    committed = repository.git("show", f"openclaw/board:tasks/{ID}.md").stdout
    assert "status: cancelled" in committed
    assert aws_key not in committed
    assert aws_key in file(board).read_text()
    file(board).write_text(file(board).read_text().replace(aws_key, "the key of the vault"))
    assert change(board, priority=5) == []
    assert "the key of the vault" in repository.git("show", f"openclaw/board:tasks/{ID}.md").stdout


def test_a_secret_that_is_on_the_board_already_stops_no_other_change(
    board: Board, repository: Repository, aws_key: str
) -> None:
    add(board, "Log in.\n")
    file(board).write_text(file(board).read_text() + f"With {aws_key}.\n")
    repository.git("-C", board.top, "commit", "-q", "-am", "past us")
    change(board, priority=5, labels=("a",))
    assert "priority: 5" in repository.git("show", f"openclaw/board:tasks/{ID}.md").stdout


def test_an_allowed_value_and_settings_that_let_it_through(board: Board, repository: Repository, aws_key: str) -> None:
    add(board, f"Such as {aws_key}.  <!-- pragma: allowlist secret -->\n")
    repository.write(".openclaw/config.yaml", 'format: 1\nsecrets:\n  exclude: ["tasks/**"]\n')
    change(board, metric=f"curl -u {aws_key}: example.org")
    assert aws_key in read_task(board, ID)[0].metric
