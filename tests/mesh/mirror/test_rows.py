"""Rows of telemetry on their way from the lead's yes to its board."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.agent.records.store import read_rows
from openclaw_hooks.board.actor import find_actor
from openclaw_hooks.board.opening import open_board
from openclaw_hooks.board.place import REF
from openclaw_hooks.mesh.mirror.board_files import BoardFiles, Write
from openclaw_hooks.mesh.mirror.rows import FOLDER, has_rows, keep_row
from openclaw_hooks.tasks.markdown import new_task_text
from openclaw_hooks.tasks.model import Status, TaskHead
from tests.agent.records.story import begin, discard, row_of

if TYPE_CHECKING:
    from tests.conftest import Repository

TASK = "T-0aaaaa"
ROW = row_of(begin(node="w1"), discard(1))


@pytest.fixture
def files(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> BoardFiles:
    monkeypatch.setenv("OPENCLAW_NODE_ID", "boss")
    board = open_board(str(repository.path), create=True)
    return BoardFiles(board, find_actor(board.repo))


def test_a_row_is_committed_with_the_change_of_its_task(files: BoardFiles, repository: Repository) -> None:
    content = new_task_text(TaskHead(id=TASK, title="Parse it", status=Status.RELEASED), "")
    files.apply([Write(f"tasks/{TASK}.md", None, content, f"task {TASK} claimed -> released (w1)")])
    keep_row(files.board, ROW)
    assert files.has_uncommitted()
    assert files.commit() == ()
    assert not files.has_uncommitted()
    assert read_rows(files.board).rows == (ROW,)
    told = repository.git("show", "--name-only", "--format=%B", REF).stdout
    assert f"task {TASK} claimed -> released (w1)" in told
    assert f"run R-000001 of {TASK} released after 1 attempt (w1)" in told
    assert told.split()[-2:] == [f"tasks/{TASK}.md", "telemetry/w1-2026-11.jsonl"]


def test_a_row_that_was_committed_before_a_crash_is_not_told_twice(files: BoardFiles, repository: Repository) -> None:
    keep_row(files.board, ROW)
    files.commit()
    keep_row(files.board, ROW)  # as if its file had not been taken away any more
    head = repository.git("rev-parse", REF).stdout
    files.commit()
    assert repository.git("rev-parse", REF).stdout == head
    assert not has_rows(files.board)


def test_what_waits_and_is_no_row_is_dropped_and_told(files: BoardFiles) -> None:
    keep_row(files.board, ROW)
    folder = Path(files.board.repo.state_dir) / FOLDER
    (folder / "R-000009.json").write_bytes(b"{")
    (report,) = files.commit()
    assert "R-000009.json" in report
    assert read_rows(files.board).rows == (ROW,)
    assert list(folder.iterdir()) == []
